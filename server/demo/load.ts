/** Plays a simulation into an empty database through the real path: received as if at the time, counted, and aged. */
import { countLot } from '../count/lot.ts'
import { destroyOldMoments } from '../count/retention.ts'
import { tryCountingLock } from '../queries/counting.ts'
import { saveContact } from '../queries/terminal-access.ts'
import { receiveBatch } from '../receive/batch.ts'
import { createServices, type ServiceParts, type Services } from '../services.ts'
import type { Delivery } from './deliveries.ts'
import { nameOf, type Office, openOffice } from './office.ts'
import type { Simulation } from './simulation.ts'

/** Counted week by week, so that later weeks meet what earlier ones left waiting, as they did. */
const CHUNK_MS = 7 * 86_400_000
const HEARTBEAT_MS = 60_000

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
): Promise<Office> {
  const services = createServices(parts)
  const office = await openOffice(simulation, services)
  const client = await parts.pools.openCountClient()
  try {
    if (!(await tryCountingLock(client)))
      throw new Error('somebody else is counting in the database of the demonstration')
    for (const chunk of chunksOf(simulation.deliveries)) {
      if (stopping()) throw new Error('given up, because the server stops')
      await Promise.all(chunk.map((delivery) => send(delivery, office, services)))
      while ((await countLot(client)) > 0);
    }
    await destroyOldMoments(client, parts.clock.now(), parts.log)
  } finally {
    await client.end()
  }
  await tellContacts(simulation, office, parts)
  return office
}

function* chunksOf(deliveries: readonly Delivery[]): Generator<Delivery[]> {
  let chunk: Delivery[] = []
  for (const delivery of deliveries) {
    if (chunk[0] !== undefined && delivery.received_at - chunk[0].received_at >= CHUNK_MS) {
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
