/** Days off, and days worked in exchange: the province's list, kept by administrators, and each unit's own days. */
import { useRef, useState } from 'preact/hooks'
import type { Holiday } from '../../server/contract/holidays.ts'
import { byName } from '../../server/contract/names.ts'
import { changeHoliday, createHoliday, listHolidays } from '../api/roster.ts'
import { hasRole, list } from '../api.ts'
import { today } from '../clock.ts'
import { ActionButton } from '../components/action-button.tsx'
import { ActionHead } from '../components/figure-cells.tsx'
import { FormRefusal, TextField, useForm } from '../components/form.tsx'
import { Icon } from '../components/icons.tsx'
import { Card, Page, Scroll } from '../components/page.tsx'
import { SelectField } from '../components/select-field.tsx'
import { Message, Refused, Skeleton, Void } from '../components/states.tsx'
import { formatDate, formatDay } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'

export default function HolidaysPage() {
  const sections = [
    { id: 'list', name: t('holidays.list') },
    { id: 'form', name: t('holidays.add') },
  ]
  return (
    <Page name="holidays" title={t('nav.holidays')} sections={sections}>
      <Holidays />
    </Page>
  )
}

function Holidays() {
  const [year, setYear] = useState(Number(today.value.slice(0, 4)))
  const province = session.value !== null && session.value !== undefined && hasRole(session.value, 'administrator')
  const own = session.value?.account.unit ?? null
  const unitId = province ? null : (own?.unit_id ?? null)
  const holidays = useLive(`holidays ${year}`, (options) => listHolidays(String(year), unitId, options))
  const units = useLive('units', (options) => list('units', options), { follow: false })
  const error = holidays.refused.value ?? units.refused.value
  if (error) return <Refused error={error} />
  if (!holidays.data.value || !units.data.value) return <Skeleton />
  const names = new Map(units.data.value.map(({ unit_id, name }) => [unit_id, name]))
  const days = [...holidays.data.value.items].sort((a, b) => a.day.localeCompare(b.day))
  const count = (wanted: Holiday['kind']) => days.filter(({ kind, active }) => kind === wanted && active).length
  const worked = count('working')
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {rich(worked > 0 ? 'holidays.headline_worked' : 'holidays.headline', {
            year: String(year),
            n: count('off'),
            k: worked,
          })}
        </h1>
        <p>{t(province ? 'holidays.about_province' : 'holidays.about_unit')}</p>
      </section>
      <div class="grid loose">
        <Card
          id="list"
          span={8}
          title={
            <span class="split">
              {t('holidays.list')}
              <span class="buttons">
                <button type="button" class="button" onClick={() => setYear(year - 1)}>
                  ‹ {year - 1}
                </button>
                <button type="button" class="button" onClick={() => setYear(year + 1)}>
                  {year + 1} ›
                </button>
              </span>
            </span>
          }
        >
          {days.length === 0 ? (
            <Void icon="calendar" title={t('holidays.none', { year: String(year) })}>
              {t(province ? 'holidays.none_province' : 'holidays.none_unit')}
            </Void>
          ) : (
            <Days {...{ days, names, province }} own={own?.unit_id ?? null} reload={holidays.reload} />
          )}
        </Card>
        <Add
          year={year}
          places={province ? byName(units.data.value) : []}
          own={own?.unit_id ?? null}
          {...{ province }}
          reload={holidays.reload}
        />
      </div>
    </>
  )
}

interface DaysProps {
  days: readonly Holiday[]
  names: ReadonlyMap<string, string>
  province: boolean
  own: string | null
  reload: () => Promise<void>
}

