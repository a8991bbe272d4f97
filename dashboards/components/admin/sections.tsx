/** Units, counters and officers: what each list shows and what each form asks. */
import { byGivenName, byName, compareNames } from '../../../server/contract/names.ts'
import { addDays } from '../../../server/contract/periods.ts'
import type { Nouns } from '../../api.ts'
import { today } from '../../clock.ts'
import { formatDate } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import type { Choice, Values } from '../form.tsx'
import { FileButton } from '../reports/file-button.tsx'
import type { Found } from './found.tsx'
import type { FieldSpec } from './record-field.tsx'
import { Records } from './records.tsx'

export interface SectionProps<T> {
  items: readonly T[]
  reload: () => Promise<void>
  found?: Found | undefined
}
export type UnitNames = ReadonlyMap<string, string>

const unitKinds = ['ward', 'commune', 'township', 'province_centre'] as const
const orNull = (value: string | undefined) => value ?? null
/** Only what was filled in: a new record leaves the rest to the server. */
const filled = (values: Values, ...names: string[]) =>
  Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])))
const shownDate = (date: string | null) => (date ? formatDate(date, language.value) : null)
/** A telephone number, or the like, that does not break at the end of a line. */
const unbroken = (words: string | null) => words?.replaceAll(' ', '\u00a0') ?? null
/** No line of it begins with a dash. */
const tied = (words: string | null) => words?.replaceAll(' – ', '\u00a0– ') ?? null
const text = (values: Record<string, unknown>): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : '']))

/** In order of name as Vietnamese reads it; a part of a long list in the order in which the server gives the rest. */
export const inOrder = <T extends { name: string }>(
  items: readonly T[],
  found: Found | undefined,
  sorted: (items: readonly T[]) => T[] = byName,
): readonly T[] => (found && found.total > items.length ? items : sorted(items))

/** The same, unit by unit: every unit has a counter 1. */
const inUnits = <T extends { name: string; unit_id: string }>(
  items: readonly T[],
  found: Found | undefined,
  units: UnitNames,
): readonly T[] =>
  found && found.total > items.length
    ? items
    : [...items].sort(
        (a, b) => compareNames(units.get(a.unit_id) ?? '', units.get(b.unit_id) ?? '') || compareNames(a.name, b.name),
      )

/** The unit of a new record: with several to choose from none is chosen beforehand, and a single one is not asked for. */
const unitField = (units: UnitNames): FieldSpec[] =>
  units.size === 1
    ? []
    : [
        {
          name: 'unit_id',
          label: 'column.unit',
          kind: 'select',
          required: true,
          choices: unitChoices(units),
          blank: 'form.choose',
          onlyNew: true,
        },
      ]
const unitOf = (values: Values, units: UnitNames) => values.unit_id ?? [...units.keys()][0]

