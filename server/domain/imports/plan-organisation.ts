/** What rows of units, counters and officers would do. Pure. */
import { mayAdminister } from '../access.ts'
import type { BaseCounter, BaseOfficer, BaseUnit, Circumstances, Writes } from './base.ts'
import { type Directory, fold, isFound } from './directory.ts'
import { keptUnitOf, Once, type PlanRow } from './rows.ts'

/** A value the file has a column for; else what stands. */
const said = <T>(row: PlanRow, key: string, standing: T): T =>
  row.has(key) ? ((row.values.get(key) ?? null) as T) : standing

export function planUnits(rows: PlanRow[], directory: Directory, circumstances: Circumstances, writes: Writes): void {
  const { scope, language } = circumstances
  const once = new Once()
  const touched: { row: PlanRow; unit: BaseUnit; before: BaseUnit | null }[] = []
  for (const row of rows) {
    const [id, code, name] = [row.number('unit_id'), row.text('unit_code'), row.text('unit')]
    row.label = [code, name].filter(Boolean).join(' – ')
    if (!mayAdminister(scope)) row.fail('noun_forbidden', null)
    if (!mayAdminister(scope) || name === null) continue
    // A row with another fault is followed all the same: whoever refers to it need not be told of it as well.
    const faults = row.problems.length
    const before = matchUnit(row, directory, id, code, name)
    if (row.problems.length > faults) continue
    const unit: BaseUnit = {
      unit_id: before?.unit_id ?? -(writes.units.insert.length + 1),
      unit_code: said(row, 'unit_code', before?.unit_code ?? null),
      unit: name,
      kind: row.text('kind') as string,
      area: said(row, 'area', before?.area ?? null),
      valid_from: said(row, 'valid_from', before?.valid_from ?? null),
      valid_to: said(row, 'valid_to', before?.valid_to ?? null),
      hotline: said(row, 'hotline', before?.hotline ?? null),
      duty_leader_name: said(row, 'duty_leader_name', before?.duty_leader_name ?? null),
      duty_leader_phone: said(row, 'duty_leader_phone', before?.duty_leader_phone ?? null),
      counters_only: row.flag('counters_only') ?? before?.counters_only ?? false,
      predecessors: before?.predecessors ?? [],
      version: before?.version ?? 1,
    }
    row.unit_id = row.subject = unit.unit_id
    once.refuse(row, before ? `#${before.unit_id}` : `${fold(unit.unit_code ?? '')}|${fold(name)}`, 'unit')
    if (unit.valid_from !== null && unit.valid_to !== null && unit.valid_from > unit.valid_to) {
      row.fail('validity_backwards', 'valid_to')
    }
    if (before) row.compare(before, unit, language)
    else row.outcome = 'new'
    if (!before) writes.units.insert.push(unit)
    directory.units.set(unit.unit_id, unit)
    touched.push({ row, unit, before })
  }
  directory.indexUnits()
  for (const { row, unit } of touched) {
    if (unit.unit_code !== null && directory.unitsCoded(unit.unit_code).length > 1) {
      row.fail('code_taken', 'unit_code', { value: unit.unit_code })
    }
  }
  planPredecessors(touched, directory, writes)
  for (const { row, unit, before } of touched) if (before && row.outcome === 'changed') writes.units.update.push(unit)
}

function matchUnit(row: PlanRow, directory: Directory, id: number | null, code: string | null, name: string) {
  if (id !== null) {
    const unit = directory.units.get(id)
    if (!unit) row.fail('id_unknown', 'unit_id', { value: id })
    return unit ?? null
  }
  const standing = (unit: BaseUnit) => unit.unit_id > 0
  if (code !== null) {
    const [coded] = directory.unitsCoded(code).filter(standing)
    if (coded) return coded
  }
  const called = directory
    .unitsCalled(name)
    .filter((unit) => standing(unit) && (code === null || unit.unit_code === null))
  if (called.length > 1) row.fail('unit_ambiguous', 'unit', { value: name, count: called.length })
  return called[0] ?? null
}

function planPredecessors(touched: { row: PlanRow; unit: BaseUnit }[], directory: Directory, writes: Writes): void {
  const changed: { row: PlanRow; unit: BaseUnit }[] = []
  for (const { row, unit } of touched) {
    if (!row.has('predecessors')) continue
    const ids: number[] = []
    for (const word of (row.text('predecessors') ?? '')
      .split('|')
      .map((part) => part.trim())
      .filter(Boolean)) {
      const found = directory.findUnitSaid(word)
      if (isFound(found)) ids.push(found.unit_id)
      else row.fail(found.code, 'predecessors', found.details)
    }
    const wanted = [...new Set(ids)].sort((a, b) => a - b)
    const standing = [...unit.predecessors].sort((a, b) => a - b)
    if (wanted.join() === standing.join()) continue
    const written = (list: number[]) => list.map((id) => directory.units.get(id)?.unit ?? `#${id}`).join(' | ') || null
    if (unit.unit_id > 0) row.change('predecessors', written(standing), written(wanted))
    unit.predecessors = wanted
    changed.push({ row, unit })
    writes.units.predecessors.push({ unit_id: unit.unit_id, predecessors: wanted })
  }
  for (const { row, unit } of changed) {
    const seen = new Set<number>()
    const line = [...unit.predecessors]
    for (let id = line.pop(); id !== undefined; id = line.pop()) {
      if (seen.has(id)) continue
      seen.add(id)
      line.push(...(directory.units.get(id)?.predecessors ?? []))
    }
    if (seen.has(unit.unit_id)) row.fail('predecessor_circle', 'predecessors')
  }
}

