/** Plans of imports, without a database: what cells mean, which table a sheet is, what each row would do, and what nobody may. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { ImportProblem } from '../../server/contract/imports.ts'
import { readSafeText, safeText } from '../../server/contract/spreadsheet-text.ts'
import { type Grant, scopeOf } from '../../server/domain/access.ts'
import type { Base, BaseOfficer, BaseStay, BaseUnit, Plan } from '../../server/domain/imports/base.ts'
import { type Cell, officeClock, readCell, writeMoment } from '../../server/domain/imports/cells.ts'
import { columnsOf } from '../../server/domain/imports/columns.ts'
import { Directory } from '../../server/domain/imports/directory.ts'
import { makePlan } from '../../server/domain/imports/plan.ts'
import { findTables } from '../../server/domain/imports/tables.ts'
import { worstText } from '../support/normalised.ts'
import { property } from '../support/property.ts'

const at = (text: string) => Date.parse(`${text}+07:00`)
const administrator = scopeOf(1, [{ role: 'administrator', unit_id: null, officer_id: null }])
const clerkOf = (unit_id: number) => scopeOf(2, [{ role: 'unit_clerk', unit_id, officer_id: null }])

const unit = (unit_id: number, name: string, unit_code: string | null = null): BaseUnit => ({
  ...{ unit_id, unit: name, unit_code, kind: 'commune', area: null, valid_from: null, valid_to: null, hotline: null },
  ...{ duty_leader_name: null, duty_leader_phone: null, counters_only: false, predecessors: [], version: 3 },
})
const officer = (officer_id: number, name: string, officer_code: string | null = null): BaseOfficer => ({
  ...{ officer_id, unit_id: 1, officer: name, officer_code, title: null, signed_on: null, active: true },
  ...{ version: 1, assignments: 0 },
})
const counter = (counter_id: number, name: string, unit_id = 1) => ({
  ...{ counter_id, unit_id, counter: name, service: null, active: true, version: 1, tablets: 0, assignments: 0 },
})
const stay = (assignment_id: number, officer_id: number, from: string, to: string | null): BaseStay => ({
  ...{ assignment_id, counter_id: 1, officer_id, from: at(from), to: to === null ? null : at(to) },
})

interface Given extends Partial<Omit<Base, 'loadStays' | 'loadAbsences' | 'loadVisits' | 'loadDossiers'>> {
  stays?: BaseStay[]
  absences?: { officer_id: number; from: number; to: number }[]
  visits?: Awaited<ReturnType<Base['loadVisits']>>
  dossiers?: Awaited<ReturnType<Base['loadDossiers']>>
}
const base = ({ stays = [], absences = [], visits = [], dossiers = [], ...more }: Given = {}): Base => ({
  units: [unit(1, 'Xã Một', 'M1'), unit(2, 'Xã Hai', 'M2')],
  counters: [counter(1, 'Quầy 1'), counter(2, 'Quầy 2'), counter(3, 'Quầy 1', 2)],
  officers: [officer(1, 'Lò Thị Hoa', 'A'), officer(2, 'Cà Văn Một')],
  accounts: [],
  ...more,
  loadStays: async (ids) => stays.filter(({ counter_id }) => ids.includes(counter_id)),
  loadAbsences: async (ids) => absences.filter(({ officer_id }) => ids.includes(officer_id)),
  loadVisits: async () => visits,
  loadDossiers: async () => dossiers,
})

/** Lines as a CSV has them; the first is the header. */
async function plan(lines: string[], given: Given = {}, scope = administrator): Promise<Plan> {
  const rows = lines.map((line, index) => ({
    line: index + 1,
    cells: line.split(';').map((cell): Cell => (cell === '' ? null : cell)),
  }))
  const sheet = { name: 'Trang', hidden: false, rows, marks: [], hidden_rows: 0, formulas: 0 }
  const { tables, problems } = findTables([sheet])
  const now = at('2026-11-24T10:00:00')
  return makePlan(tables, problems, base(given), {
    ...{ scope, now, today: '2026-11-24', language: 'vi', pause: async () => {} },
    closed_before: at('2026-10-20T00:00:00'),
  })
}
const told = ({ problems }: Pick<Plan, 'problems'>) =>
  problems.map(({ line, column, code }: ImportProblem) => `${line} ${column ?? '-'} ${code}`)
