/** What rows of assignments would do: each says who stands at a counter from one moment to another. Pure. */
import { sameStays, within, without } from '../roster.ts'
import type { Base, BaseStay, BaseUnit, Circumstances, Writes } from './base.ts'
import { writeMoment } from './cells.ts'
import type { Directory } from './directory.ts'
import { counterOf, keptUnitOf, Once, officerOf, type PlanRow } from './rows.ts'

interface Wanted {
  row: PlanRow
  unit: BaseUnit
  counter_id: number
  officer_id: number
  from: number
  to: number | null
}
const end = (to: number | null): number => to ?? Number.POSITIVE_INFINITY

export async function planAssignments(
  rows: PlanRow[],
  base: Base,
  directory: Directory,
  circumstances: Circumstances,
  writes: Writes,
): Promise<void> {
  const once = new Once()
  const wanted: Wanted[] = []
  for (const row of rows) {
    const [from, to] = [row.number('starts_at'), row.number('ends_at')]
    row.label = [row.text('unit'), row.text('counter'), row.text('officer')].filter(Boolean).join(' – ')
    const unit = keptUnitOf(row, directory, circumstances)
    const counter = unit && counterOf(row, directory, unit)
    const officer = unit && officerOf(row, directory, unit)
    if (from !== null && to !== null && to <= from) row.fail('assignment_backwards', 'ends_at')
    if (row.failed || !unit || !counter || !officer || from === null) continue
    row.label = `${unit.unit} – ${counter.counter}: ${officer.officer}, ${writeMoment(from)}`
    row.subject = counter.counter_id
    row.officer_id = officer.officer_id
    once.refuse(row, `${counter.counter_id} ${from}`, 'starts_at')
    wanted.push({ row, unit, counter_id: counter.counter_id, officer_id: officer.officer_id, from, to })
  }
  const existing = (ids: number[]) => [...new Set(ids)].filter((id) => id > 0)
  const stays = grouped(await base.loadStays(existing(wanted.map(({ counter_id }) => counter_id))), 'counter_id')
  const absences = grouped(await base.loadAbsences(existing(wanted.map(({ officer_id }) => officer_id))), 'officer_id')
  let seen = 0
  for (const [counterId, list] of grouped(wanted, 'counter_id')) {
    planCounter(list, stays.get(counterId) ?? [], (id) => absences.get(id) ?? [], directory, circumstances, writes)
    seen += list.length
    if (seen > 500) {
      seen = 0
      await circumstances.pause()
    }
  }
}

function grouped<T, K extends keyof T>(items: readonly T[], key: K): Map<T[K], T[]> {
  const groups = new Map<T[K], T[]>()
  for (const item of items) {
    const group = groups.get(item[key])
    if (group) group.push(item)
    else groups.set(item[key], [item])
  }
  return groups
}

function planCounter(
  list: Wanted[],
  known: readonly BaseStay[],
  absencesOf: (officerId: number) => { from: number; to: number }[],
  directory: Directory,
  { now: _, closed_before, language }: Circumstances,
  writes: Writes,
): void {
  const placed: { item: Wanted; parts: { officer_id: number; from: number; to: number | null }[] }[] = []
  /** Rows of the base that a row of the file speaks of: they make way for what it says. */
  const owned = new Map<number, Wanted>()
  for (const item of [...list].sort((a, b) => a.from - b.from)) {
    const { row, officer_id, from, to } = item
    const span = { from, to }
    // Not while the officer is away: the assignment then pauses, and goes on in a row of its own.
    const away = absencesOf(officer_id)
    const parts = without({ officer_id, from, to }, away)
    const inside = known.filter((stay) => stay.from < end(to) && end(stay.to) > from)
    const asWanted = sameStays(
      within(inside, span).map((stay) => ({ officer_id: stay.officer_id, from: stay.from, to: stay.to })),
      parts,
    )
    const exact = known.find((stay) => stay.from === from)
    if (exact?.officer_id === officer_id && end(exact.to) === end(to)) {
      owned.set(exact.assignment_id, item)
      placed.push({ item, parts: [{ officer_id, from, to }] })
      continue
    }
    if (asWanted && inside.every((stay) => stay.from >= from && end(stay.to) <= end(to)) && parts.length > 0) {
      for (const stay of inside) owned.set(stay.assignment_id, item)
      placed.push({ item, parts })
      continue
    }
    const absent = away.find((absence) => absence.from <= from && absence.to > from)
    if (absent) {
      const officer = directory.officers.get(officer_id)?.officer ?? ''
      row.fail('officer_absent', 'starts_at', { officer, from: writeMoment(absent.from), to: writeMoment(absent.to) })
      continue
    }
    if (exact) changeStay(item, exact, inside, { closed_before, directory, language })
    else row.outcome = 'new'
    if (row.failed) continue
    const mine = exact
      ? inside.filter((stay) => stay === exact || (stay.officer_id === officer_id && stay.from >= from))
      : []
    for (const stay of mine) owned.set(stay.assignment_id, item)
    placed.push({ item, parts })
    write(item, parts, mine, writes)
  }
  refuseClashes(
    placed,
    known.filter(({ assignment_id }) => !owned.has(assignment_id)),
    directory,
  )
}

