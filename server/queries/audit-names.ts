/** What the ids in the log's deeds are called: only what row-level security lets this reader see; other ids stay ids. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

type Noun = 'unit' | 'counter' | 'officer' | 'terminal' | 'account'

/** Fields of a deed that hold ids, alone or several. */
const nouns: Readonly<Record<string, Noun>> = {
  unit_id: 'unit',
  predecessors: 'unit',
  counter_id: 'counter',
  counters: 'counter',
  officer_id: 'officer',
  officers: 'officer',
  stand_in_id: 'officer',
  terminal_id: 'terminal',
  claimed_terminal_id: 'terminal',
  account_id: 'account',
}

/** `{"officer_id 12": "Cầm Thị Duyên"}`: by the field's name and its id. */
export type DeedNames = Record<string, string>

interface NamedDeed {
  subject: Record<string, unknown>
  detail: Record<string, unknown>
}

/** Every field that holds an id, wherever in a deed it stands, as `[field, id]`. */
function idsIn(value: unknown, field = ''): [string, number][] {
  if (Array.isArray(value)) return value.flatMap((part) => idsIn(part, field))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, part]) => idsIn(part, name))
  }
  const id = Number(value)
  return nouns[field] && value !== null && Number.isSafeInteger(id) && id > 0 && id < 2 ** 31 ? [[field, id]] : []
}

/** The names of each deed in order of `deeds`; at most one query, whatever their number. */
export async function findDeedNames(trx: Trx, deeds: readonly NamedDeed[]): Promise<DeedNames[]> {
  const found = deeds.map(({ subject, detail }) => idsIn({ ...subject, detail }))
  const wanted: Record<Noun, Set<number>> = {
    unit: new Set(),
    counter: new Set(),
    officer: new Set(),
    terminal: new Set(),
    account: new Set(),
  }
  for (const [field, id] of found.flat()) wanted[nouns[field] as Noun].add(id)
  if (found.every((ids) => ids.length === 0)) return deeds.map(() => ({}))
  const of = (noun: Noun) => sql`any (${[...wanted[noun]]}::int[])`
  const { rows } = await sql<{ noun: Noun; id: number; name: string }>`
    select 'unit' as noun, unit_id as id, name from units where unit_id = ${of('unit')}
    union all select 'counter', counter_id, name from counters where counter_id = ${of('counter')}
    union all select 'officer', officer_id, name from officers where officer_id = ${of('officer')}
    union all select 'terminal', terminal_id, name from terminals where terminal_id = ${of('terminal')}
    union all select 'account', account_id, username from accounts where account_id = ${of('account')}`.execute(trx)
  const names = new Map(rows.map(({ noun, id, name }) => [`${noun} ${id}`, name]))
  return found.map((ids) =>
    Object.fromEntries(
      ids.flatMap(([field, id]) => {
        const name = names.get(`${nouns[field]} ${id}`)
        return name === undefined ? [] : [[`${field} ${id}`, name]]
      }),
    ),
  )
}
