/**
 * Lists as PostgreSQL's binary arrays. node-postgres writes a list as text, element by element with its escapes, and
 * PostgreSQL reads that back: for the twenty columns of a rating both together cost more than a third of storing it.
 */

// Type numbers of PostgreSQL (pg_type.oid); built-in types keep theirs for ever.
const BOOL = 16
const BYTEA = 17
const INT8 = 20
const INT2 = 21
const INT4 = 23
const TEXT = 25
const DATE = 1082
const TIMESTAMPTZ = 1184
const UUID = 2950

const HEADER = 20
/** Days from 1970 to 2000, where PostgreSQL's calendar begins. */
const DAYS_TO_2000 = 10_957
const MS_TO_2000 = DAYS_TO_2000 * 86_400_000
/** Behind PostgreSQL's last day, so that it refuses what is no day instead of storing another one. */
const NO_DAY = 2_147_483_646

/** One dimension, counted from 1. */
function begin(bytes: number, type: number, count: number, hasNulls: boolean): Buffer {
  const array = Buffer.allocUnsafe(HEADER + bytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(hasNulls ? 1 : 0, 4)
  array.writeInt32BE(type, 8)
  array.writeInt32BE(count, 12)
  array.writeInt32BE(1, 16)
  return array
}

type Write<T> = (array: Buffer, value: T, at: number) => void

/** Elements of one width. */
function fixed<T>(type: number, width: number, values: readonly (T | null)[], write: Write<T>): Buffer {
  let nulls = 0
  for (const value of values) if (value === null) nulls += 1
  const array = begin(values.length * 4 + (values.length - nulls) * width, type, values.length, nulls > 0)
  let at = HEADER
  for (const value of values) {
    if (value === null) array.writeInt32BE(-1, at)
    else {
      array.writeInt32BE(width, at)
      write(array, value, at + 4)
      at += width
    }
    at += 4
  }
  return array
}

const writeInt8: Write<number> = (array, value, at) => {
  const high = Math.floor(value / 4_294_967_296)
  array.writeInt32BE(high, at)
  array.writeUInt32BE(value - high * 4_294_967_296, at + 4)
}

export const bools = (values: readonly (boolean | null)[]): Buffer =>
  fixed(BOOL, 1, values, (array, value, at) => array.writeUInt8(value ? 1 : 0, at))

/** Throws RangeError for what is no 16-bit number, as the others do for their widths. */
export const int2s = (values: readonly (number | null)[]): Buffer =>
  fixed(INT2, 2, values, (array, value, at) => array.writeInt16BE(value, at))

export const int4s = (values: readonly (number | null)[]): Buffer =>
  fixed(INT4, 4, values, (array, value, at) => array.writeInt32BE(value, at))

/** Whole numbers up to 2^53. */
export const int8s = (values: readonly (number | null)[]): Buffer => fixed(INT8, 8, values, writeInt8)

/** Lower-case UUIDs with their dashes. */
export const uuids = (values: readonly string[]): Buffer =>
  fixed(UUID, 16, values, (array, value, at) => {
    const hex = value.slice(0, 8) + value.slice(9, 13) + value.slice(14, 18) + value.slice(19, 23) + value.slice(24)
    array.write(hex, at, 16, 'hex')
  })

/** Days as `YYYY-MM-DD`; PostgreSQL refuses the statement (22008) when one is no day. */
export function dates(values: readonly string[]): Buffer {
  let last = ''
  let days = 0
  return fixed(DATE, 4, values, (array, value, at) => {
    if (value !== last) {
      const parsed = Date.parse(value)
      days = Number.isNaN(parsed) ? NO_DAY : Math.floor(parsed / 86_400_000) - DAYS_TO_2000
      last = value
    }
    array.writeInt32BE(days, at)
  })
}

/** Moments as whole epoch milliseconds. */
export const instants = (values: readonly (number | null)[]): Buffer =>
  fixed(TIMESTAMPTZ, 8, values, (array, value, at) => writeInt8(array, (value - MS_TO_2000) * 1000, at))

export function bytes(values: readonly Buffer[]): Buffer {
  let size = 0
  for (const value of values) size += 4 + value.length
  const array = begin(size, BYTEA, values.length, false)
  let at = HEADER
  for (const value of values) {
    array.writeInt32BE(value.length, at)
    value.copy(array, at + 4)
    at += 4 + value.length
  }
  return array
}

export function texts(values: readonly (string | null)[]): Buffer {
  let size = 0
  let nulls = 0
  for (const value of values) {
    size += 4
    if (value === null) nulls += 1
    else size += Buffer.byteLength(value)
  }
  const array = begin(size, TEXT, values.length, nulls > 0)
  let at = HEADER
  for (const value of values) {
    if (value === null) {
      array.writeInt32BE(-1, at)
      at += 4
    } else {
      const length = array.write(value, at + 4)
      array.writeInt32BE(length, at)
      at += 4 + length
    }
  }
  return array
}
