/** Every text field of the API page, each with a call that puts a text of one's own into it and is valid in the rest. */
import { Rating } from '../../server/contract/ratings.ts'
import type { DeclaredRoute } from '../../server/plugins/route-rules.ts'
import type { App } from '../../server/services.ts'
import type { Answer, Caller } from './app.ts'
import type { TestDatabase } from './database.ts'
import { worstText } from './normalised.ts'
import { callFor, type Ids, keyOf, type Sample } from './route-samples.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document, read as it comes
type Schema = any

const badTexts = {
  'half a pair, high': 'Lỗi \ud83d',
  'half a pair, low': '\ude00 x',
  NUL: 'a\0b',
  'a bidi override': 'a\u202eb',
  'a bidi isolate': 'a\u2066b',
  'no character': 'a\uffffb',
  'U+0001': 'a\u0001b',
  'U+000B': 'a\u000bb',
}

/** UTF-16 units in one request: four texts of the longest kind. */
export const MOST_NORMALISED = 24_000

export interface TextField {
  readonly route: DeclaredRoute
  /** `body voices.0.version`, `query search`, `path id`. */
  readonly name: string
  /** Code points, where the schema says; else undefined. */
  readonly most: number | undefined
  /** Whether the schema alone refuses each of `badTexts`: an enum, or a pattern of a few characters. */
  readonly closed: boolean
  call(text: string): { url: string; body: unknown }
}

/** The text fields of a route: of its body at any depth, its query and its path. */
export function textFields(app: App, route: DeclaredRoute, sample: Sample, ids: Ids): TextField[] {
  // biome-ignore lint/suspicious/noExplicitAny: a document, read as it comes
  const page = app.swagger() as any
  const operation = page.paths[route.url.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
  const schema: Schema = operation?.requestBody?.content['application/json'].schema
  const bodies = schema === undefined ? [] : texts(schema, [])
  // The page says of an item only that it is checked alone.
  if (keyOf(route) === 'POST /api/v1/ratings') bodies.push(...texts(Rating, ['ratings', '0']))
  const inBody = bodies.map(({ path, schema, around }): TextField => {
    const call = (text: string) => {
      const { url, body } = callFor(route, sample, ids)
      return { url, body: put(body ?? {}, path, text, around) }
    }
    return { route, name: `body ${path.join('.')}`, most: schema.maxLength, closed: isClosed(schema), call }
  })
  const asked = ((operation?.parameters ?? []) as Schema[]).filter(({ schema }) => mayBeText(schema))
  const inAddress = asked.map(({ in: place, name, schema }): TextField => {
    const call = (text: string) => {
      const { url, body } = callFor(route, sample, ids)
      const [path = '', query] = url.split('?')
      if (place === 'path')
        return { url: [route.url.replace(/:\w+/, encoded(text)), query].filter(Boolean).join('?'), body }
      const others = (query ?? '').split('&').filter((part) => part !== '' && !part.startsWith(`${name}=`))
      return { url: `${path}?${[...others, `${name}=${encoded(text)}`].join('&')}`, body }
    }
    return { route, name: `${place} ${name}`, most: schema.maxLength, closed: isClosed(schema), call }
  })
  return [...inBody, ...inAddress]
}

/** Half a surrogate pair has no percent encoding; the bytes that some programs write for it are sent instead. */
const encoded = (text: string): string =>
  [...text]
    .map((sign) => {
      const code = sign.charCodeAt(0)
      if (sign.length === 2 || code < 0xd800 || code > 0xdfff) return encodeURIComponent(sign)
      return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)]
        .map((byte) => `%${byte.toString(16)}`)
        .join('')
    })
    .join('')

const kinds = (schema: Schema): Schema[] => schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [schema]
const mayBeText = (schema: Schema): boolean =>
  kinds(schema).some(({ type, enum: one }) => type === 'string' || one !== undefined)

const isClosed = ({ pattern, enum: choices }: Schema): boolean =>
  choices !== undefined ||
  (pattern !== undefined && !Object.values(badTexts).some((text) => new RegExp(pattern, 'u').test(text)))

