/** Deeds of the audit log in words: what was done, and what the log says about it. */
import type { AuditEntry } from '../server/contract/audit.ts'
import { formatCount, formatDate, formatInstant, formatMonth, withoutStop } from './format.ts'
import { isMessage, language, type MessageKey, t } from './i18n/index.tsx'

/** Nouns of the log that a reader may look for. */
export const kinds = [
  'account',
  'grant',
  'unit',
  'counter',
  'officer',
  'assignment',
  'roster',
  'absence',
  'doubt',
  'holiday',
  'visits',
  'dossiers',
  'paper_slips',
  'terminal',
  'import',
  'export',
  'report',
  'report_schedule',
  'report_mail',
  'letterhead',
  'proposal',
  'case',
  'board',
  'rule',
  'retention',
  'quarantine',
  'voice_set',
  'board_answer',
] as const

/** What was done, as the part of an action behind its dot says it. Others are told by their code alone. */
const verbs = [
  ...['create', 'change', 'end', 'cancel', 'save', 'undo', 'settle', 'apply', 'make', 'officer', 'issue', 'export'],
  ...['download', 'enable', 'disable', 'password', 'log_out', 'invitation', 'reset', 'second_factor'],
  ...['second_factor_asked', 'second_factor_reset', 'recovery_codes', 'set_aside', 'take_back', 'accept', 'accepted'],
  ...['refuse', 'refused', 'run', 'rewrite', 'code', 'rename', 'move', 'revoke', 'service_pin', 'week', 'absence'],
  ...['units', 'counters', 'officers', 'accounts', 'assignments', 'visits', 'dossiers', 'record', 'approve'],
  ...['send', 'resend', 'open', 'state', 'advise', 'answer'],
]

/** `account.create` in words; null where there are none for it. */
export function deedName(action: string): string | null {
  const [noun = '', verb = ''] = action.split('.')
  const kind = kinds.find((one) => one === noun)
  return kind && verbs.includes(verb)
    ? `${t(`audit_kind.${kind}`, { n: 1 })}: ${t(`audit_verb.${verb}` as MessageKey)}`
    : null
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const DAY = /^\d{4}-\d\d-\d\d$/

/** A field of the log in words; one that no version of these pages knew stands as it is written. */
function fieldName(name: string): string {
  const key = `audit_field.${name}`
  return isMessage(key) ? t(key) : name
}

/** Where other pages have words for a field's codes, by the beginnings of their keys. */
const codes: Record<string, readonly string[]> = {
  advice: ['cases.advice_'],
  form: ['reports.form_'],
  format: ['reports.'],
  kind: ['cases.kind_', 'holidays.kind_', 'kind.'],
  noun: ['imports.noun.'],
  outcome: ['cases.outcome_', 'doubts.'],
  part: ['gaps.part_'],
  role: ['role.'],
  rule: ['rule.'],
  state: ['cases.state_'],
  wants: ['episodes.wants_'],
}

/** A code in words; what is none, or is not known, stands as it is written. */
function codeName(field: string, value: string): string {
  const own = `${field}_${value}`
  const key = [`audit_value.${own}`, ...(codes[field] ?? []).map((beginning) => beginning + value)].find(isMessage)
  return key ? t(key) : value
}

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields that hold ids though their names do not say so. */
const holdIds: readonly string[] = ['counters', 'officers', 'predecessors', 'replaced']
const isId = (field: string) => field.endsWith('_id') || holdIds.includes(field)

/** Quầy 1 and số 1/2026 stay on one line. */
const unbroken = (name: string) => name.replace(/ (?=[\d/]+$)/, '\u00a0')

/** Numbers that count nothing. */
const plain: readonly string[] = ['year', 'number', 'version']

/** A value of the log as it can be read aloud: days and moments in the office's time, nested parts one after the other. */
function inWords(value: unknown, field: string, names: AuditEntry['names']): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.map((part) => inWords(part, field, names)).join('; ')
  if (isFields(value)) {
    return inOrder(value)
      .map(([name, part]) => labelled(name, inWords(part, name, names)))
      .join(', ')
  }
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no')
  if (isId(field)) return unbroken(names[`${field} ${value}`] ?? t('audit.code', { id: String(value) }))
  if (typeof value === 'number') return plain.includes(field) ? String(value) : formatCount(value, language.value)
  const text = String(value)
  if (DAY.test(text)) return field === 'month' ? formatMonth(text, language.value) : formatDate(text, language.value)
  return INSTANT.test(text) ? formatInstant(text, language.value) : codeName(field, text)
}

/** The database gives fields in an order of its own: what was asked stands before what was done, where something begins before where it ends. */
const spans: readonly string[] = [
  'asked',
  'done',
  'valid_from',
  'valid_to',
  'from',
  'first_day',
  'starts_at',
  'to',
  'last_day',
  'ends_at',
]
const rank = ([name]: [string, unknown]): number => spans.indexOf(name)