function Days({ days, names, province, own, reload }: DaysProps) {
  const [removed, setRemoved] = useState<Holiday | null>(null)
  const mine = ({ unit_id }: Holiday) => (unit_id === null ? province : province || unit_id === own)
  const alter = (one: Holiday, changes: Record<string, unknown>) => async () => {
    try {
      const after = await changeHoliday(one.holiday_id, { ...changes, version: one.version })
      setRemoved(after.active ? null : after)
    } finally {
      await reload()
    }
  }
  return (
    <>
      <Scroll name={t('holidays.list')}>
        <table class="table stacked left">
          <thead>
            <tr>
              <th scope="col">{t('holidays.day')}</th>
              <th scope="col">{t('column.name')}</th>
              <th scope="col">{t('column.kind')}</th>
              <th scope="col">{t('holidays.where')}</th>
              <ActionHead />
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={one.holiday_id} data-holiday-id={one.holiday_id}>
                <th scope="row">{formatDay(one.day, language.value, false)}</th>
                <td data-label={t('column.name')}>
                  {one.name}
                  {one.provisional && <small> {t('holidays.provisional')}</small>}
                </td>
                <td data-label={t('column.kind')}>{t(`holidays.kind_${one.kind}`)}</td>
                <td data-label={t('holidays.where')}>
                  {one.unit_id === null ? t('holidays.everywhere') : (names.get(one.unit_id) ?? '')}
                </td>
                <td>
                  {mine(one) && (
                    <span class="buttons">
                      {one.provisional && (
                        <ActionButton label={t('holidays.announce')} act={alter(one, { provisional: false })} />
                      )}
                      <ActionButton label={t('holidays.remove')} act={alter(one, { active: false })} />
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {removed && (
        <Message kind="info" icon="undo">
          <span role="status">{t('holidays.removed', { name: removed.name })}</span>{' '}
          <ActionButton label={t('now.undo')} act={alter(removed, { active: true })} />
        </Message>
      )}
    </>
  )
}

interface AddProps {
  year: number
  places: readonly { unit_id: string; name: string }[]
  own: string | null
  province: boolean
  reload: () => Promise<void>
}

function Add({ year, places, own, province, reload }: AddProps) {
  const [done, setDone] = useState('')
  const day = useRef<HTMLDivElement>(null)
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    setDone('')
    await createHoliday({
      unit_id: province ? (values.unit_id ?? null) : own,
      day: values.day,
      kind: values.kind,
      name: values.name,
      provisional: values.provisional === 'yes',
    })
    await reload()
    setDone(`${formatDate(values.day ?? '', language.value)}, ${values.name}`)
    day.current?.querySelector<HTMLElement>('[name="day"]')?.focus()
  })
  return (
    <Card id="form" span={4} title={t('holidays.add')}>
      <div ref={day}>
        <form class="stack" onSubmit={onSubmit} noValidate autocomplete="off">
          <TextField
            name="day"
            label={t('holidays.day')}
            type="date"
            required
            defaultValue={year === Number(today.value.slice(0, 4)) ? today.value : `${year}-01-01`}
            refusal={refusal}
          />
          <TextField name="name" label={t('holidays.name')} required refusal={refusal} />
          <SelectField
            name="kind"
            label={t('column.kind')}
            choices={(['off', 'working'] as const).map((value) => ({ value, label: t(`holidays.kind_${value}`) }))}
            refusal={refusal}
          />
          {province && (
            <SelectField
              name="unit_id"
              label={t('holidays.where')}
              blank={t('holidays.everywhere')}
              choices={places.map(({ unit_id, name }) => ({ value: unit_id, label: name }))}
              refusal={refusal}
            />
          )}
          <label class="tick">
            <input type="checkbox" name="provisional" value="yes" />
            {t('holidays.is_provisional')}
          </label>
          <FormRefusal refusal={refusal} fields={['day', 'name', 'kind', 'unit_id']} />
          {done && (
            <Message kind="good" icon="check">
              <span role="status">{t('records.saved', { name: done })}</span>
            </Message>
          )}
          <div class="buttons">
            <button type="submit" class="button main" aria-disabled={busy}>
              <Icon name="plus" />
              {t('form.add')}
            </button>
          </div>
        </form>
      </div>
    </Card>
  )
}
