/** Cases: a list searched and paged by the server, what is opened, and one deed at a time. */
import type { Case, CaseKind, CasePatch, Cases, NewCase } from '../../server/contract/cases.ts'
import { at, call, type Options, readPages } from '../api.ts'

/** What of all cases is asked for; null = of every unit, of every kind. */
export interface CasesAsked {
  unitId?: string | null
  kind?: CaseKind | null
  state?: 'open' | 'answered'
  /** Cases on a page; the server's own number where nothing is said. */
  limit?: number
}

export interface CasesFound extends Pick<Cases, 'items' | 'open' | 'overdue' | 'mine'> {
  hasMore: boolean
}

const queryOf = ({ unitId, kind, state, limit }: CasesAsked): string => {
  const parts = [
    unitId && `unit_id=${at(unitId)}`,
    kind && `kind=${kind}`,
    state === 'answered' && 'state=answered',
    limit && `limit=${limit}`,
  ].filter(Boolean)
  return parts.length === 0 ? '/cases' : `/cases?${parts.join('&')}`
}

const shown = new WeakMap<object, CasesFound>()

/** The first `pages` of what is asked for: open ones by their day of answer, answered ones from the newest answer on. */
export async function findCases(asked: CasesAsked, options?: Options, pages = 1): Promise<CasesFound> {
  const { items, last } = await readPages<Case, Cases>(queryOf(asked), options, pages)
  // Unchanged pages draw nothing again.
  const known = shown.get(last)
  if (known?.items === items) return known
  const { open, overdue, mine, next_cursor } = last
  const made = { items, open, overdue, mine, hasMore: next_cursor !== null }
  shown.set(last, made)
  return made
}

export const getCase = (caseId: string, options?: Options) =>
  call<Case>('GET', `/cases/${at(caseId)}`, undefined, options)
export const openCase = (body: NewCase) => call<Case>('POST', '/cases', body)
export const changeCase = (caseId: string, deed: CasePatch) => call<Case>('PATCH', `/cases/${at(caseId)}`, deed)
/** How many wait for the reader's own deed; never counts as the reader's activity. */
export const countMine = async (): Promise<number> =>
  (await call<Cases>('GET', '/cases?limit=1', undefined, { background: true })).mine
