/** Sessions of staff: the cookie, how long it lives, and the person behind it. */
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Config, isLoopbackHost } from '../config.ts'
import type { Session } from '../contract/accounts.ts'
import { scopeOf } from '../domain/access.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  type SessionRow,
  setSessionToken,
  touchSession,
} from '../queries/sessions.ts'
import { hashToken, newToken } from '../secrets.ts'
import type { App, Services, Staff } from '../services.ts'

/** A session ends after half an hour without a request that a person made, and after twelve hours in any case. */
export const IDLE_MS = 30 * 60_000
export const ABSOLUTE_MS = 12 * 3_600_000
/** Writing `last_seen_at` once a minute is enough; the idle time is then 29 to 30 minutes. */
const TOUCH_EVERY_MS = 60_000

/** Log-in acts before anybody is known: it may read accounts and sessions, and nothing else. */
export const loginScope: DbScope = { account_id: null, roles: [], units: [], officer_id: null, purpose: 'login' }

declare module 'fastify' {
  interface FastifyRequest {
    /** The stored session behind `staff`, for the routes of the session itself. */
    session: SessionRow | null
  }
}

export async function registerSessions(app: App): Promise<void> {
  await app.register(cookie)
  app.decorateRequest('session', null)
}

/**
 * `__Host-` and Secure wherever a browser keeps such a cookie: over https, behind an https PUBLIC_URL, on loopback.
 * Only a demonstration on a plain-http LAN address (ALLOW_INSECURE) gets the other, because there it would be dropped.
 */
function cookieOf(request: FastifyRequest, config: Config): { name: string; secure: boolean } {
  const insecure = config.allowInsecure && request.protocol === 'http' && !isLoopbackHost(request.hostname)
  return insecure ? { name: 'session', secure: false } : { name: '__Host-session', secure: true }
}

export function sessionToken(request: FastifyRequest, config: Config): string | null {
  return request.cookies[cookieOf(request, config).name] ?? null
}

/** The live session of a request; null when there is none, it has ended, or its account was disabled. Counts as being seen. */
export async function loadSession(request: FastifyRequest, services: Services): Promise<SessionRow | null> {
  const token = sessionToken(request, services.config)
  if (token === null) return null
  const now = services.clock.now()
  return withScope(services.pools.app, loginScope, async (trx) => {
    const tokenHash = hashToken(token)
    const session = await findSession(trx, tokenHash)
    if (!session) return null
    const idle = now - session.last_seen_at.getTime()
    if (!session.active || idle >= IDLE_MS || now - session.created_at.getTime() >= ABSOLUTE_MS) {
      await deleteSession(trx, tokenHash)
      return null
    }
    // A page left open polls for ever; that is no sign of a person.
    const background = request.headers['x-background'] === '1'
    if (!background && idle >= TOUCH_EVERY_MS) await touchSession(trx, tokenHash, new Date(now))
    return session
  })
}

/**
 * Begins a session in `trx` (scope `login` or `setup`) and ends the one the request came with: a new id at every log-in.
 * The token belongs into the cookie, after the commit, and nowhere else.
 */
export async function beginSession(
  trx: Trx,
  request: FastifyRequest,
  accountId: number,
  { config, clock }: Services,
): Promise<{ token: string; session: SessionRow }> {
  const old = sessionToken(request, config)
  if (old !== null) await deleteSession(trx, hashToken(old))
  const token = newToken()
  const tokenHash = hashToken(token)
  await insertSession(trx, tokenHash, accountId, new Date(clock.now()))
  const session = await findSession(trx, tokenHash)
  if (!session) throw new Error('a session that was just begun is not there')
  return { token, session }
}

/**
 * After a change of what an account may do or how it proves itself: its sessions end, and when the request is one of them,
 * that one goes on under a new id. Returns its token for the cookie, after the commit; null when it was somebody else's.
 */
export async function renewSessions(
  trx: Trx,
  request: FastifyRequest,
  accountId: number,
  { config }: Pick<Services, 'config'>,
): Promise<string | null> {
  const own = request.staff?.scope.account_id === accountId ? sessionToken(request, config) : null
  const ownHash = own === null ? null : hashToken(own)
  await deleteSessionsOf(trx, accountId, ownHash)
  if (ownHash === null) return null
  const token = newToken()
  await setSessionToken(trx, ownHash, hashToken(token))
  return token
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string, config: Config): void {
  const { name, secure } = cookieOf(request, config)
  reply.setCookie(name, token, { httpOnly: true, secure, sameSite: 'strict', path: '/' })
}

/** Ends the session on the server, then tells the browser. */
export async function endSession(request: FastifyRequest, reply: FastifyReply, services: Services): Promise<void> {
  const { name, secure } = cookieOf(request, services.config)
  const token = request.cookies[name]
  if (token !== undefined) {
    await withScope(services.pools.app, loginScope, (trx) => deleteSession(trx, hashToken(token)))
  }
  reply.clearCookie(name, { httpOnly: true, secure, sameSite: 'strict', path: '/' })
}

export function staffFrom({ account_id, username, grants }: SessionRow): Staff {
  return { username, scope: scopeOf(account_id, grants) }
}

/** The session as its owner sees it. */
export function describeSession({ account_id, username, grants }: SessionRow): Session {
  const places = grants.map((grant) => ({
    role: grant.role,
    unit: grant.unit_id === null ? null : { unit_id: String(grant.unit_id), name: grant.unit_name ?? '' },
    officer:
      grant.officer_id === null ? null : { officer_id: String(grant.officer_id), name: grant.officer_name ?? '' },
  }))
  return {
    account: {
      account_id: String(account_id),
      username,
      unit: places.find(({ unit, role }) => unit !== null && role !== 'commission')?.unit ?? null,
      officer: places.find(({ officer }) => officer !== null)?.officer ?? null,
    },
    roles: [...new Set(places.map(({ role }) => role))].sort(),
    grants: places,
    second_factor: 'none',
  }
}
