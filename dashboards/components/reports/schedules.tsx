/** Reports by e-mail: who is sent which on which day, what became of the last mail, and what to do where nobody knows. */
import { useState } from 'preact/hooks'
import { type Calendar, calendars, MAX_DAYS_AFTER, type Span, spans } from '../../../server/contract/periods.ts'
import type { ReportSchedule } from '../../../server/contract/report-schedules.ts'
import {
  createReportSchedule,
  endReportSchedule,
  listReportSchedules,
  resendReport,
} from '../../api/report-schedules.ts'
import { formatInstant, formatRange } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { inSentence } from '../../period-name.ts'
import { ActionButton } from '../action-button.tsx'
import { ActionHead } from '../figure-cells.tsx'
import { FormRefusal, TextField, useForm } from '../form.tsx'
import { Card, Scroll } from '../page.tsx'
import { SelectField } from '../select-field.tsx'
import { Message, Refused, Skeleton } from '../states.tsx'

interface SchedulesProps {
  unitId: string | null
  /** Whose reports they send, in a sentence. */
  name: string
  mayIssue: boolean
}

export function SchedulesCard({ unitId, name, mayIssue }: SchedulesProps) {
  const { data, refused, reload } = useLive(
    `report schedules ${unitId}`,
    (options) => listReportSchedules(unitId, options),
    { follow: false },
  )
  const told = data.value
  const schedules = told?.schedules.filter(({ unit, ended_at }) => !ended_at && (unit?.unit_id ?? null) === unitId)
  return (
    <Card id="mail" title={t('mail.title')} about={t('mail.about')}>
      {refused.value ? <Refused error={refused.value} /> : null}
      {!told && !refused.value ? <Skeleton /> : null}
      {told && !told.isSetUp && (
        <Message kind="info" icon="doc">
          {t('mail.not_set_up')}
        </Message>
      )}
      {schedules?.length === 0 && <p>{t('mail.none', { name })}</p>}
      {schedules && schedules.length > 0 && <List {...{ schedules, reload }} />}
      {told?.isSetUp && mayIssue && <NewSchedule {...{ unitId, reload }} />}
    </Card>
  )
}

function List({ schedules, reload }: { schedules: readonly ReportSchedule[]; reload: () => Promise<void> }) {
  return (
    <Scroll name={t('mail.title')}>
      <table class="table stacked early left">
        <thead>
          <tr>
            <th scope="col">{t('mail.address')}</th>
            <th scope="col">{t('period.title')}</th>
            <th scope="col">{t('mail.next')}</th>
            <th scope="col">{t('mail.last')}</th>
            <ActionHead />
          </tr>
        </thead>
        <tbody>
          {schedules.map((schedule) => (
            <Row key={schedule.schedule_id} {...{ schedule, reload }} />
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

function Row({ schedule, reload }: { schedule: ReportSchedule; reload: () => Promise<void> }) {
  const { schedule_id, address, calendar, span, days_after, next, last, made_by } = schedule
  const again = last?.report && (last.state === 'uncertain' || last.state === 'failed')
  return (
    <tr data-schedule={schedule_id}>
      <th scope="row">
        {address}
        <small>{t('mail.made_by', { name: made_by })}</small>
      </th>
      <td data-label={t('period.title')}>
        {nameOf(`${calendar}_${span}`)}
        <small>{t('mail.day_is', { day: inSentence(dayName(days_after)) })}</small>
      </td>
      <td data-label={t('mail.next')}>
        {next && <span class="nowrap">{formatInstant(next.due_at, language.value)}</span>}
        {next && <small>{t('mail.of_period', { dates: formatRange(next.from, next.to, language.value) })}</small>}
      </td>
      <td data-label={t('mail.last')}>{last ? <Last mail={last} /> : t('mail.not_yet')}</td>
      <td>
        <span class="buttons">
          {again && (
            <ActionButton
              main
              label={t('mail.resend')}
              confirm={t(last.state === 'uncertain' ? 'mail.resend_uncertain' : 'mail.resend_confirm')}
              act={async () => {
                await resendReport(schedule_id)
                await reload()
              }}
            />
          )}
          <ActionButton
            label={t('mail.end')}
            confirm={t('mail.end_confirm', { address })}
            act={async () => {
              await endReportSchedule(schedule_id)
              await reload()
            }}
          />
        </span>
      </td>
    </tr>
  )
}

function Last({ mail }: { mail: NonNullable<ReportSchedule['last']> }) {
  const { state, problem, said, report, changed_at, next_try_at, from, to } = mail
  return (
    <>
      <strong>{t(`mail.state_${state}`)}</strong>
      <small>
        {formatRange(from, to, language.value)}
        {report && `, ${t('reports.of_number', { number: `${report.number}/${report.year}` })}`}
      </small>
      <small class="nowrap">{t('mail.at', { time: formatInstant(changed_at, language.value) })}</small>
      {problem && <small>{t(`mail.problem_${problem}`)}</small>}
      {state === 'waiting' && problem && next_try_at && (
        <small>{t('mail.next_try', { time: formatInstant(next_try_at, language.value) })}</small>
      )}
      {said && state !== 'sent' && <small>{t('mail.said', { words: said })}</small>}
    </>
  )
}

const nameOf = (period: `${Calendar}_${Span}`) => t(`mail.period_${period}`)
const dayName = (days: number) => (days === 0 ? t('mail.last_day') : t('mail.days_after', { n: days }))

const periods = calendars.flatMap((calendar) => spans.map((span) => ({ calendar, span })))
const fields = ['address', 'period', 'days_after']

function NewSchedule({ unitId, reload }: { unitId: string | null; reload: () => Promise<void> }) {
  const [saved, setSaved] = useState(false)
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    setSaved(false)
    const chosen = periods.find(({ calendar, span }) => `${calendar}_${span}` === values.period)
    await createReportSchedule({
      calendar: chosen?.calendar ?? 'administrative',
      span: chosen?.span ?? 'month',
      days_after: Number(values.days_after ?? 1),
      address: (values.address ?? '').trim(),
      language: language.value,
      ...(unitId ? { unit_id: unitId } : {}),
    })
    setSaved(true)
    await reload()
  })
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <h3>{t('mail.add')}</h3>
      <div class="fields">
        <TextField
          name="address"
          type="email"
          autocomplete="off"
          label={t('mail.address')}
          hint={t('mail.address_hint')}
          required
          refusal={refusal}
        />
        <SelectField
          name="period"
          label={t('period.title')}
          choices={periods.map(({ calendar, span }) => ({
            value: `${calendar}_${span}`,
            label: nameOf(`${calendar}_${span}`),
          }))}
          refusal={refusal}
        />
        <SelectField
          name="days_after"
          label={t('mail.day')}
          hint={t('mail.day_hint')}
          choices={Array.from({ length: MAX_DAYS_AFTER + 1 }, (_, days) => ({
            value: String(days),
            label: dayName(days),
          }))}
          refusal={refusal}
        />
      </div>
      <FormRefusal refusal={refusal} fields={fields} />
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('mail.save')}
      </button>
      <div role="status">
        {saved && (
          <Message kind="good" icon="check">
            {t('mail.saved')}
          </Message>
        )}
      </div>
    </form>
  )
}
