/** What every route and plugin is given, and the types Fastify's own objects carry in this app. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Config } from './config.ts'
import type { Role } from './contract/accounts.ts'
import type { Scope } from './domain/access.ts'
import type { Keys } from './keys.ts'
import { type Changes, createChanges } from './live/changes.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import type { Pools, ScopeGuard, Trx } from './queries/database.ts'
import { createDirectory, type Directory } from './receive/directory.ts'
import type { TapPlace } from './receive/prepare.ts'
import { createReceiver, type Receiver } from './receive/receiver.ts'
import { createTabletFailures, type TabletFailures } from './tablet-failures.ts'

/** The only source of time in the server, so that tests can turn it. Milliseconds since 1970. */
export interface Clock {
  now(): number
}

export type Log = FastifyBaseLogger

/** Built once in `bin/start.ts` (or by a test) and handed to `buildApp`. */
export interface Services {
  readonly config: Config
  readonly pools: Pools
  readonly clock: Clock
  readonly log: Log
  readonly keys: Keys
  readonly metrics: Metrics
  readonly directory: Directory
  readonly receiver: Receiver
  readonly changes: Changes
  readonly tabletFailures: TabletFailures
}

/** What the caller of `buildApp` brings along; the rest of the services is made from it. */
export type ServiceParts = Pick<Services, 'config' | 'pools' | 'clock' | 'log' | 'keys'>

export function createServices(parts: ServiceParts): Services {
  const { pools, clock, log } = parts
  const tabletFailures = createTabletFailures(log)
  return {
    ...parts,
    metrics: createMetrics(),
    directory: createDirectory(pools.ingest, clock),
    changes: createChanges(pools, (error) =>
      log.warn({ err: error }, 'listening for changes failed; it goes on by itself'),
    ),
    receiver: createReceiver(pools.ingest, {
      onError: (error) => tabletFailures.note({ route: '/api/v1/ratings' }, error),
    }),
    tabletFailures,
  }
}

/** The Fastify instance with TypeBox types: a route's schema types its handler. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  Log,
  TypeBoxTypeProvider
>

/** Who may call a route. Every route declares it; the server refuses to start otherwise. */
export type Access =
  | 'public'
  | 'terminal'
  /** Staff of these roles; with `terminals` also a paired tablet, which then has `request.terminal`. */
  | { readonly roles: readonly Role[]; readonly terminals?: true }

/** A paired tablet as its token proves it; everything comes from the server's own records. */
export interface TerminalIdentity {
  readonly terminal_id: number
  readonly unit_id: number
  readonly counter_id: number
  readonly name: string
  /** Null while the pairing stands. */
  readonly revoked_at: Date | null
  /** Where it stood before, oldest first. */
  readonly moves: TapPlace['moves']
}

/** The session behind a request, checked again by its transactions (server/plugins/session-guard.ts). */
export interface SessionGuard extends ScopeGuard {
  /** Before a transaction ends or renews this session itself. Throws `login_required` when it is over. */
  release(trx: Trx): Promise<void>
}

/** A logged-in person. `scope` decides in the domain and is what the database is told through `withScope`. */
export interface Staff {
  readonly username: string
  readonly scope: Scope & { readonly guard: SessionGuard }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /**
     * The paired terminal of a request's bearer token when it is in memory and may pass; null = ask
     * `authenticateTerminal`.
     */
    terminalAtHand(request: FastifyRequest): TerminalIdentity | null
    /**
     * Finds the paired terminal of a request's bearer token.
     * Throws `terminal_token_invalid` when there is none, or `terminal_revoked` where the route takes no revoked ones.
     */
    authenticateTerminal(request: FastifyRequest): Promise<TerminalIdentity>
  }
  interface FastifyRequest {
    /** Set where a tablet called: on routes with `access: 'terminal'` or `terminals: true`; else null. */
    terminal: TerminalIdentity | null
    /** Why a tablet's call failed, for the sums of `tabletFailures`; null for other calls. */
    tabletFailure: { readonly code: string; readonly error: unknown } | null
    /** Set on routes with `access: { roles }`, else null. */
    staff: Staff | null
  }
}

/** The person behind a request on a `{ roles }` route. */
export function staffOf(request: FastifyRequest): Staff {
  if (!request.staff)
    throw new Error(`${request.method} ${request.routeOptions.url} has no staff: its access is not { roles }`)
  return request.staff
}

/** The tablet behind a request on a `terminal` route. */
export function terminalOf(request: FastifyRequest): TerminalIdentity {
  if (!request.terminal)
    throw new Error(`${request.method} ${request.routeOptions.url} has no terminal: its access is not 'terminal'`)
  return request.terminal
}
