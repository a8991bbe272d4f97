/** An office to test in: units, counters, officers, assignments and paired tablets, put straight into the database. */
import { randomUUID } from 'node:crypto'
import { hashToken, newToken } from '../../server/secrets.ts'
import type { TestDatabase } from './database.ts'

type Database = Pick<TestDatabase, 'query'>

export interface Tablet {
  readonly terminal_id: number
  readonly token: string
  readonly counter_id: number
  readonly unit_id: number
}

export interface Office {
  readonly unit_id: number
  readonly counters: readonly number[]
  readonly officers: readonly number[]
  /** One per counter, in their order. */
  readonly tablets: readonly Tablet[]
}

let offices = 0

/** A unit of its own with so many counters (a paired tablet each) and officers, nobody assigned yet. */
export async function createOffice(
  db: Database,
  { counters = 1, officers = 1, name }: { counters?: number; officers?: number; name?: string } = {},
): Promise<Office> {
  offices += 1
  const unitName = name ?? `Xã ${offices}`
  const [unit] = await db.query<{ unit_id: number }>(
    `insert into units (name, kind) values ($1, 'commune') returning unit_id`,
    [unitName],
  )
  const unit_id = unit?.unit_id as number
  const many = async (table: 'counters' | 'officers', key: string, word: string, count: number) =>
    (
      await db.query<{ id: number }>(
        `insert into ${table} (unit_id, name) select $1, $2 || i from generate_series(1, $3) i returning ${key} as id`,
        [unit_id, `${word} `, count],
      )
    ).map((row) => row.id)
  const counterIds = await many('counters', 'counter_id', 'Quầy', counters)
  const officerIds = await many('officers', 'officer_id', `${unitName}: cán bộ`, officers)
  const tablets: Tablet[] = []
  for (const counterId of counterIds) tablets.push(await pairTablet(db, counterId))
  return { unit_id, counters: counterIds, officers: officerIds, tablets }
}

/** A tablet as it is after pairing. */
export async function pairTablet(db: Database, counterId: number): Promise<Tablet> {
  const token = newToken()
  const [row] = await db.query<{ terminal_id: number; unit_id: number }>(
    `insert into terminals (unit_id, counter_id, name, token_hash, paired_at)
     select unit_id, counter_id, name, $2, now() from counters where counter_id = $1 returning terminal_id, unit_id`,
    [counterId, hashToken(token)],
  )
  if (!row) throw new Error(`no counter ${counterId}`)
  return { ...row, token, counter_id: counterId }
}

/** Officer at counter from a moment on, or to a moment. ISO instants. */
export async function assign(
  db: Database,
  counterId: number,
  officerId: number,
  from: string,
  to: string | null = null,
): Promise<void> {
  await db.query(
    `insert into assignments (unit_id, counter_id, officer_id, during)
     select unit_id, counter_id, $2, tstzrange($3::timestamptz, $4::timestamptz) from counters where counter_id = $1`,
    [counterId, officerId, from, to],
  )
}

/** A rating as a tablet would send it; every part may be replaced, also by what no tablet would say. */
export function rating(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: randomUUID(),
    scale: 'faces5',
    level: 5,
    marks: [],
    language: 'vi',
    rated_at: '2026-11-24T10:00:00+07:00',
    ...parts,
  }
}

/** The envelope, sent at the moment the rating of `rating()` was tapped unless told otherwise. */
export function batch(ratings: readonly unknown[], parts: Record<string, unknown> = {}): Record<string, unknown> {
  return { sent_at: '2026-11-24T10:00:00+07:00', ratings, ...parts }
}
