/** SQL of the fleet's numbering: sums written by counting, read by those who look after tablets. */
import { sql } from 'kysely'
import { type CountClient, plain, type Trx } from './database.ts'

export interface SequenceSumRow {
  unit_id: number
  device_epoch: string
  terminal_id: number
  highest: number
  received: number
  repeated: number
}

export async function addToSequences(client: CountClient, rows: readonly SequenceSumRow[]): Promise<void> {
  if (rows.length === 0) return
  await client.query({
    name: 'add_to_sequences',
    text: `insert into device_sequences as d (unit_id, device_epoch, terminal_id, highest, received, repeated)
           select * from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[])
           on conflict (unit_id, device_epoch) do update set
             terminal_id = case when excluded.highest >= d.highest then excluded.terminal_id else d.terminal_id end,
             highest = greatest(d.highest, excluded.highest),
             received = d.received + excluded.received,
             repeated = d.repeated + excluded.repeated`,
    values: [
      rows.map((row) => row.unit_id),
      rows.map((row) => row.device_epoch),
      rows.map((row) => row.terminal_id),
      rows.map((row) => row.highest),
      rows.map((row) => row.received),
      rows.map((row) => row.repeated),
    ],
  })
}

/** Which tablets are meant: of a unit (null = of every unit in scope), of these alone (null = of all). */
export interface FleetChoice {
  unit_id: number | null
  terminals: readonly number[] | null
}

const ofUnit = (unitId: number | null) => (unitId === null ? sql`true` : sql`u.unit_id = ${unitId}`)

/** Rows whose `column` (of the table `u`) belongs to a tablet of the choice. */
const chosen = (column: 'unit_id' | 'counter_id' | 'terminal_id', { unit_id, terminals }: FleetChoice) => {
  if (terminals === null) return ofUnit(unit_id)
  const own = sql`${sql.raw(`u.${column}`)} in (select ${sql.raw(column)} from terminals where terminal_id = any (${terminals}::integer[]))`
  return sql`${ofUnit(unit_id)} and ${own}`
}

export interface FleetRow {
  terminal_id: number
  unit_id: number
  name: string
  counter_id: number
  counter_name: string
  service: string | null
  officer_id: number | null
  officer_name: string | null
  paired_at: Date | null
  pairing_code_expires_at: Date | null
  last_contact_at: Date | null
  queue_length: number | null
  oldest_at: Date | null
  rejected_length: number | null
  version: string | null
  /** As the heartbeat told them, with `received_at`. */
  details: Record<string, unknown> | null
  /** ISO weekdays on which the unit is open. */
  open_weekdays: number[]
}

/** Every pairing in scope that was not ended, in order of unit and counter, with who is assigned to its counter at `now`. */
export async function findFleet(trx: Trx, { unit_id, terminals }: FleetChoice, now: Date): Promise<FleetRow[]> {
  const { rows } = await sql<FleetRow>`
    select t.terminal_id, t.unit_id, t.name, t.counter_id, c.name as counter_name, c.service,
           o.officer_id, o.name as officer_name, t.paired_at, t.pairing_code_expires_at,
           k.last_contact_at, k.queue_length, k.oldest_at, k.rejected_length, k.version, k.details,
           coalesce(u.hours, (select value from settings where key = 'hours')) -> 'days' as open_weekdays
      from terminals t join units u using (unit_id) join counters c using (counter_id)
      left join terminal_contacts k using (terminal_id)
      left join assignments a on a.counter_id = t.counter_id and a.during @> ${now}::timestamptz
      left join officers o on o.officer_id = a.officer_id
     where t.revoked_at is null and ${ofUnit(unit_id)}
       and ${terminals === null ? sql`true` : sql`t.terminal_id = any (${terminals}::integer[])`}
     order by u.name, u.unit_id, c.name, t.name, t.terminal_id`.execute(trx)
  return rows
}

export interface StaffedRow {
  counter_id: number
  starts_at: Date
  /** Null = until changed. */
  ends_at: Date | null
}

/** Assignments that touch the time from `since` to `now`. */
export async function findStaffed(trx: Trx, choice: FleetChoice, since: Date, now: Date): Promise<StaffedRow[]> {
  const { rows } = await sql<StaffedRow>`
    select u.counter_id, lower(u.during) as starts_at, upper(u.during) as ends_at from assignments u
     where u.during && tstzrange(${since}, ${now}) and ${chosen('counter_id', choice)}`.execute(trx)
  return rows
}