const outcomes = ({ rows }: Plan) => rows.map(({ row }) => row.outcome)
const writesOf = ({ writes }: Plan) =>
  Object.values(writes)
    .flatMap((kinds) => Object.values(kinds) as unknown[][])
    .reduce((sum, list) => sum + list.length, 0)

t.test('cells as people and spreadsheets write them', async (t) => {
  const column = (noun: keyof typeof columnsOf, key: string) =>
    columnsOf[noun].find((one) => one.key === key) as (typeof columnsOf)['units'][number]
  const day = column('officers', 'signed_on')
  for (const [cell, value] of [
    ['15/08/2025', '2025-08-15'],
    ['5.8.2025', '2025-08-05'],
    ['2025-08-15', '2025-08-15'],
    [{ d: '2025-08-15T00:00:00.000' }, '2025-08-15'],
    [' 15-8-2025 ', '2025-08-15'],
  ] as const)
    t.same(readCell(day, cell), { value }, JSON.stringify(cell))
  for (const cell of ['30/02/2025', '2025/08/15', 45884, '15/08/25', { d: '2025-08-15T07:30:00.000' }])
    t.match(readCell(day, cell), { code: 'not_a_day' }, JSON.stringify(cell))
  const count = column('visits', 'visits')
  for (const [cell, value] of [
    ['1.234', 1234],
    ['1,234', 1234],
    ['1\u00A0234', 1234],
    [31, 31],
    ['0', 0],
  ] as const)
    t.same(readCell(count, cell), { value }, String(cell))
  for (const cell of ['12.3', '-1', 'ba', 1.5, '1e3', true]) t.match(readCell(count, cell), { code: 'not_a_number' })
  t.match(readCell(count, 100_001), { code: 'out_of_range', details: { most: 100_000 } })
  t.same(readCell(count, '  '), { code: 'required' }, 'blank is not 0')
  const name = column('officers', 'officer')
  t.same(readCell(name, 'Lo\u0300 Thi\u0323 Hoa'), { value: 'Lò Thị Hoa' }, 'composed')
  t.same(readCell(name, `'=Hoa`), { value: '=Hoa' }, 'the apostrophe of an export')
  for (const unseen of ['\u0001', '\u00AD', '\u034F', '\u061C', '\u180E', '\u200B', '\u2066', '\uFE0F', '\uFEFF']) {
    t.equal(safeText(`${unseen}=1`), `'${unseen}=1`, 'behind what nobody sees too')
    t.equal(readSafeText(safeText(`${unseen}=1`)), `${unseen}=1`)
    t.equal(safeText(`${unseen}Hoa`), `${unseen}Hoa`)
  }
  t.match(readCell(name, 'Hoa\u202E'), { code: 'bad_character' })
  t.match(readCell(name, 'Hoa\uFFFD'), { code: 'damaged_text' })
  t.match(readCell(name, `Hoa${'\u0301'.repeat(31)}`), { code: 'bad_character' })
  for (const bad of ['\u0001', '\u000b', '\uffff', '\ud800', '\u200b'])
    t.match(readCell(name, `Hoa${bad}x`), { code: 'bad_character' })
  t.match(readCell(name, worstText(300_000)), { code: 'too_long', details: { most: 200, length: 300_000 } })
  t.match(readCell(name, 'x'.repeat(201)), { code: 'too_long', details: { most: 200, length: 201 } })
})

t.test('any moment written is read back as that moment', async (t) => {
  const moment = columnsOf.assignments.find(({ key }) => key === 'starts_at') as (typeof columnsOf)['units'][number]
  await property(
    t,
    'to the millisecond',
    fc.integer({ min: at('2000-01-01T00:00'), max: at('2100-01-01T00:00') }),
    (instant) => {
      for (const cell of [writeMoment(instant), { d: officeClock(instant) }]) {
        const read = readCell(moment, cell)
        if (!('value' in read) || read.value !== instant)
          throw new Error(`${JSON.stringify(cell)}: ${JSON.stringify(read)}`)
      }
    },
  )
})

