/** Finds units, counters and officers by what people call them, in the base and in the file's own new rows. Pure. */
import type { ImportProblemCode } from '../../contract/imports.ts'
import { normalise } from '../../contract/text.ts'
import type { Base, BaseCounter, BaseOfficer, BaseUnit } from './base.ts'

export type Found<T> = T | { code: ImportProblemCode; details: Record<string, string | number> }
export const isFound = <T extends object>(found: Found<T>): found is T => !('details' in found)

/** How names are compared: composed, without case, any blanks as one. */
export const fold = (text: string): string => normalise(text).toLowerCase().replaceAll(/\s+/g, ' ')

class Index<T> {
  private readonly entries = new Map<string, T[]>()

  add(key: string, entry: T): void {
    const known = this.entries.get(key)
    if (known) known.push(entry)
    else this.entries.set(key, [entry])
  }
  get(key: string): T[] {
    return this.entries.get(key) ?? []
  }
}

/** `#12`: what an export writes where nothing that people say would be unambiguous. */
const numberOf = (text: string | null): number | null => {
  const digits = /^#([1-9]\d{0,9})$/.exec(text ?? '')?.[1]
  return digits === undefined ? null : Number(digits)
}

/** The organisation as it will be. Add everything, new rows included, before asking. */
export class Directory {
  readonly units = new Map<number, BaseUnit>()
  readonly counters = new Map<number, BaseCounter>()
  readonly officers = new Map<number, BaseOfficer>()
  private unitsByCode = new Index<BaseUnit>()
  private unitsByName = new Index<BaseUnit>()
  private countersByName = new Index<BaseCounter>()
  private officersByCode = new Index<BaseOfficer>()
  private officersByName = new Index<BaseOfficer>()

  constructor(base: Pick<Base, 'units' | 'counters' | 'officers'>) {
    for (const unit of base.units) this.units.set(unit.unit_id, unit)
    for (const counter of base.counters) this.counters.set(counter.counter_id, counter)
    for (const officer of base.officers) this.officers.set(officer.officer_id, officer)
    this.indexUnits()
    this.indexCounters()
    this.indexOfficers()
  }

  indexUnits(): void {
    this.unitsByCode = new Index()
    this.unitsByName = new Index()
    for (const unit of this.units.values()) {
      if (unit.unit_code !== null) this.unitsByCode.add(fold(unit.unit_code), unit)
      this.unitsByName.add(fold(unit.unit), unit)
    }
  }
  indexCounters(): void {
    this.countersByName = new Index()
    for (const counter of this.counters.values()) {
      this.countersByName.add(`${counter.unit_id} ${fold(counter.counter)}`, counter)
    }
  }
  indexOfficers(): void {
    this.officersByCode = new Index()
    this.officersByName = new Index()
    for (const officer of this.officers.values()) {
      const { unit_id, officer_code } = officer
      if (officer_code !== null) this.officersByCode.add(`${unit_id} ${fold(officer_code)}`, officer)
      this.officersByName.add(`${unit_id} ${fold(officer.officer)}`, officer)
    }
  }

  unitsCalled = (name: string): BaseUnit[] => this.unitsByName.get(fold(name))
  unitsCoded = (code: string): BaseUnit[] => this.unitsByCode.get(fold(code))
  countersCalled = (unitId: number, name: string): BaseCounter[] => this.countersByName.get(`${unitId} ${fold(name)}`)
  officersCalled = (unitId: number, name: string): BaseOfficer[] => this.officersByName.get(`${unitId} ${fold(name)}`)
  officersCoded = (unitId: number, code: string): BaseOfficer[] => this.officersByCode.get(`${unitId} ${fold(code)}`)

  /** By code, by name, or by both when they agree. */
  findUnit(code: string | null, name: string | null): Found<BaseUnit> {
    const numbered = numberOf(code)
    if (code !== null) {
      const [unit] = numbered === null ? this.unitsCoded(code) : [this.units.get(numbered)]
      if (!unit) return { code: 'unit_unknown', details: { value: code } }
      const agrees = name === null || fold(unit.unit) === fold(name)
      return agrees ? unit : { code: 'unit_contradiction', details: { value: name, name: unit.unit, code } }
    }
    const found = this.unitsCalled(name ?? '')
    if (found.length > 1) return { code: 'unit_ambiguous', details: { value: name ?? '', count: found.length } }
    return found[0] ?? { code: 'unit_unknown', details: { value: name ?? '' } }
  }

  /** One word that may be a code or a name. */
  findUnitSaid(word: string): Found<BaseUnit> {
    const isCode = numberOf(word) !== null || this.unitsCoded(word).length > 0
    return isCode ? this.findUnit(word, null) : this.findUnit(null, word)
  }

  /** Open counters go before closed ones of the same name. */
  findCounter(unit: BaseUnit, name: string): Found<BaseCounter> {
    const details = { value: name, unit: unit.unit }
    const called = this.countersCalled(unit.unit_id, name)
    const numbered = called.length === 0 ? this.counters.get(numberOf(name) ?? 0) : undefined
    if (numbered?.unit_id === unit.unit_id) return numbered
    const open = called.filter(({ active }) => active)
    if (open.length === 1) return open[0] as BaseCounter
    if (called.length > 1) return { code: 'counter_ambiguous', details: { ...details, count: called.length } }
    return called[0] ?? { code: 'counter_unknown', details }
  }

  findOfficer(unit: BaseUnit, code: string | null, name: string | null): Found<BaseOfficer> {
    const details = { value: code ?? name ?? '', unit: unit.unit }
    if (code !== null) {
      const numbered = numberOf(code)
      const [officer] = numbered === null ? this.officersCoded(unit.unit_id, code) : [this.officers.get(numbered)]
      if (!officer || officer.unit_id !== unit.unit_id) return { code: 'officer_unknown', details }
      const agrees = name === null || fold(officer.officer) === fold(name)
      if (!agrees) return { code: 'officer_contradiction', details: { value: name, name: officer.officer, code } }
      return officer
    }
    const found = this.officersCalled(unit.unit_id, name ?? '')
    if (found.length > 1) return { code: 'officer_ambiguous', details: { ...details, count: found.length } }
    return found[0] ?? { code: 'officer_unknown', details }
  }

  /** How an export names them, so that the way back finds the same ones. */
  writeUnit(unit: BaseUnit): { unit_code: string | null; unit: string } {
    const ambiguous = unit.unit_code === null && this.unitsCalled(unit.unit).length > 1
    return { unit_code: ambiguous ? `#${unit.unit_id}` : unit.unit_code, unit: unit.unit }
  }
  writeCounter(counter: BaseCounter): string {
    const found = this.findCounter(this.units.get(counter.unit_id) as BaseUnit, counter.counter)
    return isFound(found) && found.counter_id === counter.counter_id ? counter.counter : `#${counter.counter_id}`
  }
  writeOfficer(officer: BaseOfficer): { officer_code: string | null; officer: string } {
    const { unit_id, officer_code, officer_id } = officer
    const ambiguous = officer_code === null && this.officersCalled(unit_id, officer.officer).length > 1
    return { officer_code: ambiguous ? `#${officer_id}` : officer_code, officer: officer.officer }
  }
}
