/** The administrator's pages: first what is there and a tablet paired in a minute, then one page per noun. */
import type { ComponentChildren } from 'preact'
import { byName } from '../../server/contract/names.ts'
import { countAll } from '../api/lists.ts'
import { list, type Nouns } from '../api.ts'
import { Accounts } from '../components/admin/accounts.tsx'
import { useFound } from '../components/admin/found.tsx'
import { Counters, Officers, Units } from '../components/admin/sections.tsx'
import { SearchBox } from '../components/choice.tsx'
import { Page, type Section } from '../components/page.tsx'
import { Roster, rosterParts } from '../components/roster/roster.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { AllTerminals } from '../components/terminals/all-terminals.tsx'
import { Terminals, tabletParts } from '../components/terminals/terminals.tsx'
import { UnitChip } from '../components/unit-chip.tsx'
import { type MessageKey, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { route } from '../router.ts'

export const adminSections = ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts'] as const
export type AdminSection = (typeof adminSections)[number]

type UnitNames = ReadonlyMap<string, string>

const titles: Record<AdminSection, MessageKey> = {
  units: 'nav.units',
  counters: 'nav.counters',
  officers: 'nav.officers',
  assignments: 'nav.roster',
  terminals: 'nav.terminals',
  accounts: 'nav.accounts',
}

export default function Admin({ section }: { section: AdminSection | null }) {
  return (
    <Page name="admin" title={t(section ? titles[section] : 'nav.admin')} sections={section ? partsOf(section) : []}>
      <div data-section={section ?? 'overview'}>{section ? <One section={section} /> : <Overview />}</div>
    </Page>
  )
}

/** What a phone finds below one another on the page: above all the form at the end of a long list. */
function partsOf(section: AdminSection): Section[] {
  if (section === 'assignments') return rosterParts()
  if (section === 'terminals') {
    // Of all tablets at once, the form that follows the choice of a unit is not there to be gone to.
    const ofUnit = route.value.query.get('unit') !== null
    return tabletParts().filter(({ id }) => ofUnit || id !== 'service-pin')
  }
  return [
    { id: 'list', name: t('records.list') },
    { id: 'form', name: t(`${section}.add`) },
  ]
}

function Overview() {
  const once = { follow: false }
  const units = useLive('count units', (options) => countAll('units', options), once)
  const counters = useLive('count counters', (options) => countAll('counters', options), once)
  const officers = useLive('count officers', (options) => countAll('officers', options), once)
  const terminals = useLive('count terminals', (options) => countAll('terminals', options))
  const error = [units, counters, officers, terminals].map(({ refused }) => refused.value).find(Boolean)
  if (error) return <Refused error={error} />
  if (!units.data.value || !counters.data.value || !officers.data.value || !terminals.data.value) return <Skeleton />
  const inUse = ({ total, ended }: { total: number; ended: number }) => total - ended
  const paired = inUse(terminals.data.value)
  const steps = [
    {
      href: '/admin/units',
      title: t('admin.step_units'),
      text: t('admin.step_units_text'),
      n: units.data.value.total,
    },
    {
      href: '/admin/counters',
      title: t('admin.step_counters'),
      text: t('admin.step_counters_text'),
      n: inUse(counters.data.value),
    },
    {
      href: '/admin/officers',
      title: t('admin.step_officers'),
      text: t('admin.step_officers_text'),
      n: inUse(officers.data.value),
    },
    { href: '/admin/assignments', title: t('admin.step_roster'), text: t('admin.step_roster_text'), n: null },
    { href: '/admin/terminals', title: t('admin.step_terminals'), text: t('admin.step_terminals_text'), n: paired },
    { href: '/admin/accounts', title: t('admin.step_accounts'), text: t('admin.step_accounts_text'), n: null },
  ]
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {rich('admin.headline', {
            units: units.data.value.total,
            counters: inUse(counters.data.value),
            officers: inUse(officers.data.value),
            terminals: paired,
          })}
        </h1>
        <p>{t('admin.about')}</p>
        <div class="buttons">
          <a class="button" href="/imports">
            {t('admin.import')}
          </a>
        </div>
      </section>
      <ol class="tasks">
        {steps.map(({ href, title, text, n }) => (
          <li>
            <a href={href}>
              <b>{title}</b>
              {n !== null && <span class="tasks-count">{t('admin.count', { n })}</span>}
              <small>{text}</small>
            </a>
          </li>
        ))}
      </ol>
    </>
  )
}

