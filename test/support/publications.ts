/**
 * What of which rating was ever published: follows verdicts and waiting changes from one count to the next, cuts steps by
 * hand, and searches everything somebody could have read for two things whose difference is fewer than five ratings.
 */
import type { TestDatabase } from './database.ts'
import { dayAt, publish, Shown } from './recount.ts'

export interface Piece {
  readonly counter: number
  /** Null = nobody was assigned. */
  readonly officer: number | null
  readonly aside: boolean
  readonly day: string
  /** Rating -> +1 came, -1 left. */
  readonly changes: ReadonlyMap<string, number>
  readonly levels: readonly number[]
  /** Pieces of one lot appear in one moment. */
  readonly lot: number
}

interface Said {
  rating_id: string
  counter_id: number
  officer_id: number | null
  aside: boolean
  level: number
  local_day: string
}

type Waiting = Map<string, { said: Said; sign: number }>

const keyOf = ({ counter_id, officer_id, aside }: Said) => `${counter_id}/${officer_id ?? 'nobody'}/${aside}`

/** Every step of one unit with the ratings in it; `follow()` after each count. */
export class Publications {
  readonly pieces: Piece[] = []
  /** Differences between the steps worked by hand and those of the database; there must be none. */
  readonly surprises: string[] = []
  readonly #before = new Map<string, Said>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #shown = new Shown()
  readonly #db: Pick<TestDatabase, 'query'>
  readonly #unit: number
  #lot = 0

  constructor(db: Pick<TestDatabase, 'query'>, unit: number) {
    this.#db = db
    this.#unit = unit
  }

  /** How many steps appeared. Count one lot at a time: what two lots moved to and fro could not be told from what stayed. */
  async follow(): Promise<number> {
    const now = await this.#db.query<Said & Record<string, unknown>>(
      `select r.rating_id, r.counter_id, v.officer_id, v.set_aside <> 0 as aside, r.level, r.local_day::text
         from ratings r join verdicts v using (rating_id) where r.unit_id = $1`,
      [this.#unit],
    )
    const touched = new Map<string, Said>()
    for (const said of now) {
      const before = this.#before.get(said.rating_id)
      if (before && keyOf(before) === keyOf(said)) continue
      if (before) this.#move(before, -1)
      this.#move(said, 1)
      for (const group of before ? [before, said] : [said]) touched.set(keyOf(group), group)
      this.#before.set(said.rating_id, said)
    }
    const made = this.pieces.length
    this.#lot += 1
    const groups = [...touched.values()].sort(
      (a, b) =>
        a.counter_id - b.counter_id || (a.officer_id ?? 0) - (b.officer_id ?? 0) || Number(a.aside) - Number(b.aside),
    )
    for (const group of groups) this.#publish(group, this.#waiting.get(keyOf(group)) as Waiting)
    const gone = await this.#db.query<{ rating_id: string }>(
      `select rating_id from ratings r left join moments m using (rating_id)
        where r.unit_id = $1 and m.corrected_at is null`,
      [this.#unit],
    )
    const old = new Set(gone.map(({ rating_id }) => rating_id))
    this.#shown.forget((id) => old.has(id))
    await this.#compare()
    return this.pieces.length - made
  }