t.test('which noun a sheet holds: by name, by header, below a title, with both header rows; or none', async (t) => {
  const sheet = (name: string, ...rows: string[][]) => ({
    ...{ name, hidden: false, marks: [], hidden_rows: 0, formulas: 0 },
    rows: rows.map((cells, index) => ({ line: index + 1, cells })),
  })
  const nouns = (...sheets: ReturnType<typeof sheet>[]) => findTables(sheets).tables.map(({ noun }) => noun)
  t.same(nouns(sheet('Quầy', ['Đơn vị', 'Tên quầy']), sheet('x', ['unit', 'kind'])), ['units', 'counters'], 'sorted')
  t.same(nouns(sheet('x', ['Báo cáo tháng 11'], ['Cán bộ', 'Quầy', 'Bắt đầu'])), ['assignments'])
  const twice = findTables([
    sheet('x', ['Quầy', 'Lượt giải quyết', 'Ngày'], ['counter', 'visits', 'day'], ['a', '1', 'b']),
  ])
  t.match(twice.tables[0], { noun: 'visits', rows: [{ line: 3 }] })
  t.match(told(findTables([sheet('x', ['a', 'b'], ['1', '2'])])), ['1 - sheet_unknown'])
  t.match(told({ problems: findTables([sheet('Quầy', ['Tên quầy', 'Tên quầy', 'Màu'])]).tables[0]?.problems ?? [] }), [
    '1 - unknown_column',
    '1 counter column_twice',
  ])
})

t.test('units: new, changed, the same; a code that is taken; a circle of predecessors', async (t) => {
  const done = await plan(['unit_code;unit;kind', 'M1;Xã Một;Xã', 'M2;Xã Nhì;Xã', 'M3;Xã Ba;Phường'])
  t.same([outcomes(done), told(done)], [['same', 'changed', 'new'], []])
  t.match(done.writes.units, {
    insert: [{ unit_id: -1, unit: 'Xã Ba' }],
    update: [{ unit_id: 2, unit: 'Xã Nhì', version: 3 }],
  })
  const taken = await plan(['unit_id;unit_code;unit;kind', '1;M2;Xã Một;Xã'])
  t.same(told(taken), ['2 unit_code code_taken'])
  const traded = await plan(['unit_id;unit_code;unit;kind', '1;M2;Xã Một;Xã', '2;M1;Xã Hai;Xã'])
  t.same([outcomes(traded), told(traded)], [['changed', 'changed'], []], 'two may trade what must be unique')
  const circle = await plan(['unit;kind;predecessors', 'Xã Một;Xã;Xã Hai', 'Xã Hai;Xã;M1'])
  t.same(told(circle), ['2 predecessors predecessor_circle', '3 predecessors predecessor_circle'])
  t.same(told(await plan(['unit;kind', 'Xã Ba;Xã'], {}, clerkOf(1))), ['2 - noun_forbidden'])
  t.same(told(await plan(['unit;kind', 'Xã Ba;Xã', 'xã  ba;Xã'])), ['3 unit duplicate_row'])
})

t.test('an empty cell takes away, a missing column leaves alone', async (t) => {
  const given = { units: [{ ...unit(1, 'Xã Một'), hotline: '0212', area: 'Mường La' }] }
  const { writes } = await plan(['unit;kind;hotline', 'Xã Một;Xã;'], given)
  t.match(writes.units.update, [{ hotline: null, area: 'Mường La' }])
})

t.test('whoever keeps one unit need not name it, and reaches no other', async (t) => {
  const mine = await plan(['officer;title', 'Lò Văn Mới;Công chức'], { units: [unit(1, 'Xã Một')] }, clerkOf(1))
  t.match([outcomes(mine), mine.writes.officers.insert], [['new'], [{ unit_id: 1, officer: 'Lò Văn Mới' }]])
  const foreign = await plan(['unit;officer', 'Xã Hai;Ai Đó'], {}, clerkOf(1))
  t.same([told(foreign), foreign.writes.officers.insert.length], [['2 unit not_yours'], 0])
  t.same(told(await plan(['officer;title', 'Ai;x'])), ['2 unit required'], 'an administrator names it')
})

