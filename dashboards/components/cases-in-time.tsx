/** Of the cases that were due, how many were answered in time; what is missing to the whole was answered late or waits still. */
import type { CasesInTime } from '../../server/contract/cases.ts'
import { rich, t } from '../i18n/index.tsx'
import { Count } from './figures.tsx'

/** Answered, but after their day. */
export const lateOf = ({ due, in_time, overdue }: CasesInTime): number => due - in_time - overdue

export function InTime({ cases }: { cases: CasesInTime }) {
  const late = lateOf(cases)
  const parts = [
    rich('cases_told.in_time', {
      in_time: <Count value={cases.in_time} figure="cases_in_time" />,
      due: <Count value={cases.due} figure="cases_due" />,
    }),
    ...(late > 0 ? [rich('cases_told.late', { late: <Count value={late} figure="cases_late" /> })] : []),
    ...(cases.overdue > 0
      ? [rich('cases_told.overdue', { overdue: <Count value={cases.overdue} figure="cases_overdue" /> })]
      : []),
  ]
  return (
    <>
      {parts.map((part, place) => [place > 0 ? ', ' : '', part])}
      {t('cases_told.end')}
    </>
  )
}