export function planCounters(
  rows: PlanRow[],
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): void {
  const once = new Once()
  const touched: { row: PlanRow; counter: BaseCounter; before: BaseCounter | null }[] = []
  for (const row of rows) {
    const name = row.text('counter')
    row.label = [row.text('unit') ?? row.text('unit_code'), name].filter(Boolean).join(' – ')
    const unit = keptUnitOf(row, directory, circumstances)
    if (!unit || name === null) continue
    row.label = `${unit.unit} – ${name}`
    const id = row.number('counter_id')
    const called = directory.countersCalled(unit.unit_id, name).filter(({ counter_id }) => counter_id > 0)
    const before =
      id === null ? (called.find(({ active }) => active) ?? called[0] ?? null) : (directory.counters.get(id) ?? null)
    if (id !== null && before?.unit_id !== unit.unit_id) {
      row.fail('id_unknown', 'counter_id', { value: id })
      continue
    }
    const counter: BaseCounter = {
      counter_id: before?.counter_id ?? -(writes.counters.insert.length + 1),
      unit_id: unit.unit_id,
      counter: name,
      service: said(row, 'service', before?.service ?? null),
      active: row.flag('active') ?? (row.has('active') ? true : (before?.active ?? true)),
      version: before?.version ?? 1,
      tablets: before?.tablets ?? 0,
      assignments: before?.assignments ?? 0,
    }
    row.subject = counter.counter_id
    once.refuse(row, before ? `#${before.counter_id}` : `${unit.unit_id} ${fold(name)}`, 'counter')
    if (before?.active && !counter.active && before.tablets + before.assignments > 0) {
      row.fail('in_use', 'active', { tablets: before.tablets, assignments: before.assignments })
    }
    if (before) row.compare(before, counter, circumstances.language)
    else row.outcome = 'new'
    if (!before) writes.counters.insert.push(counter)
    else if (row.outcome === 'changed') writes.counters.update.push(counter)
    directory.counters.set(counter.counter_id, counter)
    touched.push({ row, counter, before })
  }
  directory.indexCounters()
  for (const { row, counter } of touched) {
    const open = directory.countersCalled(counter.unit_id, counter.counter).filter(({ active }) => active)
    if (counter.active && open.length > 1) row.fail('name_taken', 'counter', { value: counter.counter })
  }
}

export function planOfficers(
  rows: PlanRow[],
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): void {
  const once = new Once()
  const touched: { row: PlanRow; officer: BaseOfficer }[] = []
  for (const row of rows) {
    const [code, name] = [row.text('officer_code'), row.text('officer')]
    row.label = [row.text('unit') ?? row.text('unit_code'), name].filter(Boolean).join(' – ')
    const unit = keptUnitOf(row, directory, circumstances)
    if (!unit || name === null) continue
    row.label = `${unit.unit} – ${name}`
    const faults = row.problems.length
    const before = matchOfficer(row, directory, unit, code, name)
    if (row.problems.length > faults) continue
    const officer: BaseOfficer = {
      officer_id: before?.officer_id ?? -(writes.officers.insert.length + 1),
      unit_id: unit.unit_id,
      officer_code: said(row, 'officer_code', before?.officer_code ?? null),
      officer: name,
      title: said(row, 'title', before?.title ?? null),
      signed_on: said(row, 'signed_on', before?.signed_on ?? null),
      active: row.flag('active') ?? (row.has('active') ? true : (before?.active ?? true)),
      version: before?.version ?? 1,
      assignments: before?.assignments ?? 0,
    }
    row.subject = officer.officer_id
    once.refuse(
      row,
      before ? `#${before.officer_id}` : `${unit.unit_id} ${fold(officer.officer_code ?? '')}|${fold(name)}`,
      officer.officer_code === null ? 'officer' : 'officer_code',
    )
    if (before?.active && !officer.active && before.assignments > 0) {
      row.fail('in_use', 'active', { tablets: 0, assignments: before.assignments })
    }
    if (before) row.compare(before, officer, circumstances.language)
    else row.outcome = 'new'
    if (!before) writes.officers.insert.push(officer)
    else if (row.outcome === 'changed') writes.officers.update.push(officer)
    directory.officers.set(officer.officer_id, officer)
    touched.push({ row, officer })
  }
  directory.indexOfficers()
  for (const { row, officer } of touched) {
    const { unit_id, officer_code } = officer
    if (officer_code !== null && directory.officersCoded(unit_id, officer_code).length > 1) {
      row.fail('code_taken', 'officer_code', { value: officer_code })
    }
  }
}

function matchOfficer(row: PlanRow, directory: Directory, unit: BaseUnit, code: string | null, name: string) {
  const id = row.number('officer_id')
  const standing = ({ officer_id }: BaseOfficer) => officer_id > 0
  if (id !== null) {
    const officer = directory.officers.get(id)
    if (officer?.unit_id !== unit.unit_id) row.fail('id_unknown', 'officer_id', { value: id })
    return officer ?? null
  }
  if (code !== null) {
    const [coded] = directory.officersCoded(unit.unit_id, code).filter(standing)
    if (coded) return coded
  }
  const called = directory
    .officersCalled(unit.unit_id, name)
    .filter((officer) => standing(officer) && (code === null || officer.officer_code === null))
  if (called.length > 1) {
    row.fail('officer_ambiguous', 'officer', { value: name, unit: unit.unit, count: called.length })
  }
  return called[0] ?? null
}
