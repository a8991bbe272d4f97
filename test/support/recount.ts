/** Counting done again by hand, from the words of the rules and by the slowest way: nothing here is shared with the server. */

export interface Tap {
  readonly id: string
  readonly unit_id: number
  readonly counter_id: number
  readonly terminal_id: number
  readonly level: number
  readonly marks: readonly { commitment: string; kept: boolean }[]
  /** Epoch milliseconds by the server's clock. */
  readonly at: number
  readonly sequence: number | null
  readonly dwell_ms: number | null
  /** False when only the moment of arrival is known: the rules of time then do not apply. */
  readonly timed: boolean
}

export interface Shift {
  readonly counter_id: number
  readonly officer_id: number
  readonly from: number
  readonly to: number | null
}

export interface Verdict {
  readonly officer_id: number | null
  /** The stored code: 0 counted, 1 too soon, 2 burst, 3 mash. */
  readonly set_aside: number
}

export interface Sum {
  levels: number[]
  service_only: number
  /** `commitment kept` or `commitment broken` -> count; no zeros. */
  marks: Record<string, number>
}

const service = ['service_time', 'service_guidance', 'service_place']
const officeDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh' })
/** The calendar day in the office, by the system's own time-zone tables. */
export const dayAt = (at: number): string => officeDay.format(at)

/** Who was assigned: looks at every shift. */
export function officerAt(counterId: number, at: number, roster: readonly Shift[]): number | null {
  const serving = roster.filter(
    (shift) => shift.counter_id === counterId && shift.from <= at && (shift.to === null || at < shift.to),
  )
  if (serving.length > 1) throw new Error('two officers at one counter at once')
  return serving[0]?.officer_id ?? null
}

/** Rule of the burst: four taps or more within any minute belong together, and so do bursts that share a tap. */
function burstsOf(taps: readonly Tap[]): Map<string, number> {
  const linked = new Map<string, number>()
  let burst = 0
  for (let first = 0; first + 3 < taps.length; first += 1) {
    const group = taps.slice(first, first + 4)
    if ((group[3] as Tap).at - (group[0] as Tap).at >= 60_000) continue
    const shared = group.map((tap) => linked.get(tap.id)).find((known) => known !== undefined)
    if (shared === undefined) burst += 1
    for (const tap of group) linked.set(tap.id, shared ?? burst)
  }
  return linked
}

/** Every tap's verdict, judged by whole days of a tablet. */
export function judgeAll(taps: readonly Tap[], roster: readonly Shift[]): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>()
  for (const key of new Set(taps.map(({ terminal_id, at }) => `${terminal_id} ${dayAt(at)}`))) {
    const day = taps
      .filter(({ terminal_id, at }) => `${terminal_id} ${dayAt(at)}` === key)
      .sort(
        (a, b) =>
          a.at - b.at || (a.sequence ?? Number.MAX_VALUE) - (b.sequence ?? Number.MAX_VALUE) || (a.id < b.id ? -1 : 1),
      )
    const bursts = burstsOf(day.filter((tap) => tap.timed))
    const accepted: Tap[] = []
    for (const [index, tap] of day.entries()) {
      const before = day[index - 1]
      const burst = bursts.get(tap.id)
      let rule = 0
      if (burst !== undefined && accepted.some((other) => bursts.get(other.id) === burst)) rule = 2
      else if (tap.timed && accepted.some((other) => other.timed && tap.at - other.at < 5000)) rule = 1
      else if (isQuick(tap) && before !== undefined && isQuick(before)) rule = 3
      else accepted.push(tap)
      verdicts.set(tap.id, { officer_id: officerAt(tap.counter_id, tap.at, roster), set_aside: rule })
    }
  }
  return verdicts
}

const isQuick = (tap: Tap): boolean => tap.dwell_ms !== null && tap.dwell_ms < 400

/** Adds a tap to the sum under `key`, or takes it away. */
export function addTap(sums: Map<string, Sum>, key: string, tap: Pick<Tap, 'level' | 'marks'>, sign: number): void {
  const sum = sums.get(key) ?? { levels: [0, 0, 0, 0, 0], service_only: 0, marks: {} }
  sums.set(key, sum)
  sum.levels[tap.level - 1] = (sum.levels[tap.level - 1] as number) + sign
  const broken = tap.marks.filter((mark) => !mark.kept)
  if (tap.level <= 3 && broken.length > 0 && broken.every((mark) => service.includes(mark.commitment))) {
    sum.service_only += sign
  }
  for (const { commitment, kept } of tap.marks) {
    const name = `${commitment} ${kept ? 'kept' : 'broken'}`
    sum.marks[name] = (sum.marks[name] ?? 0) + sign
    if (sum.marks[name] === 0) delete sum.marks[name]
  }
}

