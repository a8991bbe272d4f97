/** Where a reader begins: the first script of a page asks it as well as the pages themselves. */

/** What is needed of `Session`. */
export interface Reader {
  roles: readonly string[]
  account: { unit: { unit_id: string } | null }
}

/** The address of the page a reader starts at, by the widest of their roles. */
export function homeOf({ roles, account: { unit } }: Reader): string {
  const has = (role: string) => roles.includes(role)
  if (has('commission')) return '/'
  if (has('unit_leader') && unit) return `/units/${encodeURIComponent(unit.unit_id)}`
  if (has('administrator')) return '/admin'
  if (has('unit_clerk')) return '/week'
  if (has('inspector')) return '/integrity'
  return '/me'
}

/** The file in `pages/` that draws an address, by the first part of it. */
const files: Record<string, string> = { '': 'commission', me: 'officer', units: 'unit', setup: 'set-up' }
export function pageAt(pathname: string): string {
  const first = pathname.split('/')[1] ?? ''
  return files[first] ?? first
}
