/** Writes many rows at once, as an import planned them. Whatever has changed since the plan makes a count differ. */
import { sql } from 'kysely'
import { rosterLock, type Trx } from './database.ts'

const recordset = (rows: readonly unknown[], shape: string) =>
  sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (${sql.raw(shape)})`
const touched = (result: { numAffectedRows?: bigint | undefined }): number => Number(result.numAffectedRows ?? 0n)

const unitShape = `unit_id int, unit_code text, unit text, kind text, area text, valid_from date, valid_to date, hotline text,
  duty_leader_name text, duty_leader_phone text, counters_only bool, version int`

const counterShape = 'counter_id int, unit_id int, counter text, service text, active bool, version int'
const officerShape = `officer_id int, unit_id int, officer_code text, officer text, title text, signed_on date, active bool,
  version int`

const freed = (result: { rows: { id: number }[] }): number[] => result.rows.map(({ id }) => id)

/** Takes a changing code off its unit before others are written: two may trade codes, and a new one take what is given up. */
export async function freeUnits(trx: Trx, rows: readonly unknown[]): Promise<number[]> {
  return freed(
    await sql<{ id: number }>`
    update units u set code = null from ${recordset(rows, unitShape)}
     where u.unit_id = r.unit_id and u.version = r.version and u.code is distinct from r.unit_code and u.code is not null
    returning u.unit_id as id`.execute(trx),
  )
}

/** The same of counters, whose names are theirs while they are open. */
export async function freeCounters(trx: Trx, rows: readonly unknown[]): Promise<number[]> {
  return freed(
    await sql<{ id: number }>`
    update counters c set active = false from ${recordset(rows, counterShape)}
     where c.counter_id = r.counter_id and c.version = r.version and c.active and lower(c.name) <> lower(r.counter)
    returning c.counter_id as id`.execute(trx),
  )
}

export async function freeOfficers(trx: Trx, rows: readonly unknown[]): Promise<number[]> {
  return freed(
    await sql<{ id: number }>`
    update officers o set code = null from ${recordset(rows, officerShape)}
     where o.officer_id = r.officer_id and o.version = r.version and o.code is distinct from r.officer_code
       and o.code is not null
    returning o.officer_id as id`.execute(trx),
  )
}

/** Returns the new rows' ids with what tells them apart. */
export async function insertUnits(
  trx: Trx,
  rows: readonly unknown[],
): Promise<{ unit_id: number; unit_code: string | null; unit: string }[]> {
  const made = await sql<{ unit_id: number; unit_code: string | null; unit: string }>`
    insert into units (code, name, kind, area, valid_from, valid_to, hotline, duty_leader_name, duty_leader_phone, counters_only)
    select unit_code, unit, kind, area, valid_from, valid_to, hotline, duty_leader_name, duty_leader_phone, counters_only
      from ${recordset(rows, unitShape)}
    returning unit_id, code as unit_code, name as unit`.execute(trx)
  return made.rows
}

export async function updateUnits(trx: Trx, rows: readonly unknown[]): Promise<number> {
  return touched(
    await sql`
    update units u set code = r.unit_code, name = r.unit, kind = r.kind, area = r.area, valid_from = r.valid_from,
           valid_to = r.valid_to, hotline = r.hotline, duty_leader_name = r.duty_leader_name,
           duty_leader_phone = r.duty_leader_phone, counters_only = r.counters_only
      from ${recordset(rows, unitShape)} where u.unit_id = r.unit_id and u.version = r.version`.execute(trx),
  )
}

export async function replacePredecessors(
  trx: Trx,
  rows: readonly { unit_id: number; predecessors: readonly number[] }[],
): Promise<void> {
  const ids = rows.map(({ unit_id }) => unit_id)
  await sql`delete from unit_predecessors where unit_id = any (${ids}::integer[])`.execute(trx)
  const pairs = rows.flatMap(({ unit_id, predecessors }) =>
    predecessors.map((predecessor_id) => ({ unit_id, predecessor_id })),
  )
  if (pairs.length > 0) await trx.insertInto('unit_predecessors').values(pairs).execute()
}

export async function insertCounters(
  trx: Trx,
  rows: readonly unknown[],
): Promise<{ counter_id: number; unit_id: number; counter: string }[]> {
  const made = await sql<{ counter_id: number; unit_id: number; counter: string }>`
    insert into counters (unit_id, name, service, active) select unit_id, counter, service, active
      from ${recordset(rows, counterShape)} returning counter_id, unit_id, name as counter`.execute(trx)
  return made.rows
}

export async function updateCounters(trx: Trx, rows: readonly unknown[]): Promise<number> {
  return touched(
    await sql`
    update counters c set name = r.counter, service = r.service, active = r.active from ${recordset(rows, counterShape)}
     where c.counter_id = r.counter_id and c.version = r.version`.execute(trx),
  )
}

export async function insertOfficers(
  trx: Trx,
  rows: readonly unknown[],
): Promise<{ officer_id: number; unit_id: number; officer_code: string | null; officer: string }[]> {
  const made = await sql<{ officer_id: number; unit_id: number; officer_code: string | null; officer: string }>`
    insert into officers (unit_id, code, name, title, signed_on, active)
    select unit_id, officer_code, officer, title, signed_on, active from ${recordset(rows, officerShape)}
    returning officer_id, unit_id, code as officer_code, name as officer`.execute(trx)
  return made.rows
}

export async function updateOfficers(trx: Trx, rows: readonly unknown[]): Promise<number> {
  return touched(
    await sql`
    update officers o set code = r.officer_code, name = r.officer, title = r.title, signed_on = r.signed_on,
           active = r.active from ${recordset(rows, officerShape)}
     where o.officer_id = r.officer_id and o.version = r.version`.execute(trx),
  )
}

/** New accounts have no password: their owners set one by an invitation. */
export async function insertAccounts(
  trx: Trx,
  rows: readonly unknown[],
): Promise<{ account_id: number; username: string }[]> {
  const made = await sql<{ account_id: number; username: string }>`
    insert into accounts (username, active) select username, active
      from ${recordset(rows, 'username text, active bool')} returning account_id, username`.execute(trx)
  return made.rows
}

export async function insertGrants(trx: Trx, rows: readonly unknown[]): Promise<void> {
  await sql`
    insert into account_roles (account_id, role, unit_id, officer_id) select account_id, role, unit_id, officer_id
      from ${recordset(rows, 'account_id int, role text, unit_id int, officer_id int')}`.execute(trx)
}

export async function setAccountsActive(trx: Trx, rows: readonly unknown[]): Promise<number> {
  return touched(
    await sql`update accounts a set active = r.active from ${recordset(rows, 'account_id int, active bool')}
     where a.account_id = r.account_id and a.active <> r.active`.execute(trx),
  )
}

/** Whoever's rights changed logs in again; the session `except` goes on. */
export async function endSessions(trx: Trx, accounts: readonly number[], except: Buffer | null): Promise<void> {
  await sql`delete from sessions where account_id = any (${[...accounts]}::integer[])
     and (${except}::bytea is null or token_hash <> ${except})`.execute(trx)
}

const at = (value: string) => sql`to_timestamp(${sql.raw(value)} / 1000.0)`

export async function removeStays(trx: Trx, ids: readonly number[]): Promise<number> {
  return touched(await sql`delete from assignments where assignment_id = any (${[...ids]}::integer[])`.execute(trx))
}

/** First every row shrinks to what it keeps, then it grows: at no moment do two overlap. */
export async function moveStays(trx: Trx, rows: readonly unknown[]): Promise<number> {
  const shape = 'assignment_id int, "from" bigint, before bigint, "to" bigint'
  const shrunk = await sql`
    update assignments a set during = a.during * tstzrange(${at('r.from')}, ${at('r.to')}) from ${recordset(rows, shape)}
     where a.assignment_id = r.assignment_id
       and (extract(epoch from upper(a.during)) * 1000)::bigint is not distinct from r.before`.execute(trx)
  await sql`
    update assignments a set during = tstzrange(lower(a.during), ${at('r.to')}) from ${recordset(rows, shape)}
     where a.assignment_id = r.assignment_id`.execute(trx)
  return touched(shrunk)
}

export async function insertStays(trx: Trx, rows: readonly unknown[]): Promise<void> {
  const shape = 'unit_id int, counter_id int, officer_id int, "from" bigint, "to" bigint'
  await sql`
    insert into assignments (unit_id, counter_id, officer_id, during)
    select unit_id, counter_id, officer_id, tstzrange(${at('r.from')}, ${at('r.to')})
      from ${recordset(rows, shape)}`.execute(trx)
}

/** Puts the ratings of changed times back into the inbox; returns how many. Last of all: counting stands still from here on. */
export async function requeueSpans(trx: Trx, rows: readonly unknown[]): Promise<number> {
  await sql.raw(rosterLock).execute(trx)
  const { rows: found } = await sql<{ touched: number | null }>`
    select sum(requeue_counter(r.counter_id, tstzrange(${at('r.from')}, ${at('r.to')})))::integer as touched
      from ${recordset(rows, 'counter_id int, "from" bigint, "to" bigint')}`.execute(trx)
  return found[0]?.touched ?? 0
}

const visitsShape = 'unit_id int, counter_id int, grain text, day date, procedure_group text, visits int, before int'

export async function insertVisits(trx: Trx, rows: readonly unknown[], now: Date): Promise<void> {
  await sql`
    insert into visits (unit_id, counter_id, grain, day, procedure_group, visits, updated_at)
    select unit_id, counter_id, grain, day, procedure_group, visits, ${now} from ${recordset(rows, visitsShape)}`.execute(
    trx,
  )
}

export async function updateVisits(trx: Trx, rows: readonly unknown[], now: Date): Promise<number> {
  return touched(
    await sql`
    update visits v set visits = r.visits, updated_at = ${now} from ${recordset(rows, visitsShape)}
     where v.counter_id = r.counter_id and v.grain = r.grain and v.day = r.day and v.procedure_group = r.procedure_group
       and v.visits = r.before`.execute(trx),
  )
}

const dossiersShape = `unit_id int, grain text, day date, procedure_group text, same_day int, early int, on_time int,
  overdue int, was jsonb`

export async function insertDossiers(trx: Trx, rows: readonly unknown[], now: Date): Promise<void> {
  await sql`
    insert into dossiers (unit_id, grain, day, procedure_group, same_day, early, on_time, overdue, updated_at)
    select unit_id, grain, day, procedure_group, same_day, early, on_time, overdue, ${now}
      from ${recordset(rows, dossiersShape)}`.execute(trx)
}

/** `was` = the four numbers that stood there. */
export async function updateDossiers(trx: Trx, rows: readonly unknown[], now: Date): Promise<number> {
  return touched(
    await sql`
    update dossiers d set same_day = r.same_day, early = r.early, on_time = r.on_time, overdue = r.overdue,
           updated_at = ${now} from ${recordset(rows, dossiersShape)}
     where d.unit_id = r.unit_id and d.grain = r.grain and d.day = r.day and d.procedure_group = r.procedure_group
       and jsonb_build_array(d.same_day, d.early, d.on_time, d.overdue) = r.was`.execute(trx),
  )
}
