/** Puts the simulated offices into the database: leaders and hotlines, officers, assignments, paired tablets. */
import { insertAssignment } from '../queries/assignments.ts'
import { listCounters } from '../queries/counters.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import { insertOfficer, updateOfficer } from '../queries/officers.ts'
import { pairTerminal, type TerminalRecord } from '../queries/terminal-access.ts'
import { insertTerminal } from '../queries/terminals.ts'
import { listUnits, updateUnit } from '../queries/units.ts'
import { hashPairingCode, hashToken, newPairingCode, newToken } from '../secrets.ts'
import type { Services } from '../services.ts'
import { unitPlans } from './people.ts'
import type { Simulation } from './simulation.ts'

/** Acts as an administrator who has no account. */
export const demoScope: DbScope = { account_id: null, roles: ['administrator'], units: 'all', officer_id: null }

/** Ids by name; a counter's and an officer's name is that of its unit and its own, see `nameOf`. */
export interface Office {
  units: ReadonlyMap<string, number>
  officers: ReadonlyMap<string, number>
  terminals: ReadonlyMap<string, TerminalRecord>
}

/** Counters and officers are unique by name within their unit only. */
export const nameOf = (unit: string, name: string): string => `${unit} / ${name}`

const PAIRED_WITHIN_MS = 15 * 60_000

/** Throws when the units and counters of the pilot are not there. */
export async function openOffice(simulation: Simulation, { pools, keys }: Services): Promise<Office> {
  const pairings: { name: string; codeHash: Buffer }[] = []
  const pairedAt = Math.min(...simulation.shifts.map((shift) => shift.starts))
  const { units, officers } = await withScope(pools.app, demoScope, async (trx) => {
    const places = await findPlaces(trx)
    for (const { unit, hotline, duty_leader_name, duty_leader_phone } of unitPlans) {
      await updateUnit(trx, idOf(places.units, unit), { hotline, duty_leader_name, duty_leader_phone })
    }
    const hired = await hire(trx, simulation, places.units)
    for (const { unit, counter, officer, starts, ends } of simulation.shifts) {
      await insertAssignment(trx, {
        unit_id: idOf(places.units, unit),
        counter_id: idOf(places.counters, nameOf(unit, counter)),
        officer_id: idOf(hired, nameOf(unit, officer)),
        starts_at: new Date(starts),
        ends_at: ends === null ? null : new Date(ends),
      })
    }
    for (const { unit, counter } of simulation.terminals) {
      const name = nameOf(unit, counter)
      const codeHash = hashPairingCode(newPairingCode(), keys.codes)
      pairings.push({ name, codeHash })
      await insertTerminal(trx, {
        unit_id: idOf(places.units, unit),
        counter_id: idOf(places.counters, name),
        name: `Máy ${counter}`,
        codeHash,
        codeExpiresAt: new Date(pairedAt + PAIRED_WITHIN_MS),
      })
    }
    return { units: places.units, officers: hired }
  })
  const terminals = new Map<string, TerminalRecord>()
  for (const { name, codeHash } of pairings) {
    const terminal = await pairTerminal(pools.ingest, codeHash, hashToken(newToken()), new Date(pairedAt))
    if (terminal === null) throw new Error(`the tablet of ${name} could not be paired`)
    terminals.set(name, terminal)
  }
  return { units, officers, terminals }
}

async function findPlaces(trx: Trx): Promise<{ units: Map<string, number>; counters: Map<string, number> }> {
  const all = { after: null, limit: 1000 }
  const units = await listUnits(trx, all)
  const counters = await listCounters(trx, all, { unit_id: null })
  const unitNames = new Map(units.map(({ unit_id, name }) => [unit_id, name]))
  return {
    units: new Map(units.map(({ unit_id, name }) => [name, unit_id])),
    counters: new Map(
      counters.map(({ counter_id, unit_id, name }) => [nameOf(unitNames.get(unit_id) ?? '', name), counter_id]),
    ),
  }
}

async function hire(
  trx: Trx,
  simulation: Simulation,
  units: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const hired = new Map<string, number>()
  for (const { unit, name, title, signed_on, active } of simulation.officers) {
    const { officer_id } = await insertOfficer(trx, { unit_id: idOf(units, unit), name, title, signed_on })
    if (!active) await updateOfficer(trx, officer_id, { active })
    hired.set(nameOf(unit, name), officer_id)
  }
  return hired
}

/** Throws when the name is unknown: simulation and pilot units have drifted apart. */
export function idOf(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name)
  if (id === undefined) throw new Error(`the simulation speaks of ${name}, which is not in the database`)
  return id
}
