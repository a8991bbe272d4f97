/** Composes an official report from what is published: the words around the figures, the tables, the annex. Pure. */

import type { CasesInTime } from '../contract/cases.ts'
import type { Figure } from '../contract/figures.ts'
import { type Period, periodOf } from '../contract/periods.ts'
import { receivedOf } from '../contract/totals.ts'
import { oneLine } from '../domain/one-line.ts'
import { countSatisfied, manski } from '../domain/scoring.ts'
import type { Response } from '../domain/visits.ts'
import type { Block, Column, Letterhead, OfficialReport, Table } from './document.ts'
import type { Language } from './numbers.ts'
import { type Words, wordsOf } from './wording.ts'

/** A unit, or a counter of the one unit, with its figure from published steps. */
export interface Subject {
  readonly name: string
  readonly figure: Figure
  /** Against the period before; null where one of both is not shown. */
  readonly change: {
    readonly value: number
    readonly lower: number
    readonly upper: number
    readonly notable: boolean
  } | null
  /** Of the counters and times whose visits were told; null = none were. */
  readonly response: Response | null
  /** Null = a counter. */
  readonly cases: CasesInTime | null
}

/** Dossiers by when they were returned. */
export interface Dossiers {
  readonly same_day: number
  readonly early: number
  readonly on_time: number
  readonly overdue: number
}

export interface ReportFacts {
  readonly language: Language
  readonly letterhead: Letterhead
  readonly number: number | null
  readonly dated: string
  /** Name of the one unit, or null for the province. */
  readonly unit: string | null
  readonly range: { readonly from: string; readonly to: string }
  /** The moment the figures were read, in words of the office: "16:05 ngày 14/6/2026". */
  readonly cut_off: string
  readonly audit_head: string | null
  /** All of it together. */
  readonly whole: Subject
  /** Units of the province or counters of the unit, in order of name. */
  readonly parts: readonly Subject[]
  readonly low: { readonly low: number | null; readonly service_only: number | null }
  readonly commitments: readonly { readonly label: string; readonly kept: number; readonly broken: number }[]
  readonly roster: {
    readonly units: number
    readonly counters: number
    readonly officers: number
    readonly signed: number
  }
  readonly fleet: { readonly terminals: number; readonly silent: number }
  /** Slips of paper handed on unopened, in no figure; 0 = none, or none were counted. */
  readonly paper_slips: number
  /** Null = nobody told any. */
  readonly dossiers: Dossiers | null
  /** In how many of the parts visits are known, and dossiers; null where the report is of one unit. */
  readonly known: { readonly visits: number; readonly dossiers: number } | null
}

export function composeReport(written: ReportFacts): OfficialReport {
  const facts = inLines(written)
  const { language, letterhead, number, dated, unit, range } = facts
  const words = wordsOf(language)
  const period: Period | null = periodOf({ ...range })
  return {
    language,
    letterhead,
    number,
    dated,
    title: words.title,
    subject: words.subject(unit),
    period: words.period(period && words.periodName(period), range.from, range.to),
    blocks: [
      { kind: 'heading', level: 1, text: words.situation },
      ...situation(facts, words),
      { kind: 'heading', level: 1, text: words.results },
      ...results(facts, words),
      { kind: 'heading', level: 1, text: words.limits },
      { kind: 'blank', hint: words.limits_hint },
      { kind: 'heading', level: 1, text: words.tasks },
      { kind: 'blank', hint: words.tasks_hint },
      { kind: 'closing' },
      { kind: 'page' },
      { kind: 'heading', level: 1, text: words.annex },
      { kind: 'list', items: annex(facts, words) },
    ],
    foot: words.foot(facts.cut_off, facts.audit_head),
  }
}

const NAME = 200
/** What people wrote themselves, each as one line that every format can hold. */
function inLines(facts: ReportFacts): ReportFacts {
  const { unit, whole, parts, letterhead } = facts
  const named = (subject: Subject): Subject => ({ ...subject, name: oneLine(subject.name, NAME) })
  const { form, recipients, ...lines } = letterhead
  const clean = Object.fromEntries(
    Object.entries(lines).map(([key, line]) => [key, oneLine(line, NAME)]),
  ) as typeof lines
  return {
    ...facts,
    unit: unit === null ? null : oneLine(unit, NAME),
    whole: named(whole),
    parts: parts.map(named),
    letterhead: { form, recipients: recipients.map((line) => oneLine(line, NAME)), ...clean },
  }
}

const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

function situation(facts: ReportFacts, words: Words): Block[] {
  const { unit, roster, fleet, whole } = facts
  const { n, set_aside } = whole.figure
  return [
    words.scale(unit === null ? roster.units : null, roster.counters, roster.officers),
    ...(roster.officers > 0 ? [words.signed(roster.signed, roster.officers)] : []),
    n === null ? words.received_few : words.received(set_aside, n),
    visitsSentence(facts, words),
    ...(facts.paper_slips > 0 ? [words.paper_slips(facts.paper_slips)] : []),
    ...dossiersSentence(facts, words),
    fleet.terminals > 0 ? words.fleet(fleet.terminals, fleet.silent) : words.no_terminals,
  ].map(paragraph)
}

function visitsSentence({ whole: { response }, known }: ReportFacts, words: Words): string {
  if (response === null) return words.visits_unknown
  if (response.implausible) return words.visits_implausible(response.ratings, response.visits)
  if (response.rate === null) return words.visits_unknown
  return words.visits(response.ratings, response.visits, response.rate, known?.visits ?? null)
}

