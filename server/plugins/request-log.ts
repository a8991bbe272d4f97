/**
 * One count per answered request, and a log line: route pattern, status, time taken. No address, no query, no body. Failed calls
 * of tablets are lines about a quarter of an hour.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App, Services } from '../services.ts'
import { isTabletCall, REPORT_EVERY_MS } from '../tablet-failures.ts'

export function registerRequestLog(app: App, { metrics, tabletFailures }: Services): void {
  const answered = metrics.counter('hai_long_requests_total', 'Answered requests by method, route and status.')
  // One counter per route and status, found by a short key: putting labels together anew costs more than counting.
  const counters = new Map<string, (by?: number) => void>()
  const count = (method: string, route: string, status: number) => {
    const key = `${method} ${status} ${route}`
    let add = counters.get(key)
    if (!add) {
      add = answered.of({ method, route, status })
      counters.set(key, add)
    }
    add()
  }
  app.addHook('onResponse', (request, reply, done) => {
    // The pattern, never the path: ids stay out, and so does what a stranger typed.
    const route = request.routeOptions.url ?? '(none)'
    count(request.method, route, reply.statusCode)
    if (!isTabletCall(request)) tell(request, reply, route)
    else {
      const { method, tabletFailure } = request
      const status = reply.statusCode
      if (status >= 400) {
        tabletFailures.note({ route, method, status, code: tabletFailure?.code ?? null }, tabletFailure?.error)
      }
      if (app.log.level === 'debug' || app.log.level === 'trace') tell(request, reply, route)
    }
    done()
  })
  const timer = setInterval(tabletFailures.report, REPORT_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    tabletFailures.report()
  })
}

function tell(request: FastifyRequest, reply: FastifyReply, route: string): void {
  const line = {
    method: request.method,
    route,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ...(request.staff ? { account: request.staff.scope.account_id } : {}),
    ...(request.terminal ? { terminal: request.terminal.terminal_id } : {}),
  }
  // Pages and health checks are many and say nothing unless they fail. A tablet's calls stay out for another reason: a
  // line with tablet and second would outlive the moments, which are destroyed after 35 days.
  if (isTabletCall(request)) request.log.debug(line, 'answered')
  else if (reply.statusCode >= 500) request.log.error(line, 'answered')
  else if (reply.statusCode === 403) request.log.warn(line, 'refused')
  else if (route.startsWith('/api/') && !route.startsWith('/api/v1/health')) request.log.info(line, 'answered')
  else request.log.debug(line, 'answered')
}