t.test('officers of one name: told apart by code, refused without', async (t) => {
  const officers = [officer(1, 'Lò Thị Hoa', 'A'), officer(2, 'Lò Thị Hoa', 'B')]
  const head = 'unit;counter;officer_code;officer;starts_at'
  const unclear = await plan([head, 'Xã Một;Quầy 1;;Lò Thị Hoa;01/12/2026'], { officers })
  t.match(unclear.problems, [{ code: 'officer_ambiguous', details: { value: 'Lò Thị Hoa', count: 2 } }])
  const clear = await plan([head, 'Xã Một;Quầy 1;B;Lò Thị Hoa;01/12/2026'], { officers })
  t.match(clear.writes.assignments.insert, [
    { officer_id: 2, counter_id: 1, from: at('2026-12-01T00:00:00'), to: null },
  ])
  t.same(told(await plan([head, 'Xã Một;Quầy 1;A;Cà Văn Một;01/12/2026'], { officers })), [
    '2 officer_code officer_contradiction',
  ])
})

t.test('assignments: the same, moved, clashing, in the closed past, while away', async (t) => {
  const head = 'unit;counter;officer;starts_at;ends_at'
  const stays = [stay(9, 1, '2026-11-02T07:30:00', null)]
  const line = (who: string, from: string, to = '') => `Xã Một;Quầy 1;${who};${from};${to}`
  const same = await plan([head, line('Lò Thị Hoa', '02/11/2026 07:30')], { stays })
  t.same([outcomes(same), writesOf(same)], [['same'], 0])
  const ended = await plan([head, line('Lò Thị Hoa', '02/11/2026 07:30', '20/11/2026 11:30')], { stays })
  t.match(ended.writes.assignments, {
    move: [{ assignment_id: 9, before: null, to: at('2026-11-20T11:30:00') }],
    spans: [{ counter_id: 1, from: at('2026-11-02T07:30:00'), to: null }],
  })
  const clash = await plan([head, line('Cà Văn Một', '10/11/2026 07:30')], { stays })
  t.match(clash.problems, [{ code: 'assignment_clash', details: { officer: 'Lò Thị Hoa', from: '02/11/2026 07:30' } }])
  const inFile = await plan([head, line('Lò Thị Hoa', '01/12/2026', '03/12/2026'), line('Cà Văn Một', '02/12/2026')])
  t.match(inFile.problems, [{ line: 3, code: 'assignment_clash', details: { line: 2 } }])
  const old = [stay(9, 1, '2026-09-01T07:30:00', '2026-09-02T07:30:00')]
  t.same(told(await plan([head, line('Cà Văn Một', '01/09/2026 07:30', '02/09/2026 07:30')], { stays: old })), [
    '2 officer past_closed',
  ])
  const absences = [{ officer_id: 1, from: at('2026-12-01T00:00:00'), to: at('2026-12-05T00:00:00') }]
  const away = await plan([head, line('Lò Thị Hoa', '02/12/2026')], { absences })
  t.same(told(away), ['2 starts_at officer_absent'])
  const pauses = await plan([head, line('Lò Thị Hoa', '30/11/2026')], { absences })
  t.match(pauses.writes.assignments.insert, [
    { from: at('2026-11-30T00:00:00'), to: at('2026-12-01T00:00:00') },
    { from: at('2026-12-05T00:00:00'), to: null },
  ])
  t.same(told(await plan([head, line('Lò Thị Hoa', '02/12/2026', '01/12/2026')])), ['2 ends_at assignment_backwards'])
})