function dossiersSentence({ dossiers, known }: ReportFacts, words: Words): string[] {
  if (dossiers === null) return []
  const all = dossiers.same_day + dossiers.early + dossiers.on_time + dossiers.overdue
  return all === 0 ? [] : [words.dossiers(all, dossiers, known?.dossiers ?? null)]
}

function results(facts: ReportFacts, words: Words): Block[] {
  const { whole, parts, low, unit } = facts
  const share = whole.figure.satisfaction
  const drawn = parts.flatMap(({ name, figure: { satisfaction } }) =>
    satisfaction === null || satisfaction.value === null ? [] : [{ name, ...satisfaction, value: satisfaction.value }],
  )
  return [
    paragraph(
      share === null || share.value === null || whole.figure.n === null
        ? words.headline_none
        : words.headline({ ...share, value: share.value }, whole.figure.n),
    ),
    ...changes(facts, words).map(paragraph),
    ...(low.low !== null && low.service_only !== null && low.low > 0
      ? [paragraph(words.service_only(low.low, low.service_only))]
      : []),
    ...(whole.cases && whole.cases.due > 0 ? [paragraph(words.cases(whole.cases))] : []),
    subjects(facts, words, unit === null ? words.table_units : words.table_counters),
    ...(drawn.length > 0 ? [{ kind: 'chart', title: words.chart, rows: drawn } as const] : []),
    commitments(facts, words),
  ]
}

/** Only what chance does not explain is named; of everything else it is said how many there are that could be compared. */
function changes({ unit, whole, parts }: ReportFacts, words: Words): string[] {
  const all = unit === null ? parts : [whole]
  const compared = all.filter(({ change }) => change !== null)
  if (compared.length === 0) return [words.not_compared]
  const notable = compared.flatMap(({ name, change }) =>
    change?.notable ? [words.change(name, change.value, change.lower, change.upper)] : [],
  )
  if (unit !== null) return notable.length > 0 ? notable : [words.no_change_one]
  const left = all.length - compared.length
  const usual = notable.length === 0 ? words.no_change_all : words.no_change
  return [
    ...notable,
    ...(notable.length < compared.length ? [usual(left === 0)] : []),
    ...(left > 0 ? [words.not_compared_some(left)] : []),
  ]
}

function subjects({ parts, unit, whole }: ReportFacts, words: Words, title: string): Table {
  const visitsKnown = parts.some(({ response }) => response !== null)
  const casesTold = parts.some(({ cases }) => cases !== null && cases.due > 0)
  // What the longest word or number of each takes, in points at size 10: a word that has no room is cut in two.
  const columns: Column[] = [
    { title: unit === null ? words.column.unit : words.column.counter, kind: 'text', width: 84 },
    { title: words.column.received, kind: 'count', width: 39 },
    { title: words.column.set_aside, kind: 'count', width: 25 },
    { title: words.column.counted, kind: 'count', width: 38 },
    ...(visitsKnown
      ? ([
          { title: words.column.visits, kind: 'count', width: 32 },
          { title: words.column.response, kind: 'share', width: 41 },
        ] as const)
      : []),
    { title: words.column.satisfaction, kind: 'share', width: 38 },
    { title: words.column.interval, kind: 'interval', width: 57 },
    { title: words.column.index, kind: 'index', width: 33 },
    { title: words.column.change, kind: 'points', width: 34 },
    ...(casesTold
      ? ([
          { title: words.column.cases_due, kind: 'count', width: 28 },
          { title: words.column.cases_in_time, kind: 'count', width: 26 },
        ] as const)
      : []),
  ]
  const rows = [...parts, ...(unit === null && parts.length > 1 ? [] : [whole])].map(
    ({ name, figure, change, response, cases }) => [
      name,
      receivedOf(figure),
      figure.set_aside,
      figure.n,
      ...(visitsKnown ? [response?.visits ?? null, response?.rate ?? null] : []),
      figure.satisfaction?.value ?? null,
      figure.satisfaction && { lower: figure.satisfaction.lower, upper: figure.satisfaction.upper },
      figure.index,
      change?.value ?? null,
      ...(casesTold ? [cases?.due ?? null, cases?.in_time ?? null] : []),
    ],
  )
  return { kind: 'table', id: unit === null ? 'units' : 'counters', title, columns, rows }
}

function commitments({ commitments }: ReportFacts, words: Words): Table {
  return {
    kind: 'table',
    id: 'commitments',
    title: words.table_commitments,
    columns: [
      { title: words.column.commitment, kind: 'text', width: 60 },
      { title: words.column.kept, kind: 'count', width: 20 },
      { title: words.column.broken, kind: 'count', width: 20 },
    ],
    rows: commitments.map(({ label, kept, broken }) => [label, kept, broken]),
  }
}

/** The worst case is told only where the visits are those of all ratings counted. */
function annex({ whole: { figure, response }, cut_off, audit_head }: ReportFacts, words: Words): string[] {
  const { levels, n } = figure
  const bounds =
    levels === null || n === null || response === null || response.implausible || response.ratings !== n
      ? null
      : manski(countSatisfied(levels), n, response.visits)
  const { measure, compared, steps, set_aside, order } = words.method
  return [
    measure,
    bounds ? words.worst_case(bounds.lower, bounds.upper) : words.worst_case_unknown,
    compared,
    steps,
    n === null ? set_aside : `${set_aside} ${words.annex_aside(figure.set_aside, receivedOf(figure))}`,
    order,
    `${words.foot(cut_off, audit_head)}${audit_head === null ? '' : ` ${words.sealed}`}`,
  ]
}
