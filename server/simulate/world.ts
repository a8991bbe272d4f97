/** A simulated province behind the real API: set up, tapped on and read through its own calls, with a clock that runs ahead. */
import { randomUUID } from 'node:crypto'
import { countLot } from '../count/lot.ts'
import { judgeClosedDays } from '../count/night.ts'
import type { CountClient, DbScope, Pools } from '../queries/database.ts'
import { createAccount } from '../routes/accounts.ts'
import type { App } from '../services.ts'

/** What the command opens for a lane: the app of production on a throw-away database, and its clock. */
export interface World {
  readonly app: App
  readonly pools: Pools
  readonly client: CountClient
  readonly clock: { now(): number; set(at: number): void }
  /** Runs one statement as the owner, who sees everything: what a thief of the database sees. */
  asThief<Row>(text: string, values?: unknown[]): Promise<Row[]>
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the API, whose own schemas have checked them
type Body = any

const operator: DbScope = { account_id: null, roles: ['administrator'], units: 'all', officer_id: null }

/** Somebody at the API; a refusal is an error, unless the caller wants to see the status. */
export interface Caller {
  get(url: string): Promise<Body>
  post(url: string, body: unknown): Promise<Body>
  status(method: 'POST' | 'PATCH', url: string, body: unknown): Promise<number>
}

export function callAs(world: World, headers: Record<string, string>): Caller {
  const call = (method: 'GET' | 'POST' | 'PATCH', url: string, body?: unknown) =>
    world.app.inject({
      method,
      url,
      headers: { ...headers, ...(method === 'GET' ? {} : { origin: 'http://localhost:80' }) },
      ...(body === undefined ? {} : { payload: body as object }),
    })
  const insist = async (method: 'GET' | 'POST', url: string, body?: unknown): Promise<Body> => {
    let answer = await call(method, url, body)
    // A machine with too much to do says so; like a tablet, try again.
    for (let turn = 0; answer.statusCode === 503 && turn < 20; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      answer = await call(method, url, body)
    }
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode} ${answer.body}`)
    return answer.json()
  }
  return {
    get: (url) => insist('GET', url),
    post: (url, body) => insist('POST', url, body),
    status: async (method, url, body) => (await call(method, url, body)).statusCode,
  }
}

/** A new account with one role, logged in now; sessions end by themselves, so ask again after a day. */
export async function logIn(
  world: World,
  role: 'administrator' | 'commission' | 'unit_leader',
  unit_id: number | null = null,
): Promise<Caller> {
  const username = `${role.slice(0, 4)}.${randomUUID().slice(0, 8)}`
  const password = `mô phỏng ${randomUUID()}`
  await createAccount(world, operator, { username, password, grants: [{ role, unit_id, officer_id: null }] })
  const answer = await world.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: { origin: 'http://localhost:80' },
    payload: { username, password },
  })
  const cookie = answer.cookies[0]
  if (answer.statusCode !== 201 || !cookie) throw new Error(`log-in: ${answer.statusCode} ${answer.body}`)
  return callAs(world, { cookie: `${cookie.name}=${cookie.value}` })
}

export interface Desk {
  counter_id: string
  officer_id: string
  tablet: Caller
}

/** A unit with so many desks, one officer and one paired tablet at each, through the API alone. */
export async function openUnit(
  world: World,
  admin: Caller,
  name: string,
  desks: number,
  services: readonly string[],
): Promise<{ unit_id: string; desks: Desk[] }> {
  const { unit_id } = await admin.post('/api/v1/units', { name, kind: 'commune' })
  const starts_at = new Date(world.clock.now() - 86_400_000).toISOString()
  const opened: Desk[] = []
  for (let place = 0; place < desks; place += 1) {
    const service = services[place % services.length] as string
    const { counter_id } = await admin.post('/api/v1/counters', { unit_id, name: `Quầy ${place + 1}`, service })
    const { officer_id } = await admin.post('/api/v1/officers', { unit_id, name: `Cán bộ ${place + 1}` })
    await admin.post('/api/v1/assignments', { counter_id, officer_id, starts_at })
    const { pairing_code } = await admin.post('/api/v1/terminals', { counter_id })
    const { terminal_token } = await callAs(world, {}).post('/api/v1/terminals/pair', { pairing_code })
    opened.push({ counter_id, officer_id, tablet: callAs(world, { authorization: `Bearer ${terminal_token}` }) })
  }
  return { unit_id, desks: opened }
}

export interface SentTap {
  at: number
  level: number
  dwell_ms: number
}

/** Sends a desk's taps in the order they happened, in batches of `size`, and gives back the id of each. */
export async function sendTaps(world: World, desk: Desk, taps: readonly SentTap[], size = 100): Promise<string[]> {
  const ids: string[] = []
  const ordered = [...taps].sort((a, b) => a.at - b.at)
  for (let start = 0; start < ordered.length; start += size) {
    const batch = ordered.slice(start, start + size).map(({ at, level, dwell_ms }) => ({
      id: randomUUID(),
      scale: 'faces5',
      level,
      marks: [],
      language: 'vi',
      rated_at: new Date(at).toISOString(),
      dwell_ms,
    }))
    const envelope = { sent_at: new Date(world.clock.now()).toISOString(), ratings: batch }
    const { results } = await desk.tablet.post('/api/v1/ratings', envelope)
    for (const { status, code } of results)
      if (status !== 'stored' && status !== 'duplicate') throw new Error(`a tap was ${status}: ${code}`)
    ids.push(...batch.map(({ id }) => id))
  }
  return ids
}

/** Counts everything received, and judges every day that is over by the world's clock. */
export async function settle(world: World): Promise<void> {
  for (;;) {
    while ((await countLot(world.client, world.clock.now())) > 0);
    if ((await judgeClosedDays(world.client, world.clock.now())).days === 0) return
  }
}
