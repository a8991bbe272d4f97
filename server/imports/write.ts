/** Writes a plan into the database, in the order in which its parts refer to each other, a few hundred rows at a time. */
import type { Plan, PlannedRow, Writes } from '../domain/imports/base.ts'
import type { Trx } from '../queries/database.ts'
import {
  endSessions,
  freeCounters,
  freeOfficers,
  freeUnits,
  insertAccounts,
  insertCounters,
  insertDossiers,
  insertGrants,
  insertOfficers,
  insertStays,
  insertUnits,
  insertVisits,
  moveStays,
  removeStays,
  replacePredecessors,
  requeueSpans,
  setAccountsActive,
  updateCounters,
  updateDossiers,
  updateOfficers,
  updateUnits,
  updateVisits,
} from '../queries/import-writes.ts'

/** The base is not what it was when the plan was made. */
export class Stale extends Error {}

const CHUNK = 500

export interface Written {
  /** The ids that the file's own rows were given. */
  idOf(noun: 'units' | 'counters' | 'officers' | 'accounts', id: number): number
  accounts: number[]
  requeued: number
}

/** `step` is called before each chunk with the rows done; it throws when the import was cancelled. Throws `Stale`. */
export async function writePlan(
  trx: Trx,
  { writes }: Plan,
  { now, ownSession, step }: { now: Date; ownSession: Buffer | null; step(done: number): Promise<void> },
): Promise<Written> {
  const ids = { units: new Map(), counters: new Map(), officers: new Map(), accounts: new Map() } as Record<
    'units' | 'counters' | 'officers' | 'accounts',
    Map<number, number>
  >
  const idOf: Written['idOf'] = (noun, id) => (id > 0 ? id : (ids[noun].get(id) ?? refuse()))
  const optional = (noun: 'units' | 'officers', id: number | null) => (id === null ? null : idOf(noun, id))
  let done = 0
  async function each<T>(rows: readonly T[], work: (chunk: T[]) => Promise<number | null>): Promise<void> {
    for (let place = 0; place < rows.length; place += CHUNK) {
      await step(done)
      const chunk = rows.slice(place, place + CHUNK)
      const count = await work(chunk)
      if (count !== null && count !== chunk.length) refuse()
      done += chunk.length
    }
  }
  /** Before rows are updated those that give up what must be unique let go of it; they are then one version further. */
  async function free<Row extends { version: number }>(
    rows: readonly Row[],
    id: keyof Row,
    work: (chunk: Row[]) => Promise<number[]>,
  ): Promise<Row[]> {
    const let_go = new Set<unknown>()
    for (let place = 0; place < rows.length; place += CHUNK) {
      for (const one of await work(rows.slice(place, place + CHUNK))) let_go.add(one)
    }
    return rows.map((row) => (let_go.has(row[id]) ? { ...row, version: row.version + 1 } : row))
  }
  /** Nothing about how many rows it touched: there a constraint speaks. */
  const uncounted =
    <T>(work: (chunk: T[]) => Promise<unknown>) =>
    async (chunk: T[]) => {
      await work(chunk)
      return null
    }

  const { units, counters, officers, accounts, assignments, visits, dossiers } = writes
  const unitsFreed = await free(units.update, 'unit_id', (chunk) => freeUnits(trx, chunk))
  await each(units.insert, async (chunk) => {
    const made = await insertUnits(trx, chunk)
    remember(ids.units, chunk, made, (unit) => `${unit.unit_code ?? ''}|${unit.unit}`, 'unit_id')
    return made.length
  })
  await each(unitsFreed, (chunk) => updateUnits(trx, chunk))
  await each(
    units.predecessors,
    uncounted((chunk) =>
      replacePredecessors(
        trx,
        chunk.map((row) => ({
          unit_id: idOf('units', row.unit_id),
          predecessors: row.predecessors.map((id) => idOf('units', id)),
        })),
      ),
    ),
  )

  const countersFreed = await free(counters.update, 'counter_id', (chunk) => freeCounters(trx, chunk))
  await each(countersFreed, (chunk) => updateCounters(trx, chunk))
  await each(counters.insert, async (chunk) => {
    const placed = chunk.map((row) => ({ ...row, unit_id: idOf('units', row.unit_id) }))
    const made = await insertCounters(trx, placed)
    remember(ids.counters, placed, made, (one) => `${one.unit_id}|${one.counter}`, 'counter_id')
    return made.length
  })
  const officersFreed = await free(officers.update, 'officer_id', (chunk) => freeOfficers(trx, chunk))
  await each(officersFreed, (chunk) => updateOfficers(trx, chunk))
  await each(officers.insert, async (chunk) => {
    const placed = chunk.map((row) => ({ ...row, unit_id: idOf('units', row.unit_id) }))
    const made = await insertOfficers(trx, placed)
    const key = (one: (typeof made)[number]) => `${one.unit_id}|${one.officer_code ?? ''}|${one.officer}`
    remember(ids.officers, placed, made, key, 'officer_id')
    return made.length
  })

  await each(accounts.insert, async (chunk) => {
    const made = await insertAccounts(trx, chunk)
    remember(ids.accounts, chunk, made, (one) => one.username, 'account_id')
    return made.length
  })
  await each(
    accounts.grants,
    uncounted((chunk) =>
      insertGrants(
        trx,
        chunk.map((row) => ({
          ...row,
          account_id: idOf('accounts', row.account_id),
          unit_id: optional('units', row.unit_id),
          officer_id: optional('officers', row.officer_id),
        })),
      ),
    ),
  )
  await each(accounts.active, (chunk) => setAccountsActive(trx, chunk))
  const changed = [...accounts.grants, ...accounts.active].map(({ account_id }) => account_id).filter((id) => id > 0)
  if (changed.length > 0) await endSessions(trx, [...new Set(changed)], ownSession)

  const spans = await writeAssignments(assignments)
  let touched = 0
  await each(
    visits.insert,
    uncounted((chunk) => insertVisits(trx, chunk.map(placeVisits), now)),
  )
  await each(visits.update, (chunk) => updateVisits(trx, chunk, now))
  await each(
    dossiers.insert,
    uncounted((chunk) => {
      const placed = chunk.map((row) => ({ ...row, unit_id: idOf('units', row.unit_id) }))
      return insertDossiers(trx, placed, now)
    }),
  )
  await each(dossiers.update, (chunk) =>
    updateDossiers(
      trx,
      chunk.map(({ before, after }) => ({
        ...after,
        was: [before.same_day, before.early, before.on_time, before.overdue],
      })),
      now,
    ),
  )
  await each(spans, async (chunk) => {
    touched += await requeueSpans(trx, chunk)
    return null
  })
  await step(done)
  return { idOf, accounts: [...ids.accounts.values()], requeued: touched }

  /** Returns the times whose ratings go back to be counted: last of all, for counting stands still from then on. */
  async function writeAssignments({ remove, move, insert, spans }: Writes['assignments']) {
    await each(remove, (chunk) => removeStays(trx, chunk))
    await each(move, (chunk) => moveStays(trx, chunk))
    const placed = insert.map((row) => ({
      ...row,
      unit_id: idOf('units', row.unit_id),
      counter_id: idOf('counters', row.counter_id),
      officer_id: idOf('officers', row.officer_id),
    }))
    await each(
      placed,
      uncounted((chunk) => insertStays(trx, chunk)),
    )
    return spans.filter(({ counter_id }) => counter_id > 0)
  }

  function placeVisits<Row extends { unit_id: number; counter_id: number }>(row: Row): Row {
    return { ...row, unit_id: idOf('units', row.unit_id), counter_id: idOf('counters', row.counter_id) }
  }
}

function refuse(): never {
  throw new Stale('the base changed since the plan was made')
}

/** The ids of new rows, found again by what tells them apart. */
function remember<Wanted, Made>(
  ids: Map<number, number>,
  wanted: readonly Wanted[],
  made: readonly Made[],
  key: (row: Made) => string,
  id: keyof Wanted & keyof Made,
): void {
  const found = new Map(made.map((row) => [key(row), row[id] as number]))
  for (const row of wanted) ids.set(row[id] as number, found.get(key(row as unknown as Made)) ?? refuse())
}

/** The rows that something is told of in the audit log, by noun and unit. */
export function tellingRows(rows: readonly PlannedRow[]): Map<string, PlannedRow[]> {
  const groups = new Map<string, PlannedRow[]>()
  for (const one of rows) {
    if (one.row.outcome !== 'new' && one.row.outcome !== 'changed') continue
    const key = `${one.row.noun} ${one.unit_id ?? ''}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}