  #move(said: Said, sign: number): void {
    const group: Waiting = this.#waiting.get(keyOf(said)) ?? new Map()
    this.#waiting.set(keyOf(said), group)
    if (group.has(said.rating_id)) group.delete(said.rating_id)
    else group.set(said.rating_id, { said, sign })
  }

  #publish(group: Said, waiting: Waiting): void {
    const changes = [...waiting].map(([id, { said, sign }]) => ({ id, day: said.local_day, sign, said }))
    for (const step of publish(changes, this.#shown).steps) {
      const levels = [0, 0, 0, 0, 0]
      for (const { said, sign } of step.changes) {
        levels[said.level - 1] = (levels[said.level - 1] ?? 0) + sign
        waiting.delete(said.rating_id)
      }
      const { counter_id: counter, officer_id: officer, aside } = group
      const moved = new Map(step.changes.map(({ id, sign }) => [id, sign]))
      this.pieces.push({ counter, officer, aside, day: step.day, levels, changes: moved, lot: this.#lot })
    }
  }

  async #compare(): Promise<void> {
    const rows = await this.#db.query<{ line: string }>(
      `select concat_ws(' ', counter_id, coalesce(officer_id, 0), set_aside, local_day, changes, n1, n2, n3, n4, n5) as line
         from steps where unit_id = $1 order by 1`,
      [this.#unit],
    )
    const wanted = this.pieces
      .map(({ counter, officer, aside, day, changes, levels }) =>
        [counter, officer ?? 0, aside ? 't' : 'f', day, changes.size, ...levels].join(' '),
      )
      .sort()
    const found = rows.map(({ line }) => line).sort()
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      const odd = [...found.filter((line) => !wanted.includes(line)), ...wanted.filter((line) => !found.includes(line))]
      this.surprises.push(`${dayAt(Date.now())}: ${odd.slice(0, 4).join(' | ')}`)
    }
  }
}

/** Something that could be read, or worked out of what could be read: the steps it is a sum of, each with its factor. */
export interface Known {
  readonly what: string
  /** A figure has levels; what is set aside is a number alone, so nothing of a figure can be taken from it. */
  readonly kind: 'figure' | 'set aside'
  readonly pieces: ReadonlyMap<number, number>
}

export const plus = (a: Known, b: Known, sign: 1 | -1): Known => {
  const pieces = new Map(a.pieces)
  for (const [piece, factor] of b.pieces) {
    const sum = (pieces.get(piece) ?? 0) + sign * factor
    if (sum === 0) pieces.delete(piece)
    else pieces.set(piece, sum)
  }
  return { kind: a.kind, what: `${a.what} ${sign === 1 ? 'and' : 'less'} ${b.what}`, pieces }
}

/**
 * The pairs of a kind whose difference is at least one and at most four ratings, and how many were compared. Alike things are
 * compared once. A rating that came in one step and left in another of the difference is in neither.
 */
export function searchPairs(known: readonly Known[], pieces: readonly Piece[]) {
  const alike = new Map<string, Known>()
  for (const one of known) {
    const key = [...one.pieces]
      .map(([piece, factor]) => `${piece}:${factor}`)
      .sort()
      .join(' ')
    if (!alike.has(one.kind + key)) alike.set(one.kind + key, one)
  }
  // Each as a dense row over all ratings: a difference is then one pass that ends at the fifth rating.
  const places = new Map<string, number>()
  for (const { changes } of pieces) for (const id of changes.keys()) if (!places.has(id)) places.set(id, places.size)
  const rows = [...alike.values()].map((one) => {
    const row = new Int8Array(places.size)
    for (const [piece, factor] of one.pieces) {
      for (const [id, sign] of pieces[piece]?.changes ?? [])
        row[places.get(id) as number] = (row[places.get(id) as number] ?? 0) + sign * factor
    }
    return { what: one.what, kind: one.kind, row }
  })
  const found: string[] = []
  let compared = 0
  for (const [index, a] of rows.entries()) {
    for (let other = 0; other < index; other += 1) {
      const b = rows[other] as (typeof rows)[number]
      if (a.kind !== b.kind) continue
      compared += 1
      const apart = differing(a.row, b.row)
      if (apart > 0 && apart < 5) found.push(`${a.what} | ${b.what}: ${apart}`)
    }
  }
  return { found, compared, different: rows.length }
}

/** In how many places two rows differ; stops at five. */
function differing(a: Int8Array, b: Int8Array): number {
  let count = 0
  for (let place = 0; place < a.length; place += 1) {
    if (a[place] !== b[place]) {
      count += 1
      if (count === 5) break
    }
  }
  return count
}
