/** Everything somebody must answer by a working day, the one due first on top; each is done in its place. */
import { useState } from 'preact/hooks'
import type { Role } from '../../server/contract/accounts.ts'
import { type Case, type CaseDeed, type CaseKind, caseKinds } from '../../server/contract/cases.ts'
import { type CasesFound, findCases, getCase } from '../api/cases.ts'
import { ApiError, hasRole, list, type Options } from '../api.ts'
import { caseNamed, casePlace } from '../cases.ts'
import { BadAddress } from '../components/bad-address.tsx'
import { CaseItem } from '../components/cases/case-item.tsx'
import { Deeds } from '../components/cases/deeds.tsx'
import { Headline } from '../components/cases/headline.tsx'
import { TakeUp } from '../components/cases/take-up.tsx'
import { Choice } from '../components/choice.tsx'
import { Icon } from '../components/icons.tsx'
import { Page } from '../components/page.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { UnitChip } from '../components/unit-chip.tsx'
import { asked, type Wrong, wrongPart } from '../filters.ts'
import { t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { route, withQuery } from '../router.ts'
import { session } from '../session.ts'
import { answersCases, waiting } from '../waiting.ts'

interface Asked {
  state: 'open' | 'answered'
  kind: CaseKind | null
  unitId: string | null
}

function askedCases(): { wanted: Asked; wrong: Wrong[] } {
  const [state, kind] = [asked('state') ?? 'open', asked('kind')]
  const known = caseKinds.find((one) => one === kind) ?? null
  const states = state === 'open' || state === 'answered'
  return {
    wanted: { state: state === 'answered' ? state : 'open', kind: known, unitId: asked('unit') },
    wrong: [...(kind && !known ? [wrongPart('kind')] : []), ...(states ? [] : [wrongPart('state')])],
  }
}

export default function CasesPage() {
  const { wanted, wrong } = askedCases()
  return (
    <Page name="cases" title={t(answersCases() ? 'nav.cases' : 'cases.sent')}>
      <WayBack />
      {wrong.length > 0 ? <BadAddress wrong={wrong} /> : <Shown wanted={wanted} />}
    </Page>
  )
}

/** Who answers none has no such page among theirs: the way leads back to where it was named. */
function WayBack() {
  if (answersCases()) return null
  return (
    <a class="up" href="/me#right">
      <Icon name="back" />
      {t('nav.me')}
    </a>
  )
}

/** What the address asks for, and `more` of it when the reader asks. */
function useCases({ state, kind, unitId }: Asked) {
  const narrowed = `${state} ${kind} ${unitId}`
  const [shown, setShown] = useState({ narrowed, pages: 1 })
  const pages = shown.narrowed === narrowed ? shown.pages : 1
  // The one that is named may change with nothing else: a link from one case to another.
  const live = useLive(`cases ${narrowed} ${pages} ${caseNamed(location.hash)}`, async (options) => {
    const found = await findCases({ state, kind, unitId }, options, pages)
    waiting.value = found.mine
    return withNamed(found, options)
  })
  return { narrowed, ...live, more: () => setShown({ narrowed, pages: pages + 1 }) }
}

interface FoundNamed extends CasesFound {
  /** The one the address names, where it is not among them: answered meanwhile, or far down. */
  named: Case | null
}
let before: { found: CasesFound; made: FoundNamed } | null = null

async function withNamed(found: CasesFound, options: Options): Promise<FoundNamed> {
  const id = caseNamed(location.hash)
  const there = id === null || found.items.some(({ case_id }) => case_id === id)
  const named = there ? null : await getCase(id, options).catch(outOfReach)
  // Unchanged answers draw nothing again.
  if (before?.found === found && before.made.named === named) return before.made
  before = { found, made: { ...found, named } }
  return before.made
}
/** A link to what the reader may not see, or that is none, is no reason to show nothing. */
function outOfReach(error: unknown): null {
  if (error instanceof ApiError && [400, 403, 404].includes(error.status)) return null
  throw error
}

function Shown({ wanted }: { wanted: Asked }) {
  const { narrowed, data, refused, stale, reload, more } = useCases(wanted)
  const now = session.value
  const leads = now && hasRole(now, 'unit_leader') ? now.account.unit : null
  if (refused.value) return <Refused error={refused.value} />
  const found = data.value
  if (!found) return <Skeleton />
  return (
    <>
      <section class="answer" id="top">
        <Headline found={found} state={wanted.state} />
      </section>
      <div class="cases-tools">
        <Filters wanted={wanted} />
        {leads && wanted.state === 'open' && <TakeUp unitId={leads.unit_id} taken={reload} />}
      </div>
      <div class={stale.value ? 'stale' : undefined}>
        <List {...{ wanted, found, reload }} key={narrowed} />
        {found.hasMore && (
          <div class="buttons more">
            <button type="button" class="button" onClick={more}>
              {t('list.more')}
            </button>
          </div>
        )}
      </div>
    </>
  )
}

interface ListProps {
  wanted: Asked
  found: FoundNamed
  reload: () => Promise<void>
}

function List({ wanted, found, reload }: ListProps) {
  /** Somebody writes about it, or has just answered it: it stays where it is, whatever the server's list says. */
  const [kept, setKept] = useState<ReadonlyMap<string, Case>>(new Map())
  const [told, setTold] = useState<{ caseId: string; deed: CaseDeed } | null>(null)
  const keep = (caseId: string, one: Case | null) =>
    setKept((before) => {
      const after = new Map(before)
      if (one) after.set(caseId, one)
      else after.delete(caseId)
      return after
    })
  const listed = withKept(found.items, kept)
  const items =
    found.named && !listed.some(({ case_id }) => case_id === found.named?.case_id) ? [found.named, ...listed] : listed
  if (items.length === 0) return <Nothing wanted={wanted} />
  const several = new Set(items.map(({ unit }) => unit.unit_id)).size > 1 || !session.value?.account.unit
  const meant = location.hash.slice(1)
  const changed = async (after: Case, deed: CaseDeed) => {
    keep(after.case_id, after.state === 'answered' ? after : null)
    await reload()
    setTold({ caseId: after.case_id, deed })
    document.getElementById(casePlace(after))?.querySelector<HTMLElement>('h3')?.focus({ preventScroll: true })
  }
  return (
    <section class="card" id="list" aria-labelledby="list-title">
      <h2 class="sr" id="list-title">
        {t(wanted.state === 'open' ? 'cases.list_open' : 'cases.list_answered')}
      </h2>
      <ol class="cases">
        {items.map((one) => (
          <CaseItem one={one} own={isOwn(one)} unit={several} meant={meant === casePlace(one)} key={one.case_id}>
            {told?.caseId === one.case_id && told.deed !== 'elsewhere' && (
              <p class="case-told" role="status">
                {t(`cases.done_${told.deed}`)}
              </p>
            )}
            <Deeds one={one} hold={(held) => keep(one.case_id, held ? one : null)} changed={changed} />
          </CaseItem>
        ))}
      </ol>
    </section>
  )
}

const isOwn = ({ officer }: Case): boolean =>
  officer !== null && officer.officer_id === session.value?.account.officer?.officer_id

function withKept(items: readonly Case[], kept: ReadonlyMap<string, Case>): readonly Case[] {
  if (kept.size === 0) return items
  const answered = (one: Case) => kept.get(one.case_id)?.state === 'answered'
  const there = items.filter((one) => !answered(one))
  const ids = new Set(there.map(({ case_id }) => case_id))
  const gone = [...kept.values()].filter(({ case_id }) => !ids.has(case_id))
  return [...there, ...gone].sort((one, other) => one.due_on.localeCompare(other.due_on))
}

function Nothing({ wanted: { state, kind, unitId } }: { wanted: Asked }) {
  const narrowed = kind !== null || unitId !== null
  return (
    <Void
      icon="check"
      title={t(`cases.none_${state}`)}
      actions={
        narrowed || state === 'answered' ? (
          <a class="button main" href={withQuery(narrowed ? { kind: null, unit: null } : { state: null })}>
            {t(narrowed ? 'cases.show_all' : 'cases.see_open')}
          </a>
        ) : null
      }
    >
      {t(`cases.none_${state}_help`)}
    </Void>
  )
}

/** Whoever reads which kinds: the filter names no other. */
const readers: Record<CaseKind, readonly Role[]> = {
  explanation: ['unit_leader', 'officer'],
  review: ['unit_leader', 'commission', 'officer'],
  matter: ['unit_leader', 'unit_clerk', 'commission'],
  doubt: ['unit_leader', 'unit_clerk', 'officer', 'commission'],
  proposal: ['unit_leader', 'commission'],
}

function Filters({ wanted }: { wanted: Asked }) {
  const now = session.value
  const kinds = caseKinds.filter((kind) => now && hasRole(now, ...readers[kind]))
  return (
    <div class="filters">
      <Choice
        name="state"
        label={t('cases.state')}
        value={wanted.state}
        choices={(['open', 'answered'] as const).map((value) => ({ value, label: t(`cases.state_${value}`) }))}
      />
      <Choice
        name="kind"
        label={t('cases.kind')}
        value={wanted.kind ?? ''}
        choices={[
          { value: '', label: t('cases.kind_all') },
          ...kinds.map((value) => ({ value, label: t(`cases.kind_${value}`) })),
        ]}
      />
      {now && hasRole(now, 'commission') && <UnitChoice />}
    </div>
  )
}

function UnitChoice() {
  const units = useLive('units', (options) => list('units', options), { follow: false }).data.value ?? []
  const unit = route.value.query.get('unit') ?? ''
  // Its room is kept until the units are known.
  return (
    <UnitChip
      class={unit ? 'chip choice chosen' : 'chip choice'}
      units={units}
      chosen={unit}
      blank={t('admin.all_units')}
    />
  )
}
