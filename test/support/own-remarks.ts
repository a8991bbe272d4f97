/**
 * Which officer reads which remark, worked by hand from the steps that appeared: nothing here is shared with the server. And
 * what a reader could do with it: which ratings one cannot tell apart by all that a list of remarks ever did.
 */
import type { TestDatabase } from './database.ts'
import type { Publications } from './publications.ts'

interface Owner {
  officer: number
  day: string
}

export class OwnRemarks {
  /** Every rating, whether it has a remark or not: whose its remark is or would be. */
  readonly #owners = new Map<string, Owner | null>()
  /** Everything that ever happened to it, as somebody would see it who looks after every lot. */
  readonly #history = new Map<string, string>()
  readonly #seen = new Set<string>()
  readonly #published: Publications
  readonly #db: Pick<TestDatabase, 'query'>
  readonly #unit: number
  #pieces = 0
  moved = 0

  constructor(db: Pick<TestDatabase, 'query'>, unit: number, published: Publications) {
    this.#db = db
    this.#unit = unit
    this.#published = published
  }

  /** What happened since it was asked last, lot by lot. */
  #follow(): void {
    const fresh = this.#published.pieces.slice(this.#pieces)
    this.#pieces = this.#published.pieces.length
    for (const lot of new Set(fresh.map((piece) => piece.lot))) {
      this.#move(
        lot,
        fresh.filter((piece) => piece.lot === lot),
      )
    }
  }

  #move(lot: number, pieces: Publications['pieces']): void {
    const [left, came] = [new Map<string, number>(), new Map<string, Owner>()]
    for (const { officer, aside, day, changes } of pieces) {
      const fresh = [...changes.keys()].filter((id) => !this.#seen.has(id))
      for (const id of fresh) this.#seen.add(id)
      if (officer === null || aside) continue
      // New ratings bring their remarks; where there are none, all of it moves together.
      for (const id of fresh.length > 0 ? fresh : changes.keys()) {
        if ((changes.get(id) as number) < 0) left.set(id, officer)
        else came.set(id, { officer, day })
      }
    }
    for (const id of new Set([...left.keys(), ...came.keys()])) {
      const owner = this.#owners.get(id) ?? null
      if ((owner?.officer ?? null) !== (left.get(id) ?? null)) continue
      if (owner) this.moved += 1
      const to = came.get(id) ?? null
      this.#owners.set(id, to)
      this.#history.set(id, `${this.#history.get(id) ?? ''} ${lot}:${to ? `${to.officer} ${to.day}` : '-'}`)
    }
  }

  /** What this officer reads on a day, as the API writes it: released on the next working day after its step's. */
  async expected(officer: number, today: string): Promise<{ month: string; text: string }[]> {
    this.#follow()
    const written = await this.#db.query<{ rating_id: string; masked: string }>(
      'select rating_id, masked from remarks where unit_id = $1',
      [this.#unit],
    )
    const free = await this.#db.query<{ day: string }>(`select day::text from holidays where active and kind = 'off'`)
    const holidays = new Set(free.map(({ day }) => day))
    const shown = written.flatMap(({ rating_id, masked }) => {
      const owner = this.#owners.get(rating_id)
      if (owner?.officer !== officer || nextWorkingDay(owner.day, holidays) > today) return []
      return [{ month: owner.day.slice(0, 7), text: masked }]
    })
    return shown.sort((a, b) => (a.month === b.month ? a.text.localeCompare(b.text, 'vi') : a.month < b.month ? 1 : -1))
  }

  /** How many ratings at least share all that ever happened to a remark: so many citizens may have written it. */
  fewestAlike(): number {
    this.#follow()
    const alike = new Map<string, number>()
    for (const history of this.#history.values()) alike.set(history, (alike.get(history) ?? 0) + 1)
    return Math.min(...alike.values())
  }
}

function nextWorkingDay(day: string, holidays: ReadonlySet<string>): string {
  let at = Date.parse(`${day}T00:00:00Z`)
  for (;;) {
    at += 86_400_000
    const next = new Date(at)
    const text = next.toISOString().slice(0, 10)
    if (next.getUTCDay() % 6 !== 0 && !holidays.has(text)) return text
  }
}
