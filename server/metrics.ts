/** A tiny registry of numbers for operators, written in the text format that Prometheus and its relatives read. */

type Labels = Readonly<Record<string, string | number>>

/** A number that only grows: requests answered, ratings stored. */
export interface Counter {
  add(labels?: Labels, by?: number): void
  /** Adds to one set of labels again and again, without putting the labels together each time. */
  of(labels: Labels): (by?: number) => void
}

/** One reading: a bare number, or one number per set of labels. */
export type Reading = number | readonly { labels: Labels; value: number }[]

export interface Metrics {
  /** Makes a counter. Every name is unique, and ends in `_total` for counters and totals alone: else this throws. */
  counter(name: string, help: string): Counter
  /** Registers a number that is read on each scrape; `read` may be async. A reading that fails is left out. */
  gauge(name: string, help: string, read: () => Reading | Promise<Reading>): void
  /** Like `gauge`, for a total that is kept elsewhere and only grows. */
  total(name: string, help: string, read: () => Reading | Promise<Reading>): void
  /** The whole text, one family after another in order of registration. */
  render(): Promise<string>
}

/** Label values are quoted as the text format asks: backslash, quote and line feed escaped. */
function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) =>
      `${key}="${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

export function createMetrics(): Metrics {
  const families = new Map<
    string,
    { help: string; kind: 'counter' | 'gauge'; read: () => Reading | Promise<Reading> }
  >()
  const register = (name: string, help: string, kind: 'counter' | 'gauge', read: () => Reading | Promise<Reading>) => {
    if (families.has(name)) throw new Error(`metric ${name} is registered twice`)
    // Prometheus takes rates of counters alone, and finds them by this suffix.
    if (name.endsWith('_total') !== (kind === 'counter')) throw new Error(`metric ${name} must not be a ${kind}`)
    families.set(name, { help, kind, read })
  }
  return {
    counter(name, help) {
      const values = new Map<string, { labels: Labels; value: number }>()
      register(name, help, 'counter', () => [...values.values()])
      const entryOf = (labels: Labels) => {
        const key = writeLabels(labels)
        const entry = values.get(key) ?? { labels, value: 0 }
        values.set(key, entry)
        return entry
      }
      return {
        add(labels = {}, by = 1) {
          entryOf(labels).value += by
        },
        of(labels) {
          const entry = entryOf(labels)
          return (by = 1) => {
            entry.value += by
          }
        },
      }
    },
    gauge: (name, help, read) => register(name, help, 'gauge', read),
    total: (name, help, read) => register(name, help, 'counter', read),
    async render() {
      const lines: string[] = []
      for (const [name, { help, kind, read }] of families) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`)
        let reading: Reading
        try {
          reading = await read()
        } catch {
          // One unreadable gauge (a database that is away) must not hide the others.
          continue
        }
        for (const { labels, value } of typeof reading === 'number' ? [{ labels: {}, value: reading }] : reading) {
          lines.push(`${name}${writeLabels(labels)} ${value}`)
        }
      }
      return `${lines.join('\n')}\n`
    },
  }
}