function One({ section }: { section: AdminSection }) {
  // The names of all units; the list on the screen is followed by itself.
  const units = useLive('units', (options) => list('units', options), { follow: false })
  if (units.refused.value) return <Refused error={units.refused.value} />
  if (!units.data.value) return <Skeleton />
  const names = new Map(units.data.value.map(({ unit_id, name }) => [unit_id, name]))
  if (section === 'units') {
    return <UnitList all={units.data.value} reload={units.reload} />
  }
  if (names.size === 0) {
    return (
      <Void
        icon="doc"
        title={t('admin.no_units')}
        actions={
          <a class="button main" href="/admin/units">
            {t('units.add')}
          </a>
        }
      >
        {t('admin.no_units_help')}
      </Void>
    )
  }
  if (section === 'assignments') return <RosterOfUnit names={names} />
  if (section === 'terminals') return <TerminalsOfUnits names={names} />
  return <Listed section={section} names={names} />
}

/** Narrows a page to one unit; the choice stands in the address. `all`: every unit may be meant as well. */
function UnitFilter(props: { names: UnitNames; chosen: string | null; all: boolean; children?: ComponentChildren }) {
  const { names, chosen, all, children } = props
  return (
    <div class="filters">
      <UnitChip
        units={[...names].map(([unit_id, name]) => ({ unit_id, name }))}
        chosen={chosen ?? ''}
        blank={all ? t('admin.all_units') : undefined}
      />
      {children}
    </div>
  )
}

const chosenUnit = (names: UnitNames): string | null => {
  const asked = route.value.query.get('unit')
  return asked !== null && names.has(asked) ? asked : null
}

/** A roster is one unit's: the first in order of name until one is chosen. */
function RosterOfUnit({ names }: { names: UnitNames }) {
  const first = byName([...names].map(([unit_id, name]) => ({ unit_id, name })))[0]
  const chosen = chosenUnit(names) ?? first?.unit_id ?? null
  return (
    <>
      <UnitFilter names={names} chosen={chosen} all={false} />
      <Roster unitId={chosen} />
    </>
  )
}

function TerminalsOfUnits({ names }: { names: UnitNames }) {
  const chosen = chosenUnit(names)
  return (
    <>
      <UnitFilter names={names} chosen={chosen} all />
      {chosen ? <Terminals unitId={chosen} /> : <AllTerminals names={names} />}
    </>
  )
}

function UnitList({ all, reload }: { all: readonly Nouns['units'][]; reload: () => Promise<void> }) {
  const { items, found, refused, reload: again } = useFound('units', null)
  if (refused) return <Refused error={refused} />
  if (!items || !found) return <Skeleton />
  return (
    <>
      <div class="filters">
        <SearchBox />
      </div>
      <Units {...{ all, items, found }} reload={async () => void (await Promise.all([again(), reload()]))} />
    </>
  )
}

function Listed({ section, names }: { section: 'counters' | 'officers' | 'accounts'; names: UnitNames }) {
  const chosen = chosenUnit(names)
  // In one unit the form offers that unit alone.
  const units = chosen ? new Map([[chosen, names.get(chosen) ?? '']]) : names
  const List = { counters: CounterList, officers: OfficerList, accounts: AccountList }[section]
  return (
    <>
      <UnitFilter names={names} chosen={chosen} all>
        <SearchBox />
      </UnitFilter>
      <List chosen={chosen} units={units} key={chosen} />
    </>
  )
}

interface ListProps {
  chosen: string | null
  units: UnitNames
}

function CounterList({ chosen, units }: ListProps) {
  const { items, found, refused, reload } = useFound('counters', chosen)
  if (refused) return <Refused error={refused} />
  return items && found ? <Counters {...{ items, found, reload, units }} /> : <Skeleton />
}

function OfficerList({ chosen, units }: ListProps) {
  const { items, found, refused, reload } = useFound('officers', chosen)
  if (refused) return <Refused error={refused} />
  return items && found ? <Officers {...{ items, found, reload, units }} administers /> : <Skeleton />
}

function AccountList({ chosen, units }: ListProps) {
  const { items, found, refused, reload } = useFound('accounts', chosen)
  if (refused) return <Refused error={refused} />
  return items && found ? <Accounts {...{ items, found, reload, units }} /> : <Skeleton />
}