const isZero = (sum: Sum) =>
  sum.levels.every((count) => count === 0) && sum.service_only === 0 && Object.keys(sum.marks).length === 0

/** For comparing: sorted, without sums of nothing. */
export function settled(sums: ReadonlyMap<string, Sum>): [string, Sum][] {
  return [...sums].filter(([, sum]) => !isZero(sum)).sort(([a], [b]) => (a < b ? -1 : 1))
}

export const groupOf = (tap: Tap, verdict: Verdict): string =>
  `${tap.counter_id} ${verdict.officer_id ?? 'nobody'} ${verdict.set_aside === 0 ? 'counted' : 'aside'}`

/** Sums by counter, officer, month and whether set aside; and by day, month or year and whether set aside. */
export function sumUp(taps: readonly Tap[], verdicts: ReadonlyMap<string, Verdict>) {
  const cells = new Map<string, Sum>()
  const unitDays = new Map<string, Sum>()
  const unitSpans = new Map<string, Sum>()
  for (const tap of taps) {
    const verdict = verdicts.get(tap.id) as Verdict
    const day = dayAt(tap.at)
    const aside = verdict.set_aside === 0 ? 'counted' : 'aside'
    addTap(cells, `${groupOf(tap, verdict)} ${day.slice(0, 7)}-01`, tap, 1)
    addTap(unitDays, `${aside} ${day}`, tap, 1)
    for (const length of [7, 4]) addTap(unitSpans, `${aside} ${day.slice(0, length)}`, tap, 1)
  }
  return { cells: settled(cells), unitDays: settled(unitDays), unitSpans: settled(unitSpans) }
}

export interface Moved extends Moving {
  readonly tap: Tap
}

export const moved = (tap: Tap, sign: number): Moved => ({ tap, sign, id: tap.id, day: dayAt(tap.at) })

/** Which ratings were in a step already, and which of them appeared together: the sets that may be moved whole. */
export class Shown {
  readonly #ever = new Set<string>()
  /** Disjoint sets, each of five or more. */
  #together: ReadonlySet<string>[] = []

  has(id: string): boolean {
    return this.#ever.has(id)
  }

  /** What is known no more moves only beside new ratings. */
  forget(gone: (id: string) => boolean): void {
    this.#forgotten = gone
  }
  #forgotten: (id: string) => boolean = () => false

  setOf(id: string): ReadonlySet<string> | undefined {
    return this.#forgotten(id) ? undefined : this.#together.find((set) => set.has(id))
  }

  show(ids: readonly string[], corrected: boolean): void {
    for (const id of ids) this.#ever.add(id)
    if (!corrected) this.#together.push(new Set(ids))
  }

  part(whole: ReadonlySet<string>, part: ReadonlySet<string>): void {
    const rest = new Set([...whole].filter((id) => !part.has(id)))
    this.#together = [...this.#together.filter((set) => set !== whole), part, ...(rest.size > 0 ? [rest] : [])]
  }
}

interface Moving {
  readonly id: string
  readonly day: string
  readonly sign: number
}

/**
 * Changes of one group. Whole sets of what appeared together move at once, or parts of five and more that leave five and more;
 * then, day by day, five ratings that nobody has seen appear, and with them the other changes of those days.
 */
export function publish<Change extends Moving>(
  waiting: readonly Change[],
  shown: Shown,
): { steps: { day: string; changes: Change[] }[]; waiting: Change[] } {
  const steps: { day: string; changes: Change[] }[] = []
  let left = [...waiting]
  for (const sign of [-1, 1]) {
    const whole = new Set(left.filter((one) => one.sign === sign && shown.has(one.id)).map(({ id }) => shown.setOf(id)))
    for (const set of whole) {
      if (!set) continue
      const changes = left.filter((one) => one.sign === sign && set.has(one.id) && shown.setOf(one.id) === set)
      const stays = set.size - changes.length
      if (changes.length < 5 || (stays > 0 && stays < 5)) continue
      steps.push({
        day: changes
          .map(({ day }) => day)
          .sort()
          .at(-1) as string,
        changes,
      })
      left = left.filter((one) => !changes.includes(one))
      shown.part(set, new Set(changes.map(({ id }) => id)))
    }
  }
  let gathered: Change[] = []
  for (const day of [...new Set(left.map((one) => one.day))].sort()) {
    gathered = [...gathered, ...left.filter((one) => one.day === day)]
    if (gathered.filter(({ id }) => !shown.has(id)).length < 5) continue
    steps.push({ day, changes: gathered })
    shown.show(
      gathered.map(({ id }) => id),
      gathered.some(({ id }) => shown.has(id)),
    )
    gathered = []
  }
  return { steps, waiting: gathered }
}
