/** Reads ids, days and moments out of requests: the schema knows their form, this knows whether they can exist. */
import { isDate } from '../contract/periods.ts'
import { normalise } from '../contract/text.ts'
import { parseRange, type Range } from '../domain/time.ts'
import { fail } from '../errors.ts'

/** Ids are opaque to callers and 31-bit numbers in the database. Throws `not_found` for what can be no id. */
export function readId(text: string): number {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(id <= 2_147_483_647)) fail('not_found')
  return id
}

export function readOptionalId(text: string | undefined): number | null {
  return text === undefined ? null : readId(text)
}

/** Throws `invalid_body` for a day such as 2026-02-30. */
export function refuseImpossibleDays(body: Readonly<Record<string, unknown>>, ...fields: string[]): void {
  for (const field of fields) {
    const day = body[field]
    if (typeof day === 'string' && !isDate(day)) {
      fail('invalid_body', [{ path: `/${field}`, problem: 'is not a day that exists' }])
    }
  }
}

/** A moment of the years 1900 to 2999, with its offset. Throws `invalid_body`, naming `field`, for any other. */
export function readInstant(text: string, field: string): Date {
  const instant = new Date(text)
  if (!isDate(text.slice(0, 10)) || Number.isNaN(instant.getTime())) {
    fail('invalid_body', [{ path: `/${field}`, problem: 'is not a moment that exists' }])
  }
  return instant
}

/** A name as it is stored: composed characters, no blanks around it. */
export const readName = (text: string): string => normalise(text).trim()

/** The range a caller asked for; the running month where they said nothing. Throws `invalid_range`. */
export function readRange(query: { from?: string; to?: string }, today: string): Range {
  const range = parseRange(query, today)
  if ('code' in range) fail(range.code, undefined, range.message)
  return range
}
