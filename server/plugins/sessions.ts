/** Sessions of staff: the cookie, how long it lives, and the person behind it. */
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Config, isLoopbackHost } from '../config.ts'
import type { Session } from '../contract/accounts.ts'
import { type SecondFactorState, scopeOf, secondFactorState } from '../domain/access.ts'
import { type DbScope, type Trx, withScope } from '../queries/database.ts'
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  noteFirstLogin,
  type SessionRow,
  setSessionToken,
  touchSession,
} from '../queries/sessions.ts'
import { hashToken, newToken } from '../secrets.ts'
import type { App, Services, Staff } from '../services.ts'
import { guardSession } from './session-guard.ts'

/** A session ends after half an hour without a request that a person made, and after twelve hours in any case. */
export const IDLE_MS = 30 * 60_000
export const ABSOLUTE_MS = 12 * 3_600_000
/** Writing `last_seen_at` once a minute is enough; the idle time is then 29 to 30 minutes. */
const TOUCH_EVERY_MS = 60_000

/** How long a leader's own device stands for their second factor. */
export const DEVICE_DAYS = 30
const DAY_MS = 86_400_000

/** Log-in acts before anybody is known: it may read accounts and sessions, and nothing else. */
export const loginScope: DbScope = { account_id: null, roles: [], units: [], officer_id: null, purpose: 'login' }

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages call it by themselves: it is no sign of a person, and keeps no session alive. */
    background?: true
  }
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
function cookieOf(
  request: FastifyRequest,
  config: Config,
  name: 'session' | 'device' = 'session',
): { name: string; secure: boolean } {
  const insecure = config.allowInsecure && request.protocol === 'http' && !isLoopbackHost(request.hostname)
  return insecure ? { name, secure: false } : { name: `__Host-${name}`, secure: true }
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
    const background = request.headers['x-background'] === '1' || request.routeOptions.config.background === true
    if (!background && idle >= TOUCH_EVERY_MS) await touchSession(trx, tokenHash, new Date(now))
    return session
  })
}

/**
 * Begins a session in `trx` (scope `login` or `setup`) and ends the one the request came with: a new id at every log-in.
 * `proven`: a second factor was shown. The token belongs into the cookie, after the commit, and nowhere else.
 */
export async function beginSession(
  trx: Trx,
  request: FastifyRequest,
  { accountId, proven }: { accountId: number; proven: boolean },
  { config, clock }: Services,
): Promise<{ token: string; session: SessionRow }> {
  const old = sessionToken(request, config)
  if (old !== null) await deleteSession(trx, hashToken(old))
  const token = newToken()
  const tokenHash = hashToken(token)
  const now = new Date(clock.now())
  await noteFirstLogin(trx, accountId, now)
  await insertSession(trx, {
    token_hash: tokenHash,
    account_id: accountId,
    created_at: now,
    second_factor: proven,
    address: request.ip,
    user_agent: request.headers['user-agent']?.slice(0, 300) ?? null,
  })
  const session = await findSession(trx, tokenHash)
  if (!session) throw new Error('a session that was just begun is not there')
  return { token, session }
}

/**
 * After a change of what an account may do or how it proves itself: its sessions end, and when the request is one of them,
 * that one goes on under a new id (`proven`: with a second factor that was just shown). Returns its token for the cookie,
 * after the commit; null when it was somebody else's.
 */
export async function renewSessions(
  trx: Trx,
  request: FastifyRequest,
  accountId: number,
  { config }: Pick<Services, 'config'>,
  proven = false,
): Promise<string | null> {
  const own = request.staff?.scope.account_id === accountId ? sessionToken(request, config) : null
  const ownHash = own === null ? null : hashToken(own)
  if (ownHash !== null) await request.staff?.scope.guard.release(trx)
  await deleteSessionsOf(trx, accountId, ownHash)
  if (ownHash === null) return null
  const token = newToken()
  await setSessionToken(trx, ownHash, hashToken(token), proven)
  return token
}

/** Ends all sessions of an account, also that of this request when it is one of them. */
export async function endSessionsOf(trx: Trx, request: FastifyRequest, accountId: number): Promise<void> {
  if (request.staff?.scope.account_id === accountId) await request.staff.scope.guard.release(trx)
  await deleteSessionsOf(trx, accountId)
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, token: string, config: Config): void {
  const { name, secure } = cookieOf(request, config)
  reply.setCookie(name, token, { httpOnly: true, secure, sameSite: 'strict', path: '/' })
}

/** The token of the device this request comes from, if its owner trusted it; null else. */
export function deviceToken(request: FastifyRequest, config: Config): string | null {
  return request.cookies[cookieOf(request, config, 'device').name] ?? null
}

export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply, token: string, config: Config): void {
  const { name, secure } = cookieOf(request, config, 'device')
  const maxAge = (DEVICE_DAYS * DAY_MS) / 1000
  reply.setCookie(name, token, { httpOnly: true, secure, sameSite: 'strict', path: '/', maxAge })
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

/** The person behind a session. `changes`: the request may write. */
export function staffFrom({ account_id, username, grants, token_hash }: SessionRow, changes: boolean): Staff {
  return { username, scope: { ...scopeOf(account_id, grants), guard: guardSession(token_hash, changes) } }
}

/** The session as its owner sees it. */
export function describeSession(session: SessionRow): Session {
  const { account_id, username, grants } = session
  const owed = owedOf(session)
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
    second_factor: owed.state,
    second_factor_due_at: owed.due_at === null ? null : new Date(owed.due_at).toISOString(),
  }
}

/** What this session still owes of a second factor. */
export function owedOf(session: SessionRow): SecondFactorState {
  return secondFactorState({ ...session, roles: session.grants.map(({ role }) => role) })
}
