/** Beside an officer's figure, for the leader: that the officer has explained these days, and the way to the words. */
import type { Case } from '../../../server/contract/cases.ts'
import type { Range } from '../../../server/contract/periods.ts'
import { findCases } from '../../api/cases.ts'
import { caseAddress } from '../../cases.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'

export type Explanations = ReadonlyMap<string, Case>

/** The newest explanation of each officer that is about some of these days; none for whoever does not lead the unit. */
export function useExplanations(unitId: string | null, range: Range): Explanations {
  const { data } = useLive(
    `explanations ${unitId}`,
    async (options) => {
      if (unitId === null) return []
      const asked = { unitId, kind: 'explanation', limit: 200 } as const
      const [open, answered] = await Promise.all([
        findCases(asked, options),
        findCases({ ...asked, state: 'answered' }, options),
      ])
      return [...answered.items, ...open.items].sort((a, b) => a.opened_on.localeCompare(b.opened_on))
    },
    { follow: false },
  )
  const here = (data.value ?? []).filter(({ about }) => about && about.from <= range.to && about.to >= range.from)
  return new Map(here.flatMap((one) => (one.officer ? [[one.officer.officer_id, one] as const] : [])))
}

export const Explained = ({ one }: { one: Case }) => {
  const text = t(one.state === 'answered' ? 'officers.explained_answered' : 'officers.explained')
  return (
    <a
      class="explained"
      href={caseAddress(one)}
      data-explained={one.state}
      aria-label={t('officers.explained_of', { text, name: one.officer?.name ?? '' })}
    >
      {text}
    </a>
  )
}
