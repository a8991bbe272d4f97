/**
 * Every answer that anybody can get about one unit: each declared GET route, asked by each role that may call it, in all ranges,
 * grains, formats and tables. A new route is asked with its sample, or the search does not run.
 */
import { unzipSync } from 'fflate'
import type { Role } from '../../server/contract/accounts.ts'
import type { Answer, Caller, TestApp } from './app.ts'
import { type Ids, keyOf, samples } from './route-samples.ts'

/** What says nothing of what was rated, and why it is not compared. */
const apart: Record<string, string> = {
  'GET /api/v1/changes': 'a stream that tells only when to look again: test/api/changes.test.ts',
  'GET /api/v1/audit/head': 'a digest of the log, which each of these readings writes into',
  'GET /api/v1/terminal': 'what a tablet shows',
  'GET /api/v1/clips/:sha256': 'a sound',
  'GET /api/v1/imports/:id': 'its maker’s own file',
  'GET /api/v1/imports/:id/rows': 'its maker’s own file',
  'GET /api/v1/health/live': 'for operators',
  'GET /api/v1/health/ready': 'for operators',
  'GET /api/v1/openapi.json': 'for operators',
  'GET /metrics': 'for operators',
}

type Query = (range: string, ids: Ids) => string[]
/** One counter, and the service of another: both parts that a unit can be asked for. */
const partsOf = ({ counter }: Ids) => [`counter_id=${counter}`, `service=${encodeURIComponent('Đất đai')}`]
const ofUnit: Query = (range, { unit }) => [`unit_id=${unit}&${range}`]
const draftsOf = (unit: string) => (range: string) =>
  [
    ...['units', 'counters', 'commitments'].map((table) => `format=csv&table=${table}`),
    'format=xlsx',
    'format=docx',
  ].map((format) => `${range}${unit}&${format}`)
const nouns = ['units', 'counters', 'officers', 'accounts', 'assignments', 'visits', 'dossiers']

/** Where the sample of a route is not all that can be asked of it. */
const asked: Record<string, Query> = {
  'GET /api/v1/audit': (_, { unit }) => [`unit_id=${unit}&action=roster`, `unit_id=${unit}&action=proposal`],
  'GET /api/v1/exports': (range, { unit }) => nouns.map((noun) => `noun=${noun}&format=csv&unit_id=${unit}&${range}`),
  'GET /api/v1/issued-reports/:id/file': () => ['docx', 'pdf', 'xlsx'].map((format) => `format=${format}`),
  'GET /api/v1/issued-reports/draft': (range, { unit }) => [
    ...draftsOf(`&unit_id=${unit}`)(range),
    ...draftsOf('')(range),
  ],
  'GET /api/v1/reports/units': (range, ids) => [
    range,
    ...['previous', 'last_year'].map((before) => `${range}&compare=${before}`),
    `${range}&compare=previous&${partsOf(ids)[1]}`,
  ],
  'GET /api/v1/reports/units/:id': (range, ids) => [
    range,
    ...['previous', 'last_year'].map((before) => `${range}&compare=${before}`),
    ...partsOf(ids).map((part) => `${range}&compare=previous&${part}`),
  ],
  'GET /api/v1/reports/units/:id/series': (range, ids) => [
    ...['week', 'month'].map((grain) => `grain=${grain}&${range}`),
    ...partsOf(ids).map((part) => `grain=week&${range}&${part}`),
  ],
  'GET /api/v1/reports/units/:id/remarks': (range) => [range],
  'GET /api/v1/reports/units/:id/episodes': (range) => [range],
  'GET /api/v1/reports/officers/:id': (range) => [range],
  'GET /api/v1/reports/me': (range) => [range],
  'GET /api/v1/reports/me/remarks': (range) => [range],
  'GET /api/v1/visits': ofUnit,
  'GET /api/v1/paper-slips': ofUnit,
  'GET /api/v1/dossiers': (_, { unit }) => [`unit_id=${unit}`],
}

/** Role -> who. Officers are several. */
export type Everybody = Record<Exclude<Role, 'officer'>, Caller> & { officer: readonly Caller[]; nobody: Caller }

