/** What to look at: differences beyond chance, and data that is missing. Nothing else, and never a person. */
import type { ComponentChild } from 'preact'
import type { UnitsReport } from '../../../server/contract/reports.ts'
import { verdictOf } from '../../chart-data.ts'
import { byName, formatPercent } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Sign } from '../icons.tsx'
import { Card } from '../page.tsx'
import { unitSentence } from '../verdicts.tsx'
import { unitAddress } from './unit-rows.tsx'

interface Matter {
  sign: 'lower' | 'higher' | 'missing'
  title: string
  detail: string
  unitId: string | null
}

function mattersOf(report: UnitsReport): Matter[] {
  const matters: Matter[] = []
  const percent = (share: number) => formatPercent(share, language.value)
  const units = byName(report.units)
  for (const unit of units) {
    const verdict = verdictOf(unit)
    const now = unit.figure.satisfaction?.value
    const before = unit.previous?.figure.satisfaction?.value
    if ((verdict !== 'lower' && verdict !== 'higher') || now == null || before == null) continue
    const { low, service_only } = unit.low
    const reasons = low !== null && service_only !== null && low > 0 ? t('look.reasons', { low, k: service_only }) : ''
    matters.push({
      sign: verdict,
      title: t('look.change', { unit: unit.name, now: percent(now), before: percent(before) }),
      detail: `${unitSentence(unit)} ${reasons}`,
      unitId: unit.unit_id,
    })
  }
  for (const { unit_id, name, figure } of units) {
    if (!figure.set_aside) continue
    const title = t('look.set_aside', { unit: name, n: figure.set_aside })
    matters.push({ sign: 'missing', title, detail: t('look.set_aside_detail'), unitId: unit_id })
  }
  const silent = report.freshness.silent_terminals
  if (silent > 0) {
    matters.push({
      sign: 'missing',
      title: t('look.silent', { k: silent }),
      detail: t('look.silent_detail'),
      unitId: null,
    })
  }
  return matters
}

export function LookAt({ report }: { report: UnitsReport }) {
  const matters = mattersOf(report)
  const content: ComponentChild =
    matters.length === 0 ? (
      <p>{t('look.nothing')}</p>
    ) : (
      <ol class="look">
        {matters.map(({ sign, title, detail, unitId }) => (
          <li>
            <Sign kind={sign} />
            <div>
              <b>{title}</b>
              <span>{detail}</span>
            </div>
            {unitId && (
              <a href={unitAddress(unitId)} aria-label={`${t('look.open')}: ${title}`}>
                {t('look.open')}
              </a>
            )}
          </li>
        ))}
      </ol>
    )
  return (
    <Card id="look" span={7} title={t('look.title')} about={t('look.about')}>
      {content}
    </Card>
  )
}