t.test('visits: a day or a month, none that lies ahead, the last word stands', async (t) => {
  const head = 'unit;counter;day;month;visits'
  const known = [{ counter_id: 1, grain: 'day' as const, day: '2026-11-20', procedure_group: '', visits: 31 }]
  const done = await plan(
    [head, 'M;Quầy 1;20/11/2026;;33', 'M;Quầy 2;20/11/2026;;0', 'M;Quầy 2;;11/2026;400'].map((one) =>
      one.replace(/^M;/, 'Xã Một;'),
    ),
    { visits: known },
  )
  t.same([outcomes(done), told(done)], [['changed', 'new', 'new'], []])
  t.match(done.writes.visits, {
    update: [{ before: 31, visits: 33 }],
    insert: [{ visits: 0 }, { grain: 'month', visits: 400 }],
  })
  const wrong = ['Xã Một;Quầy 1;;;3', 'Xã Một;Quầy 1;25/11/2026;;3', 'Xã Một;Quầy 9;20/11/2026;;3']
  t.same(told(await plan([head, ...wrong])), ['2 day day_or_month', '3 day lies_ahead', '4 counter counter_unknown'])
})

t.test('accounts: a role needs its place, nobody locks the last administrator', async (t) => {
  const grants: Grant[] = [{ role: 'administrator', unit_id: null, officer_id: null }]
  const accounts = [{ account_id: 1, username: 'quantri', active: true, grants }]
  const head = 'username;role;unit;officer;active'
  const done = await plan([head, 'Hoa.1;Cán bộ;Xã Một;Lò Thị Hoa;có', 'hoa.1;Cán bộ đầu mối;Xã Một;;có'], { accounts })
  t.same([outcomes(done), done.writes.accounts.insert.length], [['new', 'new'], 1], 'one account, two roles')
  t.match(done.writes.accounts.grants, [
    { account_id: -1, officer_id: 1 },
    { account_id: -1, role: 'unit_clerk' },
  ])
  t.same(told(await plan([head, 'quantri;Quản trị viên tỉnh;;;không'], { accounts })), ['2 active last_administrator'])
  t.same(told(await plan([head, 'x1;Quản trị tỉnh;Xã Một;;có', 'x2;Lãnh đạo đơn vị;;;có'], { accounts })), [
    '2 unit role_needs_scope',
    '3 unit required',
  ])
})

/** Names, codes and references at random: whatever the file, a plan is made, and what it says adds up. */
const word = fc.constantFrom(
  '',
  'Xã Một',
  'xã một',
  'Xã Hai',
  'M1',
  '#1',
  '#99',
  'Quầy 1',
  'A',
  'Lò Thị Hoa',
  '1',
  '=x',
  '01/12/2026',
)
async function addsUp(t: Test): Promise<void> {
  const heads = Object.values(columnsOf).map((columns) => columns.map(({ key }) => key))
  const files = fc
    .constantFrom(...heads)
    .chain((keys) =>
      fc.tuple(fc.constant(keys), fc.array(fc.array(word, { maxLength: keys.length }), { maxLength: 8 })),
    )
  await property(t, 'any file gives a plan in which wrong rows write nothing', files, async ([keys, rows]) => {
    const lines = [
      keys.join(';'),
      ...rows.map((cells) => [...cells, ...keys.slice(cells.length).map(() => '')].join(';')),
    ]
    const [one, two] = [await plan(lines), await plan(lines)]
    if (JSON.stringify(one) !== JSON.stringify(two)) throw new Error('another plan the second time')
    const wrong = one.rows.filter(({ row }) => row.outcome === 'error').length
    if (wrong > 0 && one.problems.length === 0) throw new Error('wrong without a word')
    const writing = one.rows.some(({ row }) => row.outcome === 'new' || row.outcome === 'changed')
    if (wrong === 0 && writing !== writesOf(one) > 0)
      throw new Error(`${writesOf(one)} writes, ${JSON.stringify(outcomes(one))}`)
  })
}
t.test('whatever the file', addsUp)

t.test('what an export writes is found again', async (t) => {
  const units = [unit(1, 'Xã Trùng'), unit(2, 'Xã Trùng'), unit(3, 'Xã Trùng', 'T3'), unit(4, 'T3')]
  const directory = new Directory({ units, counters: [], officers: [] })
  for (const one of units) {
    const { unit_code, unit: name } = directory.writeUnit(one)
    t.match(directory.findUnit(unit_code, name), { unit_id: one.unit_id }, `${unit_code} ${name}`)
  }
})