/** The answers by who asked what. `officers` are the ids in the order of their callers. */
export async function readEverything(
  server: TestApp,
  people: Everybody,
  ids: Ids,
  officers: readonly string[],
  ranges: readonly string[],
): Promise<Map<string, string>> {
  const answers = new Map<string, string>()
  for (const route of server.app.declaredRoutes) {
    const key = keyOf(route)
    if (route.method !== 'GET' || !route.url.startsWith('/api/') || apart[key]) continue
    const { access } = route
    const roles: readonly (Role | 'nobody')[] = typeof access === 'object' ? access.roles : ['nobody']
    const sample = samples[key]
    if (!sample) throw new Error(`${key} has no sample`)
    const queries = asked[key] ? ranges.flatMap((range) => asked[key]?.(range, ids) ?? []) : [sample.query?.(ids) ?? '']
    for (const role of roles) {
      const callers = role === 'officer' ? people.officer : [people[role]]
      for (const [place, caller] of callers.entries()) {
        // Officers ask about themselves; whoever stands above asks about each.
        const subjects = route.url.startsWith('/api/v1/officers/') || route.url.startsWith('/api/v1/reports/officers/')
        const own = role === 'officer' ? [officers[place] as string] : officers
        for (const id of subjects ? own : [sample.url?.(ids) ?? '']) {
          for (const query of new Set(queries)) {
            const url = route.url.replace(/:\w+/, id) + (query ? `?${query}` : '')
            const answer = await caller.get(url)
            const name = role === 'officer' ? `officer ${officers[place]}` : role
            answers.set(`${name} ${url}`, `${answer.status} ${textOf(url, answer, isLive(role, key, query))}`)
          }
        }
      }
    }
  }
  return answers
}

/** The province sees a unit's total at once: that is its right, and whoever has it stands far from the counter. */
const isLive = (role: string, key: string, query: string) =>
  ['commission', 'administrator'].includes(role) &&
  key.startsWith('GET /api/v1/reports/units') &&
  // Of a part the province sees steps like everybody else.
  !/counter_id=|service=/.test(query)

/** How many came and when somebody was last heard of is told live to everybody there; it says nothing of what they said. */
const live = new Set([
  'freshness',
  'silent_terminals',
  'silent_at',
  'received_today',
  'silent_since',
  'state',
  'last_rated_day',
  'session_id',
])
/** What a province's page makes of a unit's live total. */
const total = new Set(['figure', 'low', 'commitments', 'previous', 'annex', 'points', 'funnel', 'named_officers'])

function textOf(url: string, { body, file, headers }: Answer, ofTotals: boolean): string {
  const type = String(headers['content-type'])
  // Of what is held about an officer, the sheets with figures and remarks: others tell of log-ins and of this very reading.
  if (url.endsWith('/data')) return sheetsOf(file, /worksheets\/sheet([789]|13)\.xml$/)
  if (type.includes('officedocument')) return sheetsOf(file)
  if (typeof body === 'string') return body
  const kept = ofTotals && !Array.isArray(body.items) ? withoutTotal(body) : body
  return JSON.stringify(kept, (name, value) => (live.has(name) || name.endsWith('_at') ? undefined : value))
}

function withoutTotal(body: Record<string, unknown>): unknown {
  const cut = (one: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(one).filter(([key]) => !total.has(key)))
  const units = body.units as Record<string, unknown>[] | undefined
  return { ...cut(body), ...(units ? { units: units.map(cut) } : {}) }
}

/** The sentence of a report on tablets out of contact: told live on pages, and moved by any contact, rated or not. */
const outOfContact = /[\d.]+ máy tính bảng đánh giá[^<]*|(All|Of) [\d,]+ rating tablets[^<]*/g

/** The words and numbers of a document or workbook, without moments, who is in contact, and the digest of the log at its foot. */
export function sheetsOf(
  file: Buffer,
  wanted = /^word\/document\.xml$|^xl\/(worksheets\/sheet\d+|sharedStrings)\.xml$/,
): string {
  return Object.entries(unzipSync(file))
    .filter(([name]) => wanted.test(name))
    .map(([, bytes]) => Buffer.from(bytes).toString('utf8'))
    .join('\n')
    .replace(/<wp:docPr id="\d+"/g, '')
    .replace(outOfContact, '')
    .replace(/\d\d:\d\d(:\d\d)?/g, '')
    .replace(/\b[0-9a-f-]{16,}\b/g, '')
}
