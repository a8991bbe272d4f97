/** The log of deeds: who did what, where and when, newest first; narrowed by kind and days; and the head of its chain. */
import { useState } from 'preact/hooks'
import type { AuditEntry } from '../../server/contract/audit.ts'
import { ApiError, getAudit, getAuditHead, isGone, list } from '../api.ts'
import { ManySelect } from '../components/many-select.tsx'
import { Card, Page, Scroll } from '../components/page.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { byName, formatDate, formatInstant } from '../format.ts'
import { isMessage, language, type MessageKey, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { navigate, route, withQuery } from '../router.ts'
import { noticeEnd } from '../session.ts'

/** Nouns of the log that a reader may look for. */
const kinds = [
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
function deedName(action: string): string | null {
  const [noun = '', verb = ''] = action.split('.')
  const kind = kinds.find((one) => one === noun)
  return kind && verbs.includes(verb) ? `${t(`audit_kind.${kind}`)}: ${t(`audit_verb.${verb}` as MessageKey)}` : null
}

export default function Audit() {
  const head = useLive('audit head', getAuditHead, { follow: false })
  const query = route.value.query
  const asked = new URLSearchParams()
  for (const name of ['action', 'unit_id', 'from', 'to']) {
    const value = query.get(name)
    if (value) asked.set(name, value)
  }
  const { entries, error, more } = useEntries(asked.toString())
  return (
    <Page name="audit" title={t('nav.audit')}>
      <section class="answer" id="top">
        <h1>{rich('audit.headline', { n: head.data.value?.seals ?? 0 })}</h1>
        <p>{t('audit.about')}</p>
      </section>
      <Filters />
      {error ? <Refused error={error} /> : null}
      {!error && !entries ? <Skeleton /> : null}
      {!error && entries ? (
        <Card id="list" title={t('audit.list')}>
          {entries.length === 0 ? (
            <Void icon="doc" title={t('audit.none')}>
              {t('audit.none_help')}
            </Void>
          ) : (
            <Entries entries={entries} />
          )}
          {more && (
            <div class="buttons">
              <button type="button" class="button" onClick={more}>
                {t('audit.more')}
              </button>
            </div>
          )}
        </Card>
      ) : null}
      {entries && head.data.value && (
        <p class="hint head-of-chain">
          {t('audit.head')} <code>{head.data.value.head}</code>
        </p>
      )}
    </Page>
  )
}

/** Pages of the log one below the other; a change of the filter begins anew. */
function useEntries(query: string) {
  const first = useLive(`log ${query}`, (options) => getAudit(query, options), { follow: false })
  const [further, setFurther] = useState<{ query: string; entries: AuditEntry[]; cursor: string | null } | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const page = first.stale.value ? null : first.data.value
  const rest = further?.query === query ? further : null
  const cursor = rest ? rest.cursor : (page?.next_cursor ?? null)
  const more = async (after: string) => {
    try {
      const next = await getAudit([query, `cursor=${encodeURIComponent(after)}`].filter(Boolean).join('&'))
      setFurther({ query, entries: [...(rest?.entries ?? []), ...next.items], cursor: next.next_cursor })
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught
      if (!noticeEnd(caught) && !isGone(caught)) setError(caught)
    }
  }
  return {
    entries: page && [...page.items, ...(rest?.entries ?? [])],
    error: first.refused.value ?? error,
    more: cursor === null ? null : () => void more(cursor),
  }
}

function Filters() {
  const query = route.value.query
  const several = useLive('units', (options) => list('units', options), { follow: false }).data.value ?? []
  const day = (name: 'from' | 'to', label: MessageKey) => (
    <label class="chip">
      <small>{t(label)}</small>
      <input
        type="date"
        value={query.get(name) ?? ''}
        onChange={(event) => navigate(withQuery({ [name]: event.currentTarget.value || null }))}
      />
    </label>
  )
  return (
    <div class="filters">
      <label class="chip">
        <small>{t('audit.kind')}</small>
        <select
          value={query.get('action') ?? ''}
          onInput={(event) => navigate(withQuery({ action: event.currentTarget.value || null }))}
          data-tool="kind"
        >
          <option value="">{t('audit.all_kinds')}</option>
          {kinds.map((kind) => (
            <option value={kind} key={kind}>
              {t(`audit_kind.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      {several.length > 1 && (
        <label class="chip" for="unit-filter">
          <small>{t('column.unit')}</small>
          <ManySelect
            id="unit-filter"
            value={query.get('unit_id') ?? ''}
            onPick={(unit) => navigate(withQuery({ unit_id: unit || null }))}
            data-tool="unit"
            blank={t('admin.all_units')}
            choices={byName(several).map((one) => ({ value: one.unit_id, label: one.name }))}
          />
        </label>
      )}
      {day('from', 'audit.from')}
      {day('to', 'audit.to')}
    </div>
  )
}

const Entries = ({ entries }: { entries: AuditEntry[] }) => (
  <Scroll name={t('audit.list')}>
    <table class="table stacked left">
      <thead>
        <tr>
          <th scope="col">{t('audit.when')}</th>
          <th scope="col">{t('audit.what')}</th>
          <th scope="col">{t('audit.who')}</th>
          <th scope="col">{t('column.unit')}</th>
          <th scope="col">{t('audit.seal')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.audit_id} data-audit-id={entry.audit_id}>
            <th scope="row">{formatInstant(entry.happened_at, language.value)}</th>
            <td data-label={t('audit.what')}>
              {deedName(entry.action)} <code>{entry.action}</code>
              <small class="block">{tell(entry)}</small>
            </td>
            <td data-label={t('audit.who')}>{entry.account?.username ?? t('audit.server')}</td>
            <td data-label={t('column.unit')}>{entry.unit?.name ?? '–'}</td>
            <td data-label={t('audit.seal')}>{entry.seal_number ?? '…'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
)

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const DAY = /^\d{4}-\d\d-\d\d$/

/** A field of the log in words; one that no version of these pages knew stands as it is written. */
function fieldName(name: string): string {
  const key = `audit_field.${name}`
  return isMessage(key) ? t(key) : name
}

/** Where the words for a field's codes stand, by the beginnings of their keys. */
const codes: Record<string, readonly string[]> = {
  advice: ['cases.advice_'],
  kind: ['cases.kind_', 'holidays.kind_', 'kind.'],
  outcome: ['cases.outcome_', 'doubts.'],
  part: ['gaps.part_'],
  role: ['role.'],
  rule: ['rule.'],
  state: ['cases.state_'],
  wants: ['episodes.wants_'],
}

/** A code in words; what is none, or is not known, stands as it is written. */
function codeName(field: string, value: string): string {
  const key = codes[field]?.map((beginning) => beginning + value).find(isMessage)
  return key ? t(key) : value
}

/** A value of the log as it can be read aloud: days and moments in the office's time, nested parts one after the other. */
function inWords(value: unknown, field = ''): string {
  if (value === null || value === undefined) return '–'
  if (Array.isArray(value)) return value.map((part) => inWords(part, field)).join('; ')
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([name, part]) => `${fieldName(name)} ${inWords(part, name)}`)
      .join(', ')
  }
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no')
  if (typeof value !== 'string') return String(value)
  if (DAY.test(value)) return formatDate(value, language.value)
  return INSTANT.test(value) ? formatInstant(value, language.value) : codeName(field, value)
}

/** Ids and what was changed, as `name: value`. */
const tell = ({ subject, detail }: AuditEntry): string =>
  Object.entries({ ...subject, ...detail })
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${fieldName(name)}: ${inWords(value, name)}`)
    .join(' · ')
