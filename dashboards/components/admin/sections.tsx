/** Units, counters, officers and accounts: what each list shows and what each form asks. */
import { useState } from 'preact/hooks'
import { type Role, roles } from '../../../server/contract/accounts.ts'
import { addDays } from '../../../server/contract/periods.ts'
import type { Nouns } from '../../api.ts'
import { today } from '../../clock.ts'
import { byName, formatDate } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import type { Choice, Values } from '../form.tsx'
import { Records } from './records.tsx'

interface SectionProps<T> {
  items: readonly T[]
  reload: () => Promise<void>
}
type UnitNames = ReadonlyMap<string, string>

const unitKinds = ['ward', 'commune', 'township', 'province_centre'] as const
const orNull = (value: string | undefined) => value ?? null
/** Only what was filled in: a new record leaves the rest to the server. */
const filled = (values: Values, ...names: string[]) =>
  Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])))
const shownDate = (date: string | null) => (date ? formatDate(date, language.value) : null)
/** A telephone number that does not break at the end of a line. */
const phone = (number: string | null) => number?.replaceAll(' ', '\u00a0') ?? null
const text = (values: Record<string, unknown>): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : '']))

export function Units({ items, reload }: SectionProps<Nouns['units']>) {
  const optional = ['valid_from', 'hotline', 'duty_leader_name', 'duty_leader_phone']
  return (
    <Records
      noun="units"
      handle="unit"
      title="nav.units"
      about="units.about"
      addTitle="units.add"
      changeTitle="units.change"
      items={byName(items)}
      reload={reload}
      idOf={(unit) => unit.unit_id}
      nameOf={(unit) => unit.name}
      columns={[
        { name: 'column.kind', cell: (unit) => t(`kind.${unit.kind}`) },
        {
          name: 'units.duty_leader',
          cell: (unit) => [unit.duty_leader_name, phone(unit.duty_leader_phone)].filter(Boolean).join(', ') || '–',
        },
        { name: 'units.hotline', cell: (unit) => phone(unit.hotline) ?? '–' },
        {
          name: 'units.valid',
          cell: (unit) =>
            unit.valid_to
              ? t('units.until', { date: shownDate(unit.valid_to) ?? '' })
              : unit.valid_from
                ? t('units.since', { date: shownDate(unit.valid_from) ?? '' })
                : t('units.always'),
        },
      ]}
      fields={[
        { name: 'name', label: 'column.name', kind: 'text', required: true },
        {
          name: 'kind',
          label: 'column.kind',
          kind: 'select',
          required: true,
          choices: unitKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) })),
        },
        { name: 'duty_leader_name', label: 'units.duty_leader_name', kind: 'text', hint: 'units.on_tablet' },
        { name: 'duty_leader_phone', label: 'units.duty_leader_phone', kind: 'tel' },
        { name: 'hotline', label: 'units.hotline', kind: 'tel', hint: 'units.on_tablet' },
        { name: 'valid_from', label: 'units.valid_from', kind: 'date', hint: 'units.valid_hint' },
      ]}
      valuesOf={(unit) => text({ ...unit })}
      toNew={(values) => ({ name: values.name, kind: values.kind, ...filled(values, ...optional) })}
      toChange={(values) => ({
        name: values.name,
        kind: values.kind,
        valid_from: orNull(values.valid_from),
        hotline: orNull(values.hotline),
        duty_leader_name: orNull(values.duty_leader_name),
        duty_leader_phone: orNull(values.duty_leader_phone),
      })}
      ending={{
        isEnded: (unit) => unit.valid_to !== null && unit.valid_to < today.value,
        body: (ended) => ({ valid_to: ended ? addDays(today.value, -1) : null }),
        label: 'records.end',
        confirm: 'units.end_confirm',
        again: 'records.again',
      }}
    />
  )
}

const unitChoices = (units: UnitNames): Choice[] =>
  byName([...units].map(([value, name]) => ({ value, name }))).map(({ value, name }) => ({ value, label: name }))

const activeEnding = {
  isEnded: (item: { active: boolean }) => !item.active,
  body: (ended: boolean) => ({ active: !ended }),
  label: 'records.end',
  confirm: 'records.end_confirm',
  again: 'records.again',
} as const

export function Counters({ items, reload, units }: SectionProps<Nouns['counters']> & { units: UnitNames }) {
  return (
    <Records
      noun="counters"
      handle="counter"
      title="nav.counters"
      about="counters.admin_about"
      addTitle="counters.add"
      changeTitle="counters.change"
      items={byName(items)}
      reload={reload}
      idOf={(counter) => counter.counter_id}
      nameOf={(counter) => counter.name}
      columns={[
        { name: 'column.unit', cell: (counter) => units.get(counter.unit_id) ?? '' },
        { name: 'column.service', cell: (counter) => counter.service ?? t('counters.everything') },
      ]}
      fields={[
        {
          name: 'unit_id',
          label: 'column.unit',
          kind: 'select',
          required: true,
          choices: unitChoices(units),
          onlyNew: true,
        },
        { name: 'name', label: 'counters.name', kind: 'text', required: true, hint: 'counters.name_hint' },
        { name: 'service', label: 'column.service', kind: 'text', hint: 'counters.service_hint' },
      ]}
      valuesOf={(counter) => text({ name: counter.name, service: counter.service })}
      toNew={(values) => ({ unit_id: values.unit_id, name: values.name, ...filled(values, 'service') })}
      toChange={(values) => ({ name: values.name, service: orNull(values.service) })}
      ending={activeEnding}
    />
  )
}