export function Units(props: SectionProps<Nouns['units']> & { all: readonly Nouns['units'][] }) {
  const { items, reload, found, all } = props
  const optional = ['valid_from', 'hotline', 'duty_leader_name', 'duty_leader_phone', 'code', 'area']
  const names = new Map(all.map(({ unit_id, name }) => [unit_id, name]))
  const gone = byName(all.filter(({ valid_to }) => valid_to !== null))
  const madeOf = (values: Values) =>
    Object.keys(values).flatMap((name) => (name.startsWith('predecessors.') ? [name.slice(13)] : []))
  const isCountersOnly = (values: Values) => values['counters_only.yes'] !== undefined
  return (
    <Records
      noun="units"
      handle="unit"
      title="nav.units"
      listTitle="units.list"
      about="units.about"
      addTitle="units.add"
      changeTitle="units.change"
      items={inOrder(items, found)}
      {...{ reload, found }}
      idOf={(unit) => unit.unit_id}
      nameOf={(unit) => unit.name}
      columns={[
        {
          name: 'column.kind',
          cell: (unit) => [unbroken(t(`kind.${unit.kind}`)), unit.area].filter(Boolean).join(', '),
        },
        {
          name: 'units.duty_leader',
          cell: (unit) => [unit.duty_leader_name, unbroken(unit.duty_leader_phone)].filter(Boolean).join(', ') || null,
        },
        { name: 'units.hotline', cell: (unit) => unbroken(unit.hotline) },
        {
          name: 'units.valid',
          none: t('units.always'),
          cell: (unit) =>
            unit.valid_to
              ? t('units.until', { date: shownDate(unit.valid_to) ?? '' })
              : unit.valid_from
                ? t('units.since', { date: shownDate(unit.valid_from) ?? '' })
                : null,
        },
        {
          name: 'units.predecessors',
          cell: (unit) => unit.predecessors.map((id) => names.get(id) ?? id).join(', ') || null,
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
        { name: 'area', label: 'units.area', kind: 'text', hint: 'units.area_hint' },
        { name: 'code', label: 'units.code', kind: 'text' },
        {
          name: 'counters_only',
          label: 'units.roster',
          kind: 'checks',
          choices: [{ value: 'yes', label: t('units.counters_only') }],
        },
        { name: 'valid_from', label: 'units.valid_from', kind: 'date', hint: 'units.valid_hint' },
        { name: 'valid_to', label: 'units.valid_to', kind: 'date', onlyChange: true },
        {
          name: 'predecessors',
          label: 'units.predecessors',
          kind: 'checks',
          hint: gone.length > 0 ? 'units.predecessors_hint' : 'units.predecessors_none',
          choices: gone.map(({ unit_id, name }) => ({ value: unit_id, label: name })),
        },
      ]}
      valuesOf={(unit) => ({
        ...text({ ...unit }),
        ...(unit.counters_only ? { 'counters_only.yes': 'on' } : {}),
        ...Object.fromEntries(unit.predecessors.map((id) => [`predecessors.${id}`, 'on'])),
      })}
      toNew={(values) => ({
        name: values.name,
        kind: values.kind,
        ...filled(values, ...optional),
        counters_only: isCountersOnly(values),
        predecessors: madeOf(values),
      })}
      toChange={(values) => ({
        name: values.name,
        kind: values.kind,
        valid_from: orNull(values.valid_from),
        valid_to: orNull(values.valid_to),
        area: orNull(values.area),
        code: orNull(values.code),
        counters_only: isCountersOnly(values),
        predecessors: madeOf(values),
        hotline: orNull(values.hotline),
        duty_leader_name: orNull(values.duty_leader_name),
        duty_leader_phone: orNull(values.duty_leader_phone),
      })}
      ending={{
        ended: 'records.ended',
        isEnded: (unit) => unit.valid_to !== null && unit.valid_to < today.value,
        body: (ended) => ({ valid_to: ended ? addDays(today.value, -1) : null }),
        label: 'records.end',
        confirm: 'units.end_confirm',
        again: 'records.again',
      }}
    />
  )
}

export const unitChoices = (units: UnitNames): Choice[] =>
  byName([...units].map(([value, name]) => ({ value, name }))).map(({ value, name }) => ({ value, label: name }))

const activeEnding = {
  ended: 'records.ended',
  isEnded: (item: { active: boolean }) => !item.active,
  body: (ended: boolean) => ({ active: !ended }),
  label: 'records.end',
  confirm: 'records.end_confirm',
  again: 'records.again',
} as const

/** A person is not closed: they serve no longer. */
const leaving = {
  ...activeEnding,
  ended: 'officers.ended',
  label: 'officers.end',
  confirm: 'officers.end_confirm',
  again: 'officers.again',
} as const

export function Counters({ items, reload, units, found }: SectionProps<Nouns['counters']> & { units: UnitNames }) {
  return (
    <Records
      noun="counters"
      handle="counter"
      title="nav.counters"
      listTitle="counters.list"
      about="counters.admin_about"
      addTitle="counters.add"
      changeTitle="counters.change"
      items={inUnits(items, found, units)}
      {...{ reload, found }}
      idOf={(counter) => counter.counter_id}
      nameOf={(counter) => counter.name}
      columns={[
        { name: 'column.unit', cell: (counter) => units.get(counter.unit_id) ?? '' },
        { name: 'column.service', cell: (counter) => counter.service ?? t('counters.everything') },
      ]}
      fields={[
        ...unitField(units),
        { name: 'name', label: 'counters.name', kind: 'text', required: true, hint: 'counters.name_hint' },
        { name: 'service', label: 'column.service', kind: 'text', hint: 'counters.service_hint' },
      ]}
      valuesOf={(counter) => text({ name: counter.name, service: counter.service })}
      toNew={(values) => ({ unit_id: unitOf(values, units), name: values.name, ...filled(values, 'service') })}
      toChange={(values) => ({ name: values.name, service: orNull(values.service) })}
      ending={activeEnding}
    />
  )
}

export function Officers(props: SectionProps<Nouns['officers']> & { units: UnitNames; administers?: boolean }) {
  const { items, reload, units, found, administers } = props
  return (
    <Records
      noun="officers"
      handle="officer"
      title="nav.officers"
      listTitle="officers.list"
      about="officers.admin_about"
      addTitle="officers.add"
      changeTitle="officers.change"
      items={inOrder(items, found, byGivenName)}
      {...{ reload, found }}
      idOf={(officer) => officer.officer_id}
      nameOf={(officer) => officer.name}
      // A clerk keeps one unit: its name in every row would say nothing.
      under={(officer) => (units.size > 1 ? units.get(officer.unit_id) : undefined)}
      columns={[
        { name: 'officers.job', cell: (officer) => tied(officer.title) },
        { name: 'officers.signed', cell: (officer) => shownDate(officer.signed_on) ?? t('officers.not_signed') },
      ]}
      fields={[
        ...unitField(units),
        { name: 'name', label: 'officers.name', kind: 'text', required: true },
        { name: 'title', label: 'officers.job', kind: 'text' },
        { name: 'code', label: 'officers.code', kind: 'text', hint: 'officers.code_hint' },
        { name: 'signed_on', label: 'officers.signed', kind: 'date', hint: 'officers.signed_hint' },
      ]}
      valuesOf={(officer) =>
        text({ name: officer.name, title: officer.title, code: officer.code, signed_on: officer.signed_on })
      }
      toNew={(values) => ({
        unit_id: unitOf(values, units),
        name: values.name,
        ...filled(values, 'title', 'code', 'signed_on'),
      })}
      toChange={(values) => ({
        name: values.name,
        title: orNull(values.title),
        code: orNull(values.code),
        signed_on: orNull(values.signed_on),
      })}
      ending={leaving}
      extra={
        administers
          ? ({ officer_id, name }) => (
              <FileButton
                quiet
                label={t('officers.data')}
                about={name}
                path={`/officers/${officer_id}/data?language=${language.value}`}
              />
            )
          : undefined
      }
    />
  )
}
