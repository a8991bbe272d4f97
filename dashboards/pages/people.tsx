/** The officers of a unit, kept by its clerk or leader: who they are, and when each signed the commitment. */
import { list } from '../api.ts'
import { Officers } from '../components/admin/sections.tsx'
import { Page } from '../components/page.tsx'
import { Refused, Skeleton } from '../components/states.tsx'
import { t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'

export default function PeoplePage() {
  const unit = session.value?.account.unit
  const sections = [
    { id: 'list', name: t('records.list') },
    { id: 'form', name: t('officers.add') },
  ]
  return (
    <Page name="people" title={t('nav.officers')} sections={sections}>
      {unit && <People unit={unit} key={unit.unit_id} />}
    </Page>
  )
}

function People({ unit }: { unit: { unit_id: string; name: string } }) {
  const officers = useLive(`officers ${unit.unit_id}`, (options) => list('officers', options, unit.unit_id))
  if (officers.refused.value) return <Refused error={officers.refused.value} />
  if (!officers.data.value) return <Skeleton />
  return <Officers items={officers.data.value} reload={officers.reload} units={new Map([[unit.unit_id, unit.name]])} />
}