const inOrder = (fields: Fields): [string, unknown][] =>
  Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .sort((one, other) => rank(one) - rank(other))

/** What became different, `from → to`; for a deed that says how it was before and what was asked for. */
function changesOf(before: Fields, changes: Fields, names: AuditEntry['names']): string[] {
  return Object.entries(changes).flatMap(([name, after]) => {
    const was = before[name]
    if (after === undefined || JSON.stringify(was ?? null) === JSON.stringify(after ?? null)) return []
    const words = inWords(after, name, names)
    return [labelled(name, was === undefined ? words : `${inWords(was, name, names)} → ${words}`)]
  })
}

/** A long word without a gap, an address or a checksum, begins a line rather than part at the end of one. */
const LONG_WORD = /^\S{21}/
/** Longer labels would not fit a line of a telephone with what follows, and then a number is torn. */
const LONGEST_WHOLE = 24
/** A label is one thing, and so is it with the word that follows; of a long one only its last word. */
function labelled(name: string, words: string): string {
  const label = fieldName(name)
  const whole = label.length > LONGEST_WHOLE ? label : label.replaceAll(' ', '\u00a0')
  return `${whole}:${LONG_WORD.test(words) ? ' ' : '\u00a0'}${words}`
}

/** Fields that may bear one name, of a tablet that is called as its counter; never two people, who are two also of one name. */
const bearers: readonly string[] = ['terminal_id', 'counter_id', 'name', 'username']

/**
 * Without what only says again what is said beside it: the unit, which has its own place; the role and the officer among the
 * rights given with them; and of several fields that bear one name all but that of what the deed is about.
 */
function onceEach(told: [string, unknown][], { action, unit, names }: AuditEntry): [string, unknown][] {
  const own = `${action.split('.')[0]}_id`
  const isOwn = ([field]: [string, unknown]) => field === own
  const nameIn = ([field, value]: [string, unknown]) => (isId(field) ? names[`${field} ${value}`] : value)
  const given = told.find(([field]) => field === 'grants')?.[1]
  const rights = Array.isArray(given) ? given : []
  const said = new Set<unknown>()
  const fields = new Set<string>()
  for (const line of [...told.filter(isOwn), ...told.filter((line) => !isOwn(line))]) {
    const [field, value] = line
    const name = isOwn(line) || bearers.includes(field) ? nameIn(line) : undefined
    const isPlace = field === 'unit_id' && !isOwn(line) && String(value) === unit?.unit_id
    const isAmongRights = rights.some((right) => isFields(right) && String(right[field]) === String(value))
    if (!isPlace && !isAmongRights && !(name !== undefined && said.has(name))) fields.add(field)
    if (name !== undefined) said.add(name)
  }
  return told.filter(([field]) => fields.has(field))
}

/** A report is known by the number and the year printed on it. */
function withNumber(fields: Fields): Fields {
  const { number, year, ...rest } = fields
  return number === undefined || year === undefined ? fields : { ...rest, issued_report_id: `${number}/${year}` }
}

/** What a deed says of itself, each part as `name: value`, in the order of the log. Of what was destroyed in a night only what there was. */
export function tell(entry: AuditEntry): string[] {
  const { action, subject, detail, names } = entry
  const { before, changes, ...rest } = detail
  const isChange = isFields(before) && isFields(changes)
  const told = inOrder(withNumber({ ...subject, ...(isChange ? rest : detail) })).filter(
    ([, value]) => !(action.startsWith('retention.') && value === 0),
  )
  const lines = onceEach(told, entry).map(([name, value]) => {
    const words = inWords(value, name, names)
    // Each right names its role itself.
    if (name === 'grants') return words
    const several = isFields(value) || (Array.isArray(value) && value.some(isFields))
    return several ? `${fieldName(name)} (${words})` : labelled(name, words)
  })
  // A sentence that somebody wrote ends where the next part begins.
  return [...lines, ...(isChange ? changesOf(before, changes, names) : [])].map((line, place, { length }) =>
    place < length - 1 ? withoutStop(line) : line,
  )
}

/** Entries of one night's rewriting, a month each, told as one; every other alone. In the order of the log. */
export function inRuns(entries: readonly AuditEntry[]): [AuditEntry, ...AuditEntry[]][] {
  const runs: [AuditEntry, ...AuditEntry[]][] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    const [first] = run ?? []
    const isOneNight = first?.action === 'retention.rewrite' && first.happened_at === entry.happened_at
    if (run && isOneNight && entry.action === 'retention.rewrite') run.push(entry)
    else runs.push([entry])
  }
  return runs
}

/** What a run says of itself: its one deed, or its months with how many ratings each has, the earliest first. */
export function tellRun(run: readonly [AuditEntry, ...AuditEntry[]]): string[] {
  if (run.length === 1) return tell(run[0])
  return [...run].reverse().map(({ subject, detail }) =>
    t('audit.month_ratings', {
      month: formatMonth(String(subject.month), language.value),
      n: Number(detail.ratings),
    }),
  )
}
