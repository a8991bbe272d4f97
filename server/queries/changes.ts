/** Tells every server on the database, after a commit, whose pages have something new: units, never what or who. */
import type pg from 'pg'
import { CHANGES_CHANNEL, type CountClient } from './database.ts'

/** PostgreSQL refuses longer payloads than 8,000 bytes; with more units than this all are told to look. */
const MOST_UNITS = 800

/** What was told: units for everybody who belongs to them, and units for those alone who are told live what comes in. */
export interface Told {
  readonly units: readonly number[]
  readonly live: readonly number[]
}

/** `units` null = all of them, for everybody. Inside a transaction it is told when that commits. */
export async function tellChanges(
  client: CountClient | pg.Pool,
  units: readonly number[] | null,
  live: readonly number[] = [],
): Promise<void> {
  if (units !== null && units.length + live.length === 0) return
  const payload =
    units === null || units.length + live.length > MOST_UNITS ? '' : `${units.join(',')};${live.join(',')}`
  await client.query(`select pg_notify($1, $2)`, [CHANGES_CHANNEL, payload])
}

/** From now on the connection is notified of what is told. */
export async function listenForChanges(client: CountClient): Promise<void> {
  await client.query(`listen ${CHANGES_CHANNEL}`)
}

/** What was told; null = any unit. */
export function readChanges(payload: string | undefined): Told | null {
  if (!payload) return null
  const [units = [], live = []] = payload.split(';').map((part) => (part === '' ? [] : part.split(',').map(Number)))
  return { units, live }
}
