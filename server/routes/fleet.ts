/**
 * /fleet: the tablets of a unit, or of every unit in scope: who is silent, what waits on them, what to do about each. All at
 * once, or by pages of which each costs the same in a province of three tablets and of six thousand.
 */
import { X509Certificate } from 'node:crypto'
import { Fleet, FleetQuery, type FleetSummary, type FleetTablet } from '../contract/fleet.ts'
import { reachOf } from '../domain/access.ts'
import { isRenewalDue } from '../domain/fleet.ts'
import { plain, type Trx, withScope } from '../queries/database.ts'
import {
  type FleetPlace,
  findFleetMark,
  findFleetPlace,
  findFleetUnits,
  listFleetPlaces,
  rankInFleet,
} from '../queries/fleet.ts'
import { type App, type Services, type Staff, staffOf } from '../services.ts'
import { loadTablets, readServedPage } from './fleet-tablets.ts'
import { keepAnswers } from './kept-answers.ts'
import { readPage, writePage } from './paging.ts'
import { readFilter, rosterReaders } from './roster.ts'

/** Judging six thousand tablets takes half a second; whoever looks at them looks every minute at most. */
const SUMMARY_FRESH_MS = 60_000
const SUMMARY_OLDEST_MS = 180_000
/** Of so many reaches; after each pairing and change of a tablet there is a new one, of a megabyte for six thousand. */
const SUMMARIES_KEPT = 4

export async function fleetRoutes(app: App, services: Services): Promise<void> {
  const { pools, directory, config } = services
  const served = readServedPage(config.pagesDir)
  const certificate = config.tls && readLife(config.tls.cert)
  const limits = { most: SUMMARIES_KEPT, freshMs: SUMMARY_FRESH_MS, oldestMs: SUMMARY_OLDEST_MS }
  const keep = keepAnswers(services, limits)

  /** What is true of all tablets in reach, where each stands, and which of them need a hand. */
  function judge(staff: Staff, mark: string) {
    return keep(`${mark} ${reachOf(staff.scope)}`, () =>
      withScope(pools.app, staff.scope, async (trx) => {
        const tablets = await loadTablets(trx, { unit_id: null, terminals: null }, directory.now(), served)
        return {
          ...(await summarise(trx, tablets)),
          places: await listFleetPlaces(trx),
          ill: new Set(tablets.filter(needsHand).map((one) => Number(one.terminal_id))),
        }
      }),
    )
  }

  app.get(
    '/api/v1/fleet',
    { config: { access: { roles: rosterReaders } }, schema: { querystring: FleetQuery, response: { 200: Fleet } } },
    async (request) => {
      const staff = staffOf(request)
      const { query } = request
      const paged = Object.keys(query).some((name) => name !== 'unit_id')
      const now_ms = directory.now()
      const mark = paged ? await withScope(pools.app, staff.scope, findFleetMark) : null
      const judged = mark === null ? null : await judge(staff, mark)
      return withScope(pools.app, staff.scope, async (trx) => {
        const { unit_id } = await readFilter(trx, query)
        const own = certificate && writeCertificate(certificate, now_ms)
        if (!judged) {
          const items = await loadTablets(trx, { unit_id, terminals: null }, now_ms, served)
          return { items, units: await writeUnits(trx, { unit_id, terminals: null }), certificate: own }
        }
        const page = readPage(query)
        const isWanted = searched(query.search)
        const among = (one: FleetPlace) =>
          (unit_id === null || one.unit_id === unit_id) &&
          (!query.needs_hand || judged.ill.has(one.terminal_id)) &&
          isWanted(one)
        const rank = page.after ? await rankOf(trx, judged.places, page.after.id) : 0
        const passed = judged.places.slice(0, rank).filter(among).length
        const all = judged.places.filter(among)
        const { items: rows, next_cursor } = writePage(
          all.slice(passed, passed + page.limit + 1),
          page,
          ({ terminal_id }) => ({ key: '', id: terminal_id }),
          (row) => row,
        )
        const choice = { unit_id, terminals: rows.map(({ terminal_id }) => terminal_id) }
        const names = new Map(rows.map(({ terminal_id, unit_name }) => [String(terminal_id), unit_name]))
        const tablets = await loadTablets(trx, choice, now_ms, served)
        return {
          items: tablets.map((tablet) => ({ ...tablet, unit_name: names.get(tablet.terminal_id) ?? '' })),
          next_cursor,
          total: all.length,
          summary: judged.summary,
          units: await writeUnits(trx, choice),
          certificate: own,
        }
      })
    },
  )
}

/** How many places stand at or before the one that the page before ended with: all of them, where the reader may not know that one. */
async function rankOf(trx: Trx, places: readonly FleetPlace[], terminalId: number): Promise<number> {
  const at = places.findIndex(({ terminal_id }) => terminal_id === terminalId)
  return at < 0 ? ((await rankInFleet(trx, terminalId)) ?? places.length) : at + 1
}

/** By the name of the unit, or by counter, service and tablet, whatever case and marks. */
function searched(search: string | undefined): (place: FleetPlace) => boolean {
  const wanted = plain(search ?? '').trim()
  return ({ words }) => words.unit.includes(wanted) || words.desk.includes(wanted)
}

const needsHand = ({ advice }: FleetTablet): boolean => advice.length > 0

async function summarise(trx: Trx, tablets: readonly FleetTablet[]): Promise<{ summary: FleetSummary }> {
  const counts = new Map<FleetSummary['advice'][number]['advice'], number>()
  const states = { waiting: 0, online: 0, silent: 0 }
  let ailing = 0
  let longest: FleetTablet | null = null
  for (const tablet of tablets) {
    states[tablet.state] += 1
    for (const advice of tablet.advice) counts.set(advice, (counts.get(advice) ?? 0) + 1)
    if (tablet.state === 'online' && needsHand(tablet)) ailing += 1
    if (tablet.silent_since && tablet.silent_since < (longest?.silent_since ?? '~')) longest = tablet
  }
  const place = longest && (await findFleetPlace(trx, Number(longest.terminal_id)))
  return {
    summary: {
      ...states,
      ailing,
      advice: [...counts].map(([advice, n]) => ({ advice, n })).sort((a, b) => b.n - a.n),
      longest_silent:
        longest?.silent_since && place
          ? {
              terminal_id: longest.terminal_id,
              unit_name: place.unit_name,
              counter_name: longest.counter.name,
              silent_since: longest.silent_since,
            }
          : null,
    },
  }
}

async function writeUnits(trx: Trx, choice: Parameters<typeof findFleetUnits>[1]): Promise<Fleet['units']> {
  return (await findFleetUnits(trx, choice)).map((unit) => ({
    unit_id: String(unit.unit_id),
    name: unit.name,
    service_pin_set_at: unit.service_pin_set_at?.toISOString() ?? null,
  }))
}

interface Life {
  from_ms: number
  to_ms: number
}

/** How long the first certificate of the file is good: the server's own, before those that vouch for it. */
function readLife(pem: Buffer | string): Life {
  const { validFrom, validTo } = new X509Certificate(pem)
  return { from_ms: Date.parse(validFrom), to_ms: Date.parse(validTo) }
}

const writeCertificate = (life: Life, now_ms: number) => ({
  expires_at: new Date(life.to_ms).toISOString(),
  renew: isRenewalDue(life, now_ms),
})
