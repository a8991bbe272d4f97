/** What tablets of each released version send and are answered, as recorded from a real one: test/fixtures/payloads. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '../fixtures/payloads')
export const payloadNames = ['pairing', 'configuration', 'heartbeat', 'ratings'] as const
export type PayloadName = (typeof payloadNames)[number]

export interface Payload {
  method: 'GET' | 'POST'
  path: string
  /** What the tablet sent; null for GET. */
  request: unknown
  status: number
  response: unknown
}
export type Recording = Record<PayloadName, Payload>

/** Stands for what differs each time: the pairing that the ratings were tapped under. */
export const TERMINAL = 'THE-TERMINAL'
export const CODE = 'THE-CODE'

export const recordedVersions = (): string[] =>
  readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))

export const payloadFile = (version: string, name: PayloadName): string => join(folder, version, `${name}.json`)

export function readRecording(version: string): Recording {
  const read = (name: PayloadName) => [name, JSON.parse(readFileSync(payloadFile(version, name), 'utf8'))]
  return Object.fromEntries(payloadNames.map(read)) as Recording
}

/** Replaces a word wherever it stands as a whole text. */
export function replaced<T>(value: T, from: string, to: string): T {
  return JSON.parse(JSON.stringify(value, (_, part) => (part === from ? to : part))) as T
}

/** The names of all fields, deep: what must not change without a new recording. Values depend on the machine (battery). */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, shapeOf(part)]),
  )
}
