/** What citizens named of an officer's service, or want better, by family: what is not the officer's own stands apart. */
import type { OfficerReport } from '../../../server/contract/reports.ts'
import { byFamily } from '../../chart-data.ts'
import { t } from '../../i18n/index.tsx'
import { CommitmentIcon } from '../icons.tsx'
import { itemLabel } from '../items.tsx'
import { Card } from '../page.tsx'
import { Message } from '../states.tsx'

/** What citizens noticed, or want better: the items that were named at all, in the order of the catalogue. */
export function Named({ report, kept }: { report: OfficerReport; kept: boolean }) {
  const count = (item: OfficerReport['commitments'][number]) => (kept ? item.kept : item.broken)
  const named = report.commitments.filter((item) => count(item) > 0)
  const { low, service_only } = report.low
  return (
    <Card id={kept ? 'kept' : 'better'} title={t(kept ? 'me.kept' : 'me.better')}>
      {named.length === 0 ? (
        <p class="hint">{t('me.nothing_named')}</p>
      ) : (
        byFamily(named).map(({ family, items }) => (
          <div class="named-family" key={family} data-family={family}>
            <h3>{t(`family.${family}`)}</h3>
            {family === 'service' && <p class="hint">{t('me.not_manner')}</p>}
            <ul class="named">
              {items.map((item) => (
                <li key={item.commitment} data-commitment={item.commitment}>
                  <CommitmentIcon commitment={item.commitment} />
                  <span>{itemLabel(item, kept)}</span>
                  <span>
                    <b data-figure={kept ? 'kept' : 'broken'}>{count(item)}</b> {t('me.times', { n: count(item) })}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ))
      )}
      {!kept && low !== null && low > 0 && service_only !== null && (
        <Message kind="info" icon="doc">
          {t('low.only', { low, k: service_only })}
        </Message>
      )}
    </Card>
  )
}
