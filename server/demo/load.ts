/** Plays a simulation into an empty database through the real path: received as if at the time, counted, judged at night, and aged. */
import { countLot } from '../count/lot.ts'
import { judgeClosedDays } from '../count/night.ts'
import { destroyOldMoments, MOMENTS_DAYS } from '../count/retention.ts'
import { MISUSE_VERSION } from '../domain/misuse.ts'
import { addDays, localDay } from '../domain/time.ts'
import { findUnjudgedDays, saveJudged } from '../queries/closed-days.ts'
import { tryCountingLock } from '../queries/counting.ts'
import type { CountClient } from '../queries/database.ts'
import { saveContact } from '../queries/terminal-access.ts'
import { receiveBatch } from '../receive/batch.ts'
import { createServices, type ServiceParts, type Services } from '../services.ts'
import type { Delivery } from './deliveries.ts'
import { nameOf, type Office, openOffice } from './office.ts'
import type { Simulation } from './simulation.ts'

const DAY_MS = 86_400_000
/** Counted week by week, so that later weeks meet what earlier ones left waiting, as they did; */
const CHUNK_MS = 7 * DAY_MS
/** and the last two months day by day, with each night's judgement before the next day. */
const NIGHTS_MS = 60 * DAY_MS
const HEARTBEAT_MS = 60_000

/** What people did meanwhile, told up to a moment (epoch ms) in the order of time. */
export type Story = (until: number) => Promise<void>

/**
 * The database has the pilot units and nothing else, and nobody else counts in it meanwhile. Afterwards everything is
 * counted, and exact moments older than the retention rule allows are gone.
 * Throws when a rating was not taken, for the simulation must not send what the server refuses, and when `stopping`
 * says to give up.
 */
export async function loadSimulation(
  simulation: Simulation,
  parts: ServiceParts,
  stopping: () => boolean = () => false,
  begin: (office: Office) => Promise<Story> = async () => async () => {},
): Promise<Office> {
  const services = createServices(parts)
  const office = await openOffice(simulation, services)
  const tell = await begin(office)
  const client = await parts.pools.openCountClient()
  try {
    if (!(await tryCountingLock(client)))
      throw new Error('somebody else is counting in the database of the demonstration')
    for (const chunk of chunksOf(simulation.deliveries, parts.clock.now())) {
      if (stopping()) throw new Error('given up, because the server stops')
      const until = chunk.at(-1)?.received_at ?? 0
      await Promise.all(chunk.map((delivery) => send(delivery, office, services)))
      await tell(until)
      while ((await countLot(client, until)) > 0);
      await judgeNights(client, until, parts.clock.now())
    }
    await tell(parts.clock.now())
    await destroyOldMoments(client, parts.clock.now(), parts.log)
  } finally {
    await client.end()
  }
  await tellContacts(simulation, office, parts)
  return office
}

/** The days that are over at `moment`; those whose moments are to be destroyed keep what they have, as they would. */
async function judgeNights(client: CountClient, moment: number, now: number): Promise<void> {
  const kept = addDays(localDay(now), -MOMENTS_DAYS)
  if (localDay(moment) < kept) return
  const old = await findUnjudgedDays(client, kept, null, 1_000_000)
  if (old.length > 0) await saveJudged(client, old, MISUSE_VERSION)
  while ((await judgeClosedDays(client, moment)).days > 0) while ((await countLot(client, moment)) > 0);
}

function* chunksOf(deliveries: readonly Delivery[], now: number): Generator<Delivery[]> {
  let chunk: Delivery[] = []
  const apart = (one: Delivery, other: Delivery) =>
    one.received_at < now - NIGHTS_MS
      ? other.received_at - one.received_at >= CHUNK_MS
      : localDay(one.received_at) !== localDay(other.received_at)
  for (const delivery of deliveries) {
    if (chunk[0] !== undefined && apart(chunk[0], delivery)) {
      yield chunk
      chunk = []
    }
    chunk.push(delivery)
  }
  if (chunk.length > 0) yield chunk
}

async function send({ unit, counter, received_at, envelope }: Delivery, office: Office, services: Services) {
  const terminal = office.terminals.get(nameOf(unit, counter))
  if (terminal === undefined) throw new Error(`there is no tablet at ${nameOf(unit, counter)}`)
  // Batches of a week share their writes, so each carries its own clock.
  const directory = { ...services.directory, now: () => received_at }
  const results = await receiveBatch(envelope, terminal, { ...services, directory })
  const refused = results.find((result) => result.status !== 'stored')
  if (refused) throw new Error(`a simulated rating was ${refused.status}: ${refused.code} ${refused.message}`)
}

const nothingTold = { queue_length: null, oldest_at: null, rejected_length: null, version: null, details: null }

async function tellContacts({ terminals }: Simulation, office: Office, { pools }: ServiceParts): Promise<void> {
  for (const { unit, counter, last_contact_at } of terminals) {
    const terminal = office.terminals.get(nameOf(unit, counter))
    if (terminal === undefined) continue
    const { terminal_id, unit_id } = terminal
    const at = new Date(last_contact_at)
    const told = {
      queue_length: 0,
      rejected_length: 0,
      details: { storage_persisted: true, battery: 0.9, charging: true },
    }
    await saveContact(pools.ingest, { ...nothingTold, ...told, terminal_id, unit_id, at })
  }
}

/**
 * The simulated tablets that work go on saying each minute that they do, or the fleet would fall silent while somebody
 * looks at it. They say no more, so a real tablet that takes over the pairing is not contradicted. Ends with the process.
 */
export function keepInTouch(simulation: Simulation, office: Office, { pools, clock, log }: ServiceParts): void {
  // Loading takes its time, so what counts is the moment of the simulation itself.
  const newest = Math.max(...simulation.terminals.map(({ last_contact_at }) => last_contact_at))
  const working = simulation.terminals.filter(({ last_contact_at }) => newest - last_contact_at <= HEARTBEAT_MS)
  const beat = async () => {
    for (const { unit, counter } of working) {
      const terminal = office.terminals.get(nameOf(unit, counter))
      if (terminal === undefined) continue
      const { terminal_id, unit_id } = terminal
      await saveContact(pools.ingest, { ...nothingTold, terminal_id, unit_id, at: new Date(clock.now()) })
    }
  }
  const tryBeat = () =>
    void beat().catch((error: unknown) => log.debug({ err: error }, 'a simulated tablet was not heard'))
  tryBeat()
  setInterval(tryBeat, HEARTBEAT_MS).unref()
}
