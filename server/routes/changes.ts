/**
 * /changes: a stream that tells an open page when to look again. It carries no figure, and keeps no session alive. An officer
 * hears of steps and deeds, not of ratings as they come: the event alone would say that the citizen before them has rated.
 */
import { PassThrough } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { roles } from '../contract/accounts.ts'
import { liveUnits } from '../domain/access.ts'
import { ApiError } from '../errors.ts'
import { loadSession } from '../plugins/sessions.ts'
import { type App, type Services, staffOf } from '../services.ts'

/** Often enough that no proxy takes the stream for dead, and that a session which ended is noticed soon. */
const CHECK_EVERY_MS = 20_000
/** A page in front has one stream; beyond this an account's pages poll instead. */
export const STREAMS_PER_ACCOUNT = 20
const MOST_UNREAD = 65_536

interface Stream {
  readonly account_id: number
  readonly check: () => Promise<void>
  readonly end: () => void
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Looks at once whether the sessions behind all streams still stand; else every 20 seconds. */
    checkStreams(): Promise<void>
  }
}

export async function changesRoutes(app: App, services: Services): Promise<void> {
  const streams = new Set<Stream>()
  const checkAll = async () => void (await Promise.all([...streams].map(({ check }) => check())))
  app.decorate('checkStreams', checkAll)
  const timer = setInterval(() => void checkAll(), CHECK_EVERY_MS)
  timer.unref()
  // Before the server waits for its connections to end, which these would not do by themselves.
  app.addHook('preClose', () => {
    clearInterval(timer)
    for (const { end } of [...streams]) end()
  })

  app.get(
    '/api/v1/changes',
    { config: { access: { roles }, background: true }, exposeHeadRoute: false },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { account_id, units } = scope
      if ([...streams].filter((stream) => stream.account_id === account_id).length >= STREAMS_PER_ACCOUNT) {
        throw new ApiError('too_many_requests', undefined, undefined, { retryAfter: 60 })
      }
      const body = new PassThrough()
      const send = (event: 'here' | 'change' | 'ended', data: unknown) => {
        // A reader that takes nothing in any more comes back by itself; what waits for it must not grow.
        if (body.writableLength > MOST_UNREAD) body.destroy()
        else if (!body.writableEnded) body.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
      const stopFollowing = services.changes.follow({
        units: units === 'all' ? 'all' : new Set(units),
        live: liveUnits(scope),
        push: (changed) => send('change', { units: changed?.map(String) ?? null }),
      })
      const stream: Stream = {
        account_id,
        check: () => checkStream(request),
        end: () => body.end(),
      }
      streams.add(stream)
      body.once('close', () => {
        stopFollowing()
        streams.delete(stream)
      })
      // The browser waits this long before it comes again; a little chance keeps pages from coming all at once.
      body.write(`retry: ${2000 + Math.floor(Math.random() * 3000)}\n\n`)
      // Until it has come through, the page goes on asking: a proxy may pass on the head of an answer and keep back the rest.
      send('here', {})
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('x-accel-buffering', 'no')
        .send(body)

      async function checkStream(of: FastifyRequest): Promise<void> {
        try {
          if (await loadSession(of, services)) send('here', {})
          else {
            send('ended', {})
            body.end()
          }
        } catch {
          // The database is gone for a moment: whether the session stands is known when it is back.
          send('here', {})
        }
      }
    },
  )
}