/** The stores of the tablets in scope, with the numbers of theirs that are kept uncounted, and how many of these wait for a decision. The quarantine is asked once a unit, not once a store. */
export async function findSequences(
  trx: Trx,
  choice: FleetChoice,
): Promise<(SequenceSumRow & { held: number; quarantined: number })[]> {
  const { rows } = await sql<SequenceSumRow & { held: number; quarantined: number }>`
    with kept as materialized (
      select u.unit_id, q.* from units u cross join lateral quarantined_of_unit(u.unit_id) q where ${chosen('unit_id', choice)})
    select u.*, coalesce(q.held, 0) as held, coalesce(q.waiting, 0) as quarantined
      from device_sequences u left join kept q using (unit_id, device_epoch)
     where ${chosen('terminal_id', choice)}`.execute(trx)
  return rows
}

/** counter_id -> the last local day it received a rating. */
export async function findLastRated(trx: Trx, choice: FleetChoice): Promise<Map<number, string>> {
  const { rows } = await sql<{ counter_id: number; last_day: string }>`
    select u.counter_id, u.last_day from counter_activity u where ${chosen('counter_id', choice)}`.execute(trx)
  return new Map(rows.map((row) => [row.counter_id, row.last_day]))
}

export interface FleetUnitRow {
  unit_id: number
  name: string
  service_pin_set_at: Date | null
}

/** The units of the list, by name, with the moment their service corner got its PIN. */
export async function findFleetUnits(trx: Trx, choice: FleetChoice): Promise<FleetUnitRow[]> {
  const { rows } = await sql<FleetUnitRow>`
    select u.unit_id, u.name, p.set_at as service_pin_set_at from units u left join service_pins p using (unit_id)
     where ${chosen('unit_id', choice)} order by u.name, u.unit_id`.execute(trx)
  return rows
}

const places = sql`terminals t join units u using (unit_id) join counters c using (counter_id)`
const place = sql`u.name, u.unit_id, c.name, t.name, t.terminal_id`

/** Where a tablet stands, and the words it is found by: without marks, in lower case. */
export interface FleetPlace {
  terminal_id: number
  unit_id: number
  unit_name: string
  words: { unit: string; desk: string }
}

/** Every tablet in scope, in order of unit and counter. */
export async function listFleetPlaces(trx: Trx): Promise<FleetPlace[]> {
  const { rows } = await sql<Omit<FleetPlace, 'words'> & { desk: string }>`
    select t.terminal_id, u.unit_id, u.name as unit_name, concat_ws(' ', c.name, c.service, t.name) as desk
      from ${places} where t.revoked_at is null order by ${place}`.execute(trx)
  // One text for all tablets of a unit.
  const units = new Map<number, { name: string; plain: string }>()
  return rows.map(({ terminal_id, unit_id, unit_name, desk }) => {
    const unit = units.get(unit_id) ?? { name: unit_name, plain: plain(unit_name) }
    units.set(unit_id, unit)
    return { terminal_id, unit_id, unit_name: unit.name, words: { unit: unit.plain, desk: plain(desk) } }
  })
}

/** How many of them stand at or before a tablet, which may have been ended meanwhile; null for one out of scope. */
export async function rankInFleet(trx: Trx, terminalId: number): Promise<number | null> {
  const { rows } = await sql<{ n: number }>`
    with named as (select ${place} from ${places} where t.terminal_id = ${terminalId})
    select (select count(*)::int from ${places} where t.revoked_at is null and (${place}) <= (table named)) as n from named`.execute(
    trx,
  )
  return rows[0]?.n ?? null
}

/** Changes with every pairing, move, name and end of a tablet in scope, and with the names it is found by. */
export async function findFleetMark(trx: Trx): Promise<string> {
  const { rows } = await sql<{ mark: string }>`
    select concat_ws('.',
      (select sum(hashtext(concat_ws('|', terminal_id, counter_id, name, paired_at, pairing_code_expires_at))::bigint)
         from terminals where revoked_at is null),
      (select sum(hashtext(concat_ws('|', counter_id, name, service))::bigint) from counters),
      (select sum(hashtext(concat_ws('|', unit_id, name))::bigint) from units)) as mark`.execute(trx)
  return rows[0]?.mark ?? ''
}

/** The name of a tablet's unit. */
export async function findFleetPlace(trx: Trx, terminalId: number): Promise<{ unit_name: string } | null> {
  const { rows } = await sql<{ unit_name: string }>`
    select u.name as unit_name from terminals t join units u using (unit_id) where t.terminal_id = ${terminalId}`.execute(
    trx,
  )
  return rows[0] ?? null
}
