/** The tablets of the reader's own unit, for clerk and leader. */
import { Page } from '../components/page.tsx'
import { Terminals, tabletParts } from '../components/terminals/terminals.tsx'
import { t } from '../i18n/index.tsx'
import { session } from '../session.ts'

export default function TerminalsPage() {
  return (
    <Page name="terminals" title={t('nav.terminals')} sections={tabletParts()}>
      <Terminals unitId={session.value?.account.unit?.unit_id ?? null} />
    </Page>
  )
}
