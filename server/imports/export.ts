/** The rows of an export in the columns of an import, slice by slice, so that a large one never stands in memory as a whole. */
import type { ImportNoun } from '../contract/imports.ts'
import { mayReadRoster, type Scope } from '../domain/access.ts'
import type {
  BaseAccount,
  BaseDossiers,
  BaseGrant,
  BaseStay,
  BaseUnit,
  BaseVisits,
  When,
} from '../domain/imports/base.ts'
import type { Value } from '../domain/imports/cells.ts'
import { columnsOf } from '../domain/imports/columns.ts'
import { Directory } from '../domain/imports/directory.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { countSlice, type Slice, sliceDossiers, sliceStays, sliceVisits } from '../queries/import-base.ts'
import type { Services } from '../services.ts'
import { readBase } from './load.ts'

const SLICE = 2000
type Wanted = Pick<Slice, 'unit_id' | 'from' | 'to'>
type Record = { [key: string]: Value }
/** A row of a table that is read in slices, and its place in the order of reading. */
interface Line {
  place: number
  record: Record
}

const isSliced = (noun: ImportNoun): noun is 'assignments' | 'visits' | 'dossiers' =>
  noun === 'assignments' || noun === 'visits' || noun === 'dossiers'

/** How many rows `readSlices` will give for the same wish. */
export async function countRows(trx: Trx, scope: Scope, noun: ImportNoun, wanted: Wanted): Promise<number> {
  if (isSliced(noun)) return countSlice(trx, noun, wanted)
  const { units, counters, officers, accounts } = await readBase(trx, scope, new Date(0))
  if (noun === 'accounts') return accounts.reduce((sum, account) => sum + linesOf(account, wanted.unit_id).length, 0)
  return { units, counters, officers }[noun].filter(isWanted(scope, wanted)).length
}

const isWanted =
  (scope: Scope, { unit_id }: Wanted) =>
  (row: { unit_id: number }) =>
    (unit_id === null || row.unit_id === unit_id) && mayReadRoster(scope, row.unit_id)

/** Slices of rows, values by the noun's columns. Each is read in a transaction of its own: a slow reader holds none open. */
export async function* readSlices(
  { pools, scope, now }: Pick<Services, 'pools'> & { scope: Scope; now: Date },
  noun: ImportNoun,
  wanted: Wanted,
): AsyncGenerator<Value[][]> {
  const base = await withScope(pools.app, scope, (trx) => readBase(trx, scope, now))
  const directory = new Directory(base)
  const inUnit = isWanted(scope, wanted)
  const columns = columnsOf[noun]
  const line = (record: Record): Value[] => columns.map(({ key }) => record[key] ?? null)
  const placeOf = (unitId: number) => directory.writeUnit(directory.units.get(unitId) as BaseUnit)

  if (noun === 'units') {
    const said = (id: number) => {
      const unit = directory.units.get(id)
      const { unit_code, unit: name } = unit ? directory.writeUnit(unit) : { unit_code: `#${id}`, unit: '' }
      return unit_code ?? name
    }
    yield base.units
      .filter(inUnit)
      .map((unit) => line({ ...unit, predecessors: unit.predecessors.map(said).join(' | ') || null }))
    return
  }
  if (noun === 'counters') {
    yield base.counters.filter(inUnit).map((counter) => line({ ...counter, ...placeOf(counter.unit_id) }))
    return
  }
  if (noun === 'officers') {
    yield base.officers.filter(inUnit).map((officer) => line({ ...officer, ...placeOf(officer.unit_id) }))
    return
  }
  if (noun === 'accounts') {
    yield base.accounts.flatMap((account) => grantLines(account, directory, wanted.unit_id).map(line))
    return
  }
  const read: (trx: Trx, slice: Slice) => Promise<Line[]> = { assignments: stays, visits, dossiers }[noun]
  for (let after = 0; ; ) {
    const slice: Line[] = await withScope(pools.app, scope, (trx) => read(trx, { ...wanted, after, limit: SLICE }))
    if (slice.length === 0) return
    after = slice.at(-1)?.place as number
    yield slice.map(({ record }) => line(record))
  }

  async function stays(trx: Trx, slice: Slice) {
    const rows = await sliceStays<BaseStay & { place: number }>(trx, slice)
    return rows.map(({ place, counter_id, officer_id, from, to }) => {
      const officer = directory.officers.get(officer_id)
      const at = counterPlace(counter_id)
      return {
        place,
        record: { ...at, ...(officer ? directory.writeOfficer(officer) : {}), starts_at: from, ends_at: to },
      }
    })
  }
  async function visits(trx: Trx, slice: Slice) {
    const rows = await sliceVisits<BaseVisits & { place: number }>(trx, slice)
    return rows.map(({ place, counter_id, visits: n, ...when }) => ({
      place,
      record: { ...counterPlace(counter_id), ...whenOf(when), visits: n },
    }))
  }
  async function dossiers(trx: Trx, slice: Slice) {
    const rows = await sliceDossiers<BaseDossiers & { place: number }>(trx, slice)
    return rows.map(({ place, unit_id, same_day, early, on_time, overdue, ...when }) => ({
      place,
      record: { ...placeOf(unit_id), ...whenOf(when), same_day, early, on_time, overdue },
    }))
  }
  function counterPlace(counterId: number): Record {
    const counter = directory.counters.get(counterId)
    return counter ? { ...placeOf(counter.unit_id), counter: directory.writeCounter(counter) } : {}
  }
}

const whenOf = ({ grain, day, procedure_group }: When): Record => ({
  day: grain === 'day' ? day : null,
  month: grain === 'month' ? day.slice(0, 7) : null,
  procedure_group: procedure_group === '' ? null : procedure_group,
})

/** A line for each role in the unit, or in all; an account without any has a line of its own where all are wanted. */
function linesOf({ grants }: BaseAccount, unitId: number | null): (BaseGrant | null)[] {
  const wanted = grants.filter((grant) => unitId === null || grant.unit_id === unitId)
  return wanted.length === 0 && unitId === null ? [null] : wanted
}

function grantLines(account: BaseAccount, directory: Directory, unitId: number | null): Record[] {
  const { username, active } = account
  return linesOf(account, unitId).map((grant) => {
    if (grant === null) return { username, active }
    const { role, unit_id, officer_id } = grant
    const unit = unit_id === null ? undefined : directory.units.get(unit_id)
    const officer = officer_id === null ? undefined : directory.officers.get(officer_id)
    return {
      ...{ username, role, active },
      ...(unit ? directory.writeUnit(unit) : {}),
      ...(officer ? directory.writeOfficer(officer) : {}),
    }
  })
}
