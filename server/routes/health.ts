/** /health and /metrics: what operators and their machines ask. */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { Closed } from '../contract/common.ts'
import { ApiError, fail, toApiError } from '../errors.ts'
import { droppedLogLines } from '../log.ts'
import { acceptsWrites, tryWrite } from '../queries/readiness.ts'
import { hashToken } from '../secrets.ts'
import type { App, Services } from '../services.ts'

/** A probe that waits longer has learnt enough. */
const READY_MS = 1000
/** How long a successful write counts: this route is public, and callers must not be able to cause a write each. */
const WRITE_COUNTS_MS = 2000

const Health = Closed({ status: Type.Literal('ok') })

export async function healthRoutes(app: App, { config, pools, metrics }: Services): Promise<void> {
  app.get('/api/v1/health/live', { config: { access: 'public' }, schema: { response: { 200: Health } } }, async () => ({
    status: 'ok' as const,
  }))

  const assertReady = createReadyCheck(pools.ingest)
  app.get('/api/v1/health/ready', { config: { access: 'public' }, schema: { response: { 200: Health } } }, async () => {
    await within(READY_MS, assertReady())
    return { status: 'ok' as const }
  })

  registerProcessMetrics(metrics, pools)
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    if (!mayReadMetrics(request, config.metricsToken)) fail('not_found')
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.render())
  })
}

/** Returns the check that a rating could be stored now; it throws why not. One check runs at a time, for all callers. */
function createReadyCheck(pool: Services['pools']['ingest']): () => Promise<void> {
  let running: Promise<void> | null = null
  let wroteAt = Number.NEGATIVE_INFINITY
  const check = async () => {
    if (!(await acceptsWrites(pool))) fail('database_read_only')
    if (performance.now() - wroteAt < WRITE_COUNTS_MS) return
    await tryWrite(pool)
    wroteAt = performance.now()
  }
  return () => {
    running ??= check().finally(() => {
      running = null
    })
    return running
  }
}

/** Throws `database_unavailable` for whatever has no code of its own, and when `work` takes longer. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError('database_unavailable')), milliseconds)
  })
  try {
    await Promise.race([work, late])
  } catch (error) {
    throw toApiError(error) ?? new ApiError('database_unavailable', undefined, undefined, { cause: error })
  } finally {
    clearTimeout(timer)
    // The loser of the race may still fail, and nothing awaits it any more.
    work.catch(() => {})
  }
}

/**
 * With METRICS_TOKEN alone; to others nothing is here. The address proves nothing: a proxy on this machine comes from loopback
 * too, may add no header, and passes on a `Host` that the caller chose.
 */
function mayReadMetrics({ headers }: FastifyRequest, token: string | null): boolean {
  return token !== null && timingSafeEqual(hashToken(headers.authorization ?? ''), hashToken(`Bearer ${token}`))
}

function registerProcessMetrics(metrics: Services['metrics'], pools: Services['pools']): void {
  metrics.gauge('process_uptime_seconds', 'Seconds since the server started.', () => process.uptime())
  metrics.gauge('process_resident_memory_bytes', 'Memory the process holds.', () => process.memoryUsage.rss())
  metrics.total('process_cpu_seconds_total', 'Processor time used so far.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  metrics.total('hai_long_log_lines_dropped_total', 'Log lines that standard error did not take.', droppedLogLines)
  metrics.gauge('hai_long_database_connections', 'Connections by pool and state.', () =>
    pools
      .sizes()
      .flatMap(({ pool, ...sizes }) =>
        Object.entries(sizes).map(([state, value]) => ({ labels: { pool, state }, value })),
      ),
  )
}
