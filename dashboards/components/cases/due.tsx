/** By when a case is to be answered: what stands in brackets goes to the next line as a whole. */
import type { Case } from '../../../server/contract/cases.ts'
import { dueText } from '../../cases.ts'

export function Due({ one }: { one: Case }) {
  const [day, bracket] = dueText(one).split(/(?=\()/)
  return (
    <>
      {day}
      {bracket && <bdi>{bracket}</bdi>}
    </>
  )
}
