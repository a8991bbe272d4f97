/**
 * /changes: a stream that tells an open page when to look again. It carries no figure, and keeps no session alive. An officer
 * hears of steps and deeds, not of ratings as they come: the event alone would say that the citizen before them has rated.
 */
import { PassThrough } from 'node:stream'
import { roles } from '../contract/accounts.ts'
import { liveUnits } from '../domain/access.ts'
import { ApiError, fail } from '../errors.ts'
import { ABSOLUTE_MS, IDLE_MS, loginScope } from '../plugins/sessions.ts'
import { withScope } from '../queries/database.ts'
import { findGrantIds, type SessionRow } from '../queries/sessions.ts'
import { type App, type Services, staffOf } from '../services.ts'

/** Often enough that no proxy takes the stream for dead. */
const HERE_EVERY_MS = 20_000
/** One query for all streams of the server. An ended session and a changed right must reach them within a second. */
const CHECK_EVERY_MS = 500
/** A page in front has one stream; beyond this an account's pages poll instead. */
export const STREAMS_PER_ACCOUNT = 20
const MOST_UNREAD = 65_536

interface Stream {
  readonly session: SessionRow
  readonly send: (event: 'here' | 'change' | 'ended', data: unknown) => void
  readonly end: () => void
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Does at once what timers do: ends streams whose session is over or may do something else now, says `here` to the others. */
    checkStreams(): Promise<void>
  }
}

export async function changesRoutes(app: App, { pools, clock, changes }: Services): Promise<void> {
  const streams = new Set<Stream>()

  async function check(): Promise<void> {
    if (streams.size === 0) return
    const looked = [...streams]
    const now = clock.now()
    const alive = { begun: new Date(now - ABSOLUTE_MS), seen: new Date(now - IDLE_MS) }
    const hashes = looked.map(({ session }) => session.token_hash)
    const found = await withScope(pools.app, loginScope, (trx) => findGrantIds(trx, hashes, alive))
    for (const { session, send, end } of looked) {
      const held = found.get(session.token_hash.toString('hex'))
      if (held === session.grant_ids) continue
      // With other rights the page opens another stream by itself.
      if (held === undefined) send('ended', {})
      end()
    }
  }

  let checking = false
  const checkTimer = setInterval(() => {
    if (checking) return
    checking = true
    // The database is gone for a moment: what became of the sessions is known when it is back.
    check()
      .catch(() => {})
      .finally(() => {
        checking = false
      })
  }, CHECK_EVERY_MS)
  const sayHere = () => {
    for (const { send } of streams) send('here', {})
  }
  const hereTimer = setInterval(sayHere, HERE_EVERY_MS)
  for (const timer of [checkTimer, hereTimer]) timer.unref()
  app.decorate('checkStreams', async () => {
    await check()
    sayHere()
  })
  // Before the server waits for its connections to end, which these would not do by themselves.
  app.addHook('preClose', () => {
    for (const timer of [checkTimer, hereTimer]) clearInterval(timer)
    for (const { end } of [...streams]) end()
  })

  app.get(
    '/api/v1/changes',
    { config: { access: { roles }, background: true }, exposeHeadRoute: false },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { account_id, units } = scope
      const session = request.session ?? fail('login_required')
      if ([...streams].filter((stream) => stream.session.account_id === account_id).length >= STREAMS_PER_ACCOUNT) {
        throw new ApiError('too_many_requests', undefined, undefined, { retryAfter: 60 })
      }
      const body = new PassThrough()
      const send: Stream['send'] = (event, data) => {
        // A reader that takes nothing in any more comes back by itself; what waits for it must not grow.
        if (body.writableLength > MOST_UNREAD) body.destroy()
        else if (!body.writableEnded) body.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      }
      const stopFollowing = changes.follow({
        units: units === 'all' ? 'all' : new Set(units),
        live: liveUnits(scope),
        push: (changed) => send('change', { units: changed?.map(String) ?? null }),
      })
      const stream: Stream = { session, send, end: () => body.end() }
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
    },
  )
}