export function Officers({ items, reload, units }: SectionProps<Nouns['officers']> & { units: UnitNames }) {
  return (
    <Records
      noun="officers"
      handle="officer"
      title="nav.officers"
      about="officers.admin_about"
      addTitle="officers.add"
      changeTitle="officers.change"
      items={byName(items)}
      reload={reload}
      idOf={(officer) => officer.officer_id}
      nameOf={(officer) => officer.name}
      columns={[
        { name: 'column.unit', cell: (officer) => units.get(officer.unit_id) ?? '' },
        { name: 'officers.job', cell: (officer) => officer.title ?? '–' },
        { name: 'officers.signed', cell: (officer) => shownDate(officer.signed_on) ?? t('officers.not_signed') },
      ]}
      fields={[
        {
          name: 'unit_id',
          label: 'column.unit',
          kind: 'select',
          required: true,
          choices: unitChoices(units),
          onlyNew: true,
        },
        { name: 'name', label: 'officers.name', kind: 'text', required: true },
        { name: 'title', label: 'officers.job', kind: 'text' },
        { name: 'signed_on', label: 'officers.signed', kind: 'date', hint: 'officers.signed_hint' },
      ]}
      valuesOf={(officer) => text({ name: officer.name, title: officer.title, signed_on: officer.signed_on })}
      toNew={(values) => ({ unit_id: values.unit_id, name: values.name, ...filled(values, 'title', 'signed_on') })}
      toChange={(values) => ({ name: values.name, title: orNull(values.title), signed_on: orNull(values.signed_on) })}
      ending={activeEnding}
    />
  )
}

interface AccountsProps extends SectionProps<Nouns['accounts']> {
  units: UnitNames
  officers: readonly Nouns['officers'][]
}

export function Accounts({ items, reload, units, officers }: AccountsProps) {
  const [role, setRole] = useState<Role>('unit_leader')
  const [unitId, setUnitId] = useState('')
  const inUnit = role === 'unit_leader' || role === 'unit_clerk' || role === 'officer'
  const people = byName(officers.filter((one) => one.active && (!unitId || one.unit_id === unitId)))
  const names = new Map(officers.map(({ officer_id, name }) => [officer_id, name]))
  return (
    <Records
      noun="accounts"
      handle="account"
      title="nav.accounts"
      about="accounts.about"
      addTitle="accounts.add"
      changeTitle="accounts.add"
      items={byName(items.map((account) => ({ ...account, name: account.username })))}
      reload={reload}
      idOf={(account) => account.account_id}
      nameOf={(account) => account.username}
      columns={[
        { name: 'accounts.role', cell: (account) => account.roles.map((one) => t(`role.${one}`)).join(', ') },
        {
          name: 'accounts.scope',
          cell: (account) => {
            const person = account.officer_id && names.get(account.officer_id)
            const unit = account.unit_id && units.get(account.unit_id)
            return [unit, person].filter(Boolean).join(', ') || t('accounts.province')
          },
        },
      ]}
      fields={[
        {
          name: 'role',
          label: 'accounts.role',
          kind: 'select',
          required: true,
          choices: ['unit_leader', 'unit_clerk', 'officer', 'commission', 'inspector', 'administrator'].map((one) => ({
            value: one,
            label: t(`role.${one as Role}`),
          })),
          onInput: (value) => setRole(roles.find((one) => one === value) ?? 'unit_leader'),
        },
        ...(inUnit
          ? [
              {
                name: 'unit_id',
                label: 'column.unit',
                kind: 'select',
                required: true,
                blank: 'form.choose',
                choices: unitChoices(units),
                onInput: setUnitId,
              } as const,
            ]
          : []),
        ...(role === 'officer'
          ? [
              {
                name: 'officer_id',
                label: 'accounts.officer',
                kind: 'select',
                required: true,
                blank: 'form.choose',
                choices: people.map((one) => ({ value: one.officer_id, label: one.name })),
              } as const,
            ]
          : []),
        { name: 'username', label: 'login.username', kind: 'text', required: true, hint: 'accounts.username_hint' },
        { name: 'password', label: 'login.password', kind: 'password', required: true, hint: 'password.rule' },
      ]}
      valuesOf={() => ({})}
      toNew={(values) => filled(values, 'role', 'unit_id', 'officer_id', 'username', 'password')}
      ending={{ ...activeEnding, label: 'accounts.lock', confirm: 'accounts.lock_confirm', again: 'accounts.unlock' }}
    />
  )
}
