/** The log of deeds: who did what, where and when, newest first; narrowed by kind and days; and the head of its chain. */
import { useState } from 'preact/hooks'
import type { AuditEntry } from '../../server/contract/audit.ts'
import { ApiError, getAudit, getAuditHead, hasRole, isGone, list } from '../api.ts'
import { Checksum } from '../components/checksum.tsx'
import { DayInput } from '../components/day-input.tsx'
import { Card, Page, Scroll } from '../components/page.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { UnitChip } from '../components/unit-chip.tsx'
import { deedName, inRuns, kinds, tellRun } from '../deeds.ts'
import { formatInstant } from '../format.ts'
import { language, type MessageKey, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { navigate, route, withQuery } from '../router.ts'
import { noticeEnd, session } from '../session.ts'

export default function Audit() {
  const head = useLive('audit head', getAuditHead, { follow: false })
  const query = route.value.query
  const asked = new URLSearchParams()
  for (const name of ['action', 'unit_id', 'from', 'to']) {
    const value = query.get(name)
    if (value) asked.set(name, value)
  }
  const { entries, error, more } = useEntries(asked.toString())
  // The chain is one for all units; a leader reads the deeds of their own.
  const now = session.value
  const everywhere = Boolean(now && hasRole(now, 'administrator', 'inspector'))
  return (
    <Page name="audit" title={t('nav.audit')}>
      <section class="answer" id="top">
        <h1>
          {everywhere
            ? rich('audit.headline', { n: head.data.value?.seals ?? 0 })
            : entries
              ? rich(headlineOf(asked.size > 0, more !== null), { n: entries.length })
              : t('nav.audit')}
        </h1>
        <p>
          {t('audit.about')} {now && !hasRole(now, 'administrator') && t('audit.about_numbers')}
        </p>
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
            <Entries {...{ entries, everywhere }} />
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
          {t('audit.head', { n: head.data.value.seals })} <Checksum value={head.data.value.head} />
        </p>
      )}
    </Page>
  )
}

/** Of a unit's log: what is listed below, which is all of it or not. */
const headlineOf = (isNarrowed: boolean, goesOn: boolean): MessageKey => {
  if (isNarrowed) return goesOn ? 'audit.headline_found_newest' : 'audit.headline_found'
  return goesOn ? 'audit.headline_newest' : 'audit.headline_unit'
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
    <div class="chip">
      <label for={`log-${name}`}>
        <small>{t(label)}</small>
      </label>
      <DayInput
        id={`log-${name}`}
        type="date"
        value={query.get(name) ?? ''}
        onChange={(event) => navigate(withQuery({ [name]: event.currentTarget.value || null }))}
      />
    </div>
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
              {t(`audit_kind.${kind}`, { n: 2 })}
            </option>
          ))}
        </select>
      </label>
      {several.length > 1 && (
        <UnitChip units={several} chosen={query.get('unit_id') ?? ''} blank={t('admin.all_units')} name="unit_id" />
      )}
      <div class="days">
        {day('from', 'audit.from')}
        {day('to', 'audit.to')}
      </div>
    </div>
  )
}

const Entries = ({ entries, everywhere }: { entries: AuditEntry[]; everywhere: boolean }) => (
  <Scroll name={t('audit.list')}>
    <table class="table stacked early left log">
      <thead>
        <tr>
          <th scope="col">{t('audit.when')}</th>
          <th scope="col">{t('audit.what')}</th>
          {everywhere && <th scope="col">{t('column.unit')}</th>}
          <th scope="col">{t('audit.who')}</th>
          <th scope="col">{t('audit.seal')}</th>
        </tr>
      </thead>
      <tbody>
        {inRuns(entries).map((run) => {
          const [entry] = run
          return (
            <tr key={entry.audit_id} data-audit-id={entry.audit_id}>
              <th scope="row">{formatInstant(entry.happened_at, language.value)}</th>
              <td data-label={t('audit.what')}>
                {deedName(entry.action) ?? <code>{entry.action}</code>}
                <small class="block">
                  <Told parts={tellRun(run)} />
                </small>
              </td>
              {everywhere && <td data-label={t('column.unit')}>{entry.unit?.name ?? '–'}</td>}
              <td data-label={t('audit.who')}>{entry.account?.username ?? t('audit.server')}</td>
              <td data-label={t('audit.seal')}>{sealsOf(run)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  </Scroll>
)

const CHECKSUM = /([0-9a-f]{64})/

/** One part after the other, with a dot between. */
const Told = ({ parts }: { parts: string[] }) => (
  <>
    {parts
      .join('\u00a0· ')
      .split(CHECKSUM)
      .map((words, place) => (place % 2 === 1 ? <Checksum value={words} key={place} /> : words))}
  </>
)

/** Seals come after their deeds, within a second. */
function sealsOf(run: readonly AuditEntry[]): string {
  const [newest, oldest] = [run[0]?.seal_number ?? null, run.at(-1)?.seal_number ?? null]
  if (newest === null || oldest === null) return '…'
  return newest === oldest ? String(newest) : `${oldest}\u2060–\u2060${newest}`
}
