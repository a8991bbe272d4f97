/** The checks that every noun's test begins with, in the order a caller meets them. */
import type { Test } from 'tap'
import type { Answer } from './app.ts'

/** Asserts that the answer is a refusal of the one shape, with this status and code; returns its details. */
export function refused(t: Test, answer: Answer, status: number, code: string, message = code): unknown {
  const error = answer.body?.error
  t.match({ status: answer.status, code: error?.code }, { status, code }, message)
  t.ok(typeof error?.message === 'string' && Object.keys(answer.body).length === 1, `${message}: one shape`)
  return error?.details
}
