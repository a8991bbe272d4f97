/** Tells every server on the database, after a commit, whose pages have something new: units, never what or who. */
import type pg from 'pg'
import { CHANGES_CHANNEL, type CountClient } from './database.ts'

/** PostgreSQL refuses longer payloads than 8,000 bytes; with more units than this all are told to look. */
const MOST_UNITS = 800

/** `units` null = all of them. Inside a transaction it is told when that commits. */
export async function tellChanges(client: CountClient | pg.Pool, units: Iterable<number> | null): Promise<void> {
  const named = units === null ? [] : [...units]
  if (units !== null && named.length === 0) return
  const payload = named.length > MOST_UNITS ? '' : named.join(',')
  await client.query(`select pg_notify($1, $2)`, [CHANGES_CHANNEL, payload])
}

/** From now on the connection is notified of what is told. */
export async function listenForChanges(client: CountClient): Promise<void> {
  await client.query(`listen ${CHANGES_CHANNEL}`)
}

/** What was told: the units, or null for all. */
export function readChanges(payload: string | undefined): number[] | null {
  return payload ? payload.split(',').map(Number) : null
}