interface Place {
  path: string[]
  schema: Schema
  /** What each object on the way to it must hold besides, by its path. */
  around: ReadonlyMap<string, object>
}

function texts(schema: Schema, path: string[], around: ReadonlyMap<string, object> = new Map()): Place[] {
  return kinds(schema).flatMap((kind): Place[] => {
    if (kind !== schema && kinds(kind)[0] !== kind) return texts(kind, path, around)
    if (kind.type === 'string') return [{ path, schema: kind, around }]
    if (kind.type === 'array') return texts(kind.items ?? {}, [...path, '0'], around)
    if (kind.type !== 'object') return []
    const within = new Map([...around, [path.join('.'), least(kind) as object]])
    return Object.entries(kind.properties ?? {}).flatMap(([key, part]) => texts(part, [...path, key], within))
  })
}

/** The least that a schema takes. */
function least(schema: Schema): unknown {
  const [kind] = kinds(schema)
  if (kind !== schema) return least(kind)
  if (kind.const !== undefined) return kind.const
  if (kind.enum !== undefined) return kind.enum[0]
  if (kind.type === 'object') {
    return Object.fromEntries((kind.required ?? []).map((key: string) => [key, least(kind.properties[key])]))
  }
  if (kind.type === 'array') return Array.from({ length: kind.minItems ?? 0 }, () => least(kind.items))
  if (kind.type === 'integer' || kind.type === 'number') return kind.minimum ?? 0
  if (kind.type === 'boolean') return true
  const known = ['x', '1', '2026-11-20', '2026-11', '2026', '08:00', '2026-11-20T08:00:00Z', 'vi', 'a.b']
  return known.find((text) => kind.pattern === undefined || new RegExp(kind.pattern, 'u').test(text)) ?? 'x'
}

/** `body` with `text` at `path`, and what has to stand around it where the sample has nothing. */
function put(body: unknown, [key, ...rest]: string[], text: string, around: Place['around'], at = ''): unknown {
  if (key === undefined) return text
  const whole = Array.isArray(body) ? body : { ...(around.get(at) ?? {}), ...(body as object) }
  const inner = (whole as Record<string, unknown>)[key]
  const empty = rest[0] === '0' ? [] : (around.get(join(at, key)) ?? {})
  const part = put(typeof inner === 'object' && inner !== null ? inner : empty, rest, text, around, join(at, key))
  return Array.isArray(whole) ? [part, ...whole.slice(1)] : { ...whole, [key]: part }
}
const join = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`)

/** What a field is tried with: each kind of bad text, and the worst one as long as the body, the address and the schema take it. */
export function textsFor({ name, most, closed }: TextField, bodyLimit = 1_048_576): Record<string, string> {
  const inBody = name.startsWith('body ')
  // A mark has two bytes, and six in an address; an address may have 16 kB. What stands around it fits into 8 kB.
  const units = inBody ? (bodyLimit - 8_192) / 2 : 2_000
  return {
    // What no pattern holds back is tried with each; an address is only compared with what is stored, so with fewer.
    ...(closed || !inBody ? { 'half a pair': badTexts['half a pair, high'], NUL: badTexts.NUL } : badTexts),
    'the worst that fits': worstText(Math.floor(units)),
    ...(most === undefined ? {} : { 'the worst that the schema takes': worstText(most) }),
  }
}

export async function callAs(caller: Caller, method: string, url: string, body: unknown): Promise<Answer> {
  if (method === 'GET') return caller.get(url)
  if (method === 'POST') return caller.post(url, body)
  return method === 'PATCH' ? caller.patch(url, body) : caller.delete(url)
}

/** Tables of the database in which a bad character of `badTexts` stands in any column, JSON included. */
export async function badTextsStored(db: TestDatabase): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `select format('%I', tablename) as name from pg_tables where schemaname = 'public'`,
  )
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      // JSON writes a control character as \\u0001.
      const rows = await db.query(`select 1 from ${name} r where r::text ~ $1 limit 1`, [
        '[\u0001\u000b\u202e\u2066\uffff]|\\\\+u(0001|000b|d83d|de00)',
      ])
      return rows.length > 0 ? [name] : []
    }),
  )
  return found.flat()
}
