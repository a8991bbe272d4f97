/** What is written of tablets: facts gathered for many at once, each with what to do about it. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FleetTablet } from '../contract/fleet.ts'
import { readSequences } from '../count/sequences.ts'
import { adviseTablet, LOOK_BACK_DAYS, stateOf, type TabletFacts } from '../domain/fleet.ts'
import { addDays, localDay, startOfDay } from '../domain/time.ts'
import { type WorkingCalendar, workingCalendar } from '../domain/working-days.ts'
import type { Trx } from '../queries/database.ts'
import {
  type FleetChoice,
  type FleetRow,
  findFleet,
  findLastRated,
  findSequences,
  findStaffed,
} from '../queries/fleet.ts'
import { listHolidays } from '../queries/holidays.ts'

const HOUR_MS = 3_600_000

/** What else is known of a tablet: gaps of its stores, spans of its counter's assignments. */
interface Known {
  missing: number
  cloned: boolean
  quarantined: number
  last_rated_day: string | null
  staffed: TabletFacts['staffed']
  calendar: WorkingCalendar
}
export interface ServedPage {
  version: string
  since_ms: number
}

/** The tablets of the choice, in order of unit and counter. */
export async function loadTablets(
  trx: Trx,
  choice: FleetChoice,
  now_ms: number,
  served: ServedPage | null,
): Promise<FleetTablet[]> {
  const now = new Date(now_ms)
  const since = new Date(startOfDay(addDays(localDay(now_ms), -LOOK_BACK_DAYS)))
  const rows = await findFleet(trx, choice, now)
  const rated = await findLastRated(trx, choice)
  const stores = groupBy(await findSequences(trx, choice), (store) => store.terminal_id)
  const spans = groupBy(await findStaffed(trx, choice, since, now), (span) => span.counter_id)
  const holidays = await listHolidays(trx, { from: localDay(since.getTime()), to: localDay(now_ms) })
  const calendars = new Map<number, WorkingCalendar>()
  const calendarOf = ({ unit_id: of, open_weekdays }: FleetRow) => {
    const known = calendars.get(of) ?? workingCalendar(holidays, of, open_weekdays)
    calendars.set(of, known)
    return known
  }
  return rows.map((row) => {
    const read = (stores.get(row.terminal_id) ?? []).map((store) => ({
      ...readSequences(store, store.held),
      quarantined: store.quarantined,
    }))
    return writeTablet(row, now_ms, served, {
      missing: read.reduce((sum, { missing }) => sum + missing, 0),
      cloned: read.some(({ cloned }) => cloned),
      quarantined: read.reduce((sum, { quarantined }) => sum + quarantined, 0),
      calendar: calendarOf(row),
      last_rated_day: rated.get(row.counter_id) ?? null,
      staffed: (spans.get(row.counter_id) ?? []).map(({ starts_at, ends_at }) => ({
        from_ms: starts_at.getTime(),
        to_ms: ends_at?.getTime() ?? null,
      })),
    })
  })
}

/** The tablet's page as it is served, and since when: written by its build. Null when there is none (running from source). */
export function readServedPage(pagesDir: string): ServedPage | null {
  const file = join(pagesDir, 'terminal', 'version.json')
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }
    return typeof version === 'string' ? { version, since_ms: statSync(file).mtimeMs } : null
  } catch {
    return null
  }
}

/** What a tablet said of itself when it last did; all null where it never told. */
function readTold(row: FleetRow, served: ServedPage | null) {
  // A tablet paired after it last spoke is another one, or begins anew: what the old one said is not its own.
  const spoke = row.last_contact_at !== null && (row.paired_at === null || row.last_contact_at >= row.paired_at)
  const told = spoke ? row : null
  const details = told?.details ?? {}
  return {
    queue_length: told?.queue_length ?? null,
    rejected_length: told?.rejected_length ?? null,
    version: told?.version ?? null,
    newest: told?.version && served ? told.version === served.version : null,
    storage_persisted: readBoolean(details.storage_persisted),
    storage_used: readNumber(details.storage_used),
    storage_quota: readNumber(details.storage_quota),
    voices: Array.isArray(details.voices) ? (details.voices as FleetTablet['voices']) : null,
    last_error: typeof details.last_error === 'string' ? details.last_error : null,
    battery: readNumber(details.battery),
    store_lost: typeof details.store_lost === 'object' && details.store_lost !== null,
    charging: readBoolean(details.charging),
    clock_offset_s: readOffset(details),
    moments: {
      last_contact_ms: told?.last_contact_at?.getTime() ?? null,
      oldest_ms: told?.oldest_at?.getTime() ?? null,
    },
  }
}

// Each field is named: an object made of "all but these" of another costs 40 µs, six thousand of them a quarter of a second.
function writeTablet(row: FleetRow, now_ms: number, served: ServedPage | null, known: Known): FleetTablet {
  const told = readTold(row, served)
  const { last_contact_ms, oldest_ms } = told.moments
  const { missing, cloned, quarantined, last_rated_day, staffed, calendar } = known
  const paired_ms = row.paired_at?.getTime() ?? null
  const code_expires_ms = row.pairing_code_expires_at?.getTime() ?? null
  const facts: TabletFacts = {
    ...told,
    ...{ missing, cloned, last_rated_day, staffed, calendar },
    ...{ paired_ms, code_expires_ms, last_contact_ms, oldest_ms },
    newest_since_ms: served?.since_ms ?? null,
  }
  const { state, silent_since_ms } = stateOf(facts, now_ms)
  return {
    terminal_id: String(row.terminal_id),
    unit_id: String(row.unit_id),
    name: row.name,
    counter: { counter_id: String(row.counter_id), name: row.counter_name, service: row.service },
    officer: row.officer_id === null ? null : { officer_id: String(row.officer_id), name: row.officer_name ?? '' },
    state,
    paired_at: writeMoment(paired_ms),
    code_expires_at: writeMoment(code_expires_ms),
    last_contact_at: writeMoment(last_contact_ms),
    silent_since: writeMoment(silent_since_ms),
    queue_length: told.queue_length,
    // The moment of somebody's rating: told by the hour, however exactly advice reckons with it.
    oldest_at: writeMoment(oldest_ms === null ? null : oldest_ms - (oldest_ms % HOUR_MS)),
    rejected_length: told.rejected_length,
    version: told.version,
    newest: told.newest,
    storage_persisted: told.storage_persisted,
    battery: told.battery,
    charging: told.charging,
    clock_offset_s: told.clock_offset_s,
    storage_used: told.storage_used,
    storage_quota: told.storage_quota,
    voices: told.voices,
    last_error: told.last_error,
    missing,
    cloned,
    store_lost: told.store_lost,
    quarantined,
    last_rated_day,
    advice: adviseTablet(facts, now_ms),
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

const writeMoment = (epoch_ms: number | null): string | null =>
  epoch_ms === null ? null : new Date(epoch_ms).toISOString()

const readNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null)

const readBoolean = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

/** The tablet's clock minus ours when it told it, in seconds; null when it did not, or told no moment. */
function readOffset({ clock, received_at }: Record<string, unknown>): number | null {
  const offset = Date.parse(String(clock)) - Date.parse(String(received_at))
  return Number.isNaN(offset) ? null : offset / 1000
}
