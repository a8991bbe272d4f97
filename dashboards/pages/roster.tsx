/** The roster of the reader's own unit, for clerk and leader. */
import { Page } from '../components/page.tsx'
import { Roster } from '../components/roster/roster.tsx'
import { t } from '../i18n/index.tsx'
import { session } from '../session.ts'

export default function RosterPage() {
  const sections = [
    { id: 'top', name: t('contents.summary') },
    { id: 'now', name: t('now.title') },
    { id: 'week', name: t('contents.week') },
    { id: 'change', name: t('roster.change') },
    { id: 'absences', name: t('absence.title') },
    { id: 'gaps', name: t('contents.gaps') },
    { id: 'doubts', name: t('cases.kind_doubt') },
    { id: 'running', name: t('contents.running') },
  ]
  return (
    <Page name="roster" title={t('nav.roster')} sections={sections}>
      <Roster unitId={session.value?.account.unit?.unit_id ?? null} />
    </Page>
  )
}
