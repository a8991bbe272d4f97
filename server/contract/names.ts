/** The order of names: Vietnamese in both languages, so that a list stays put when the language changes. */

let collator: Intl.Collator | undefined

/** Names of places: "Quầy 10" after "Quầy 2". */
export function compareNames(a: string, b: string): number {
  // Made when first asked for: a telephone takes several milliseconds for it.
  collator ??= new Intl.Collator('vi', { numeric: true })
  return collator.compare(a, b)
}

const given = (name: string): string => name.slice(name.lastIndexOf(' ') + 1)

/** Names of people as every list in Vietnam has them: by the given name, which comes last, then by the family's. */
export const comparePeople = (a: string, b: string): number => compareNames(given(a), given(b)) || compareNames(a, b)

/** Places in order of name. */
export const byName = <T extends { name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => compareNames(a.name, b.name))

/** People in order of their given names. */
export const byGivenName = <T extends { name: string }>(items: readonly T[]): T[] =>
  [...items].sort((a, b) => comparePeople(a.name, b.name))
