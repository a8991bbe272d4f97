/** The table of a fault run: sums of trials, the bound that follows from none broken, and its place in docs/reliability.md. */

/** One fault in one file: `ratings` are those its rules were checked on, `broken` the trials in which a rule did not hold. */
export interface Trials {
  fault: string
  trials: number
  ratings: number
  broken: number
  /** Why it could not be tried; it then counts as not tried, never as passed. */
  skipped?: string
}

/**
 * The rule of three (Hanley and Lippman-Hand, 1983): with 0 broken of n independent trials the chance of one to break
 * lies below 3/n with 95 % confidence. Null when something broke or nothing ran: then no such bound follows.
 */
export const upperBound = ({ trials, broken }: Pick<Trials, 'trials' | 'broken'>): number | null =>
  trials === 0 || broken > 0 ? null : Math.min(1, 3 / trials)

function boundText(trials: Trials): string {
  const bound = upperBound(trials)
  if (trials.skipped) return `not tried: ${trials.skipped}`
  return bound === null ? '–' : `${(bound * 100).toFixed(bound < 0.02 ? 1 : 0)} %`
}

/** One line for whoever watches the run. */
export function tellTrials(trials: Trials): string {
  if (trials.skipped) return `SKIPPED  ${trials.fault}: ${trials.skipped}`
  const bound = upperBound(trials)
  const follows = bound === null ? '' : `, so below ${boundText(trials)} (3/n)`
  return `${trials.fault}: ${trials.broken} broken in ${trials.trials} trials with ${trials.ratings} ratings${follows}`
}

/** Sums lines of the same fault, in the order in which they first came. */
export function sumTrials(lines: readonly Trials[]): Trials[] {
  const sums = new Map<string, Trials>()
  for (const line of lines) {
    const sum = sums.get(line.fault)
    if (!sum) sums.set(line.fault, { ...line })
    else {
      sum.trials += line.trials
      sum.ratings += line.ratings
      sum.broken += line.broken
      if (line.skipped) sum.skipped = line.skipped
    }
  }
  return [...sums.values()].sort((a, b) => a.fault.localeCompare(b.fault, 'en'))
}

/** The generated part of the page; `facts` are what it ran on and when. */
export function writeTable(lines: readonly Trials[], facts: readonly string[]): string {
  const rows = lines.map(
    (line) => `| ${line.fault} | ${line.trials} | ${line.ratings} | ${line.broken} | ${boundText(line)} |`,
  )
  return [
    ...facts.map((fact) => `* ${fact}`),
    '',
    '| fault | trials | ratings at stake | broken | below (3/n, 95 %) |',
    '|---|---:|---:|---:|---:|',
    ...rows,
  ].join('\n')
}

/** `page` with what stands between `<!-- name -->` and `<!-- end of name -->` replaced. Throws when the marks are not there. */
export function replaceGenerated(page: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [page.indexOf(open), page.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the page has no part ${name}`)
  return `${page.slice(0, from + open.length)}\n${text}\n${page.slice(to)}`
}
