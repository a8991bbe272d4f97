/** The administrator's pages: first what is there and a tablet paired in a minute, then one page per noun. */
import { list } from '../api.ts'
import { Accounts } from '../components/admin/accounts.tsx'
import { Counters, Officers, Units } from '../components/admin/sections.tsx'
import { Page } from '../components/page.tsx'
import { Roster } from '../components/roster/roster.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { Terminals } from '../components/terminals/terminals.tsx'
import { byName } from '../format.ts'
import { type MessageKey, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { navigate, route, withQuery } from '../router.ts'

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
    <Page name="admin" title={t(section ? titles[section] : 'nav.admin')}>
      <div data-section={section ?? 'overview'}>{section ? <One section={section} /> : <Overview />}</div>
    </Page>
  )
}

function Overview() {
  const units = useLive('units', (options) => list('units', options), { follow: false })
  const counters = useLive('counters', (options) => list('counters', options), { follow: false })
  const officers = useLive('officers', (options) => list('officers', options), { follow: false })
  const terminals = useLive('terminals', (options) => list('terminals', options))
  const error = [units, counters, officers, terminals].map(({ refused }) => refused.value).find(Boolean)
  if (error) return <Refused error={error} />
  if (!units.data.value || !counters.data.value || !officers.data.value || !terminals.data.value) return <Skeleton />
  const paired = terminals.data.value.filter(({ state }) => state === 'paired').length
  const steps = [
    {
      href: '/admin/units',
      title: t('admin.step_units'),
      text: t('admin.step_units_text'),
      n: units.data.value.length,
    },
    {
      href: '/admin/counters',
      title: t('admin.step_counters'),
      text: t('admin.step_counters_text'),
      n: counters.data.value.filter(({ active }) => active).length,
    },
    {
      href: '/admin/officers',
      title: t('admin.step_officers'),
      text: t('admin.step_officers_text'),
      n: officers.data.value.filter(({ active }) => active).length,
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
            units: units.data.value.length,
            counters: counters.data.value.length,
            officers: officers.data.value.length,
            terminals: paired,
          })}
        </h1>
        <p>{t('admin.about')}</p>
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
  const units = useLive('units', (options) => list('units', options), { follow: section === 'units' })
  if (units.refused.value) return <Refused error={units.refused.value} />
  if (!units.data.value) return <Skeleton />
  const names = new Map(units.data.value.map(({ unit_id, name }) => [unit_id, name]))
  if (section === 'units') {
    return <Units items={units.data.value} reload={units.reload} />
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
function UnitFilter({ names, chosen, all }: { names: UnitNames; chosen: string | null; all: boolean }) {
  const sorted = byName([...names].map(([unit_id, name]) => ({ unit_id, name })))
  return (
    <div class="filters">
      <label class="chip">
        <small>{t('column.unit')}</small>
        <select
          value={chosen ?? ''}
          onInput={(event) => navigate(withQuery({ unit: event.currentTarget.value || null }))}
          data-tool="unit"
        >
          {all && <option value="">{t('admin.all_units')}</option>}
          {sorted.map(({ unit_id, name }) => (
            <option value={unit_id} key={unit_id}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
      <Terminals unitId={chosen} {...(chosen ? {} : { showUnit: names })} />
    </>
  )
}

function Listed({ section, names }: { section: 'counters' | 'officers' | 'accounts'; names: UnitNames }) {
  // Only the list on the screen is followed; the others are there for their names.
  const counters = useLive('counters', (options) => list('counters', options), { follow: section === 'counters' })
  const officers = useLive('officers', (options) => list('officers', options), { follow: section === 'officers' })
  const accounts = useLive('accounts', (options) => list('accounts', options), { follow: section === 'accounts' })
  const error = [counters, officers, accounts].map(({ refused }) => refused.value).find(Boolean)
  if (error) return <Refused error={error} />
  if (!counters.data.value || !officers.data.value || !accounts.data.value) return <Skeleton />
  const chosen = chosenUnit(names)
  const within = <T extends { unit_id: string | null }>(items: T[]) =>
    chosen ? items.filter(({ unit_id }) => unit_id === chosen) : items
  const inUnit = accounts.data.value.filter(({ grants }) => !chosen || grants.some(({ unit_id }) => unit_id === chosen))
  // In one unit the form offers that unit alone.
  const units = chosen ? new Map([[chosen, names.get(chosen) ?? '']]) : names
  return (
    <>
      <UnitFilter names={names} chosen={chosen} all />
      {section === 'counters' && (
        <Counters items={within(counters.data.value)} reload={counters.reload} units={units} key={chosen} />
      )}
      {section === 'officers' && (
        <Officers items={within(officers.data.value)} reload={officers.reload} units={units} key={chosen} />
      )}
      {section === 'accounts' && (
        <Accounts items={inUnit} officers={officers.data.value} reload={accounts.reload} units={units} key={chosen} />
      )}
    </>
  )
}
