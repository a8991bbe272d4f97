/** The roster of the reader's own unit, for clerk and leader. */
import { Page } from '../components/page.tsx'
import { Roster, rosterParts } from '../components/roster/roster.tsx'
import { t } from '../i18n/index.tsx'
import { session } from '../session.ts'

export default function RosterPage() {
  return (
    <Page name="roster" title={t('nav.roster')} sections={rosterParts()}>
      <Roster unitId={session.value?.account.unit?.unit_id ?? null} />
    </Page>
  )
}
