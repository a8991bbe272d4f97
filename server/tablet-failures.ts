/**
 * Failed calls of tablets, summed up: a log line for each would hold tablet and moment of a rating, and outlive the moments,
 * which are destroyed after 35 days.
 */
import type { FastifyRequest } from 'fastify'
import type { Log } from './services.ts'

export const REPORT_EVERY_MS = 15 * 60_000

/** What a line says of calls that failed alike. */
export interface Failure {
  readonly route: string
  readonly method?: string
  readonly status?: number
  /** Of the closed list; null where the answer was made without one. */
  readonly code?: string | null
}

export interface TabletFailures {
  /** `error`: why, where it is not the tablet's fault; the first of its kind is kept until the report. */
  note(failure: Failure, error?: unknown): void
  /** Writes one line per kind of failure since the last report. */
  report(): void
}

export function createTabletFailures(log: Log): TabletFailures {
  const kinds = new Map<string, { failure: Failure; error: unknown; calls: number }>()
  return {
    note(failure, error) {
      const { name, code } = (error ?? {}) as { name?: string; code?: unknown }
      const kind = JSON.stringify([failure, name, code])
      const known = kinds.get(kind)
      if (known) known.calls += 1
      else kinds.set(kind, { failure, error, calls: 1 })
    },
    report() {
      for (const { failure, error, calls } of kinds.values()) {
        const line = { ...failure, calls, ...(error === undefined ? {} : { err: error }) }
        if (error !== undefined || (failure.status ?? 500) >= 500) log.error(line, 'calls of tablets failed')
        else log.info(line, 'calls of tablets failed')
      }
      kinds.clear()
    },
  }
}

/** True for calls that a tablet makes with its token, a valid one or not. */
export function isTabletCall({ terminal, headers, routeOptions }: FastifyRequest): boolean {
  const access = routeOptions?.config?.access
  if (terminal || access === 'terminal') return true
  return typeof access === 'object' && access.terminals === true && headers.authorization !== undefined
}
