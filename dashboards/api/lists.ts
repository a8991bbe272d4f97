/** Lists that are searched and paged by the server, because a province may have 3,300 units and ten times as many people. */
import type { Fleet, FleetTablet } from '../../server/contract/fleet.ts'
import { at, call, type Noun, type Nouns, type Options, type Page, readPages } from '../api.ts'

type Counted = Exclude<Noun, 'assignments'>
export type Searched = Exclude<Counted, 'terminals'>

interface CountedPage<T> extends Page<T> {
  total: number
  /** Of them no longer in use. */
  ended: number
  /** Of accounts: how many wait for their first password. */
  invited?: number | undefined
}
export interface Listed<T> extends Pick<CountedPage<T>, 'items' | 'total' | 'ended' | 'invited'> {
  hasMore: boolean
}

/** How many there are, and how many of those are no longer in use. */
export const countAll = (noun: Counted, options?: Options) =>
  call<CountedPage<unknown>>('GET', `/${noun}?limit=1`, undefined, options)

const shown = new WeakMap<object, Listed<unknown>>()

/** The first `pages` of a hundred of what matches. */
export async function search<N extends Searched>(
  noun: N,
  wanted: { unitId: string | null; text: string; pages: number },
  options?: Options,
): Promise<Listed<Nouns[N]>> {
  const query = [wanted.unitId && `unit_id=${at(wanted.unitId)}`, wanted.text && `search=${at(wanted.text)}`]
  const path = `/${noun}${query.some(Boolean) ? `?${query.filter(Boolean).join('&')}` : ''}`
  const { items, last } = await readPages<Nouns[N], CountedPage<Nouns[N]>>(path, options, wanted.pages)
  // Unchanged pages draw nothing again.
  const known = shown.get(last) as Listed<Nouns[N]> | undefined
  if (known?.items === items) return known
  const { total, ended, invited } = last
  const made = { items, total, ended, invited, hasMore: last.next_cursor !== null }
  shown.set(last, made)
  return made
}

/** The first `pages` of sixty tablets of all units in reach; the last page's answer tells what is true of all of them. */
export const searchFleet = (wanted: { text: string; needsHand: boolean; pages: number }, options?: Options) => {
  const narrowed = `${wanted.text && `&search=${at(wanted.text)}`}${wanted.needsHand ? '&needs_hand=true' : ''}`
  return readPages<FleetTablet, FleetPage>(`/fleet?limit=60${narrowed}`, options, wanted.pages)
}
type FleetPage = Fleet & Required<Pick<Fleet, 'next_cursor' | 'total' | 'summary'>>