function changeStay(
  { row, officer_id, from, to }: Wanted,
  exact: BaseStay,
  inside: readonly BaseStay[],
  { closed_before, directory }: { closed_before: number; directory: Directory; language: Circumstances['language'] },
): void {
  const name = (id: number) => directory.officers.get(id)?.officer ?? `#${id}`
  const other = exact.officer_id !== officer_id
  const ends = inside.reduce((last, stay) => Math.max(last, end(stay.to)), end(exact.to))
  const changedFrom = other ? from : Math.min(end(to), end(exact.to), ends)
  if (changedFrom < closed_before) row.fail('past_closed', other ? 'officer' : 'ends_at')
  if (other) row.change('officer', name(exact.officer_id), name(officer_id))
  if (end(exact.to) !== end(to)) {
    row.change('ends_at', exact.to === null ? null : writeMoment(exact.to), to === null ? null : writeMoment(to))
  }
}

function write(
  { unit, counter_id, from, to }: Wanted,
  parts: readonly { officer_id: number; from: number; to: number | null }[],
  mine: readonly BaseStay[],
  { assignments }: Writes,
): void {
  const kept = new Set<number>()
  for (const part of parts) {
    const standing = mine.find((stay) => stay.officer_id === part.officer_id && stay.from === part.from)
    if (!standing) {
      assignments.insert.push({ unit_id: unit.unit_id, counter_id, ...part })
      continue
    }
    kept.add(standing.assignment_id)
    if (end(standing.to) === end(part.to)) continue
    const { assignment_id } = standing
    assignments.move.push({ assignment_id, from: part.from, before: standing.to, to: part.to })
  }
  for (const { assignment_id } of mine) if (!kept.has(assignment_id)) assignments.remove.push(assignment_id)
  const last = mine.reduce((most, stay) => Math.max(most, end(stay.to)), end(to))
  assignments.spans.push({ counter_id, from, to: Number.isFinite(last) ? last : null })
}

/** Two at one counter at once: told of the row of the file, with who and when the other one is. */
function refuseClashes(
  placed: readonly { item: Wanted; parts: readonly { officer_id: number; from: number; to: number | null }[] }[],
  others: readonly BaseStay[],
  directory: Directory,
): void {
  type Piece = { officer_id: number; from: number; to: number | null; item: Wanted | null }
  const pieces: Piece[] = [
    ...placed.flatMap(({ item, parts }) => parts.map((part) => ({ ...part, item }))),
    ...others.map((stay) => ({ officer_id: stay.officer_id, from: stay.from, to: stay.to, item: null })),
  ].sort((a, b) => a.from - b.from)
  const tell = (row: PlanRow, other: Piece) =>
    row.fail('assignment_clash', 'starts_at', {
      officer: directory.officers.get(other.officer_id)?.officer ?? `#${other.officer_id}`,
      from: writeMoment(other.from),
      to: other.to === null ? '' : writeMoment(other.to),
      ...(other.item ? { line: other.item.row.line } : {}),
    })
  let reach: Piece | undefined
  for (const piece of pieces) {
    if (reach && end(reach.to) > piece.from) {
      if (piece.item && piece.item !== reach.item) tell(piece.item.row, reach)
      else if (reach.item && reach.item !== piece.item) tell(reach.item.row, piece)
    }
    if (!reach || end(piece.to) > end(reach.to)) reach = piece
  }
}
