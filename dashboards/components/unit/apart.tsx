/** Ratings that stand apart: without an officer, or set aside. Both stay visible. */
import type { UnitReport } from '../../../server/contract/reports.ts'
import { rich, t } from '../../i18n/index.tsx'
import { session } from '../../session.ts'
import { Count } from '../figures.tsx'
import { Card } from '../page.tsx'
import { Message } from '../states.tsx'

export const Apart = ({ report, inSteps }: { report: UnitReport; inSteps: boolean }) => {
  const { unattributed, figure } = report
  return (
    <Card id="apart" title={t('apart.title')}>
      {unattributed === 0 && figure.set_aside === 0 ? (
        <p>
          {rich('apart.none', {
            unattributed: <Count value={0} figure="unattributed" />,
            set_aside: <Count value={0} figure="set_aside" />,
          })}
        </p>
      ) : (
        <div class="stack side-by-side">
          <Unattributed report={report} />
          <SetAside n={figure.set_aside} />
        </div>
      )}
      {inSteps && <p class="hint">{t('series.in_steps')}</p>}
    </Card>
  )
}

const Unattributed = ({ report: { unattributed, unit } }: { report: UnitReport }) => (
  <Message kind="info" icon="person">
    {unattributed === null
      ? t('apart.unattributed_hidden')
      : rich(unattributed === 0 ? 'apart.unattributed_none' : 'apart.unattributed', {
          n: unattributed,
          count: <Count value={unattributed} figure="unattributed" />,
        })}
    {unattributed && session.value?.account.unit?.unit_id === unit.unit_id ? (
      <>
        {' '}
        <a href="/roster#gaps">{t('apart.gaps')}</a>
      </>
    ) : null}
  </Message>
)

const SetAside = ({ n }: { n: number | null }) => (
  <Message kind="info" icon="lock">
    {n === null
      ? t('apart.set_aside_hidden')
      : rich(n === 0 ? 'apart.set_aside_none' : 'apart.set_aside', {
          n,
          count: <Count value={n} figure="set_aside" />,
        })}
  </Message>
)
