/**
 * Answers that stand: what was just worked out for one reader is given to the next with the same reach, until something is
 * heard to have changed. A province's report costs as much as a thousand ratings, and everybody who follows the same page
 * asks for it in the same second.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { liveUnits, reachOf } from '../domain/access.ts'
import { localDay } from '../domain/time.ts'
import { type App, type Services, type Staff, staffOf } from '../services.ts'
import { tagOf } from './etag.ts'

/** What nobody tells of: a tablet that falls silent, a correction that only waits. */
const STANDS_MS = 10_000
const MOST_CHARACTERS = 8_000_000

interface Words {
  readonly payload: string
  readonly etag: string
}

interface Standing {
  /** Of the data that it was made from. */
  readonly version: string
  readonly made: number
  /** Null: it came to nothing, and whoever waited for it asks for themself. */
  readonly words: Promise<Words | null>
  readonly settle: (words: Words | null) => void
  characters: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer follows from the address, the reader's reach and the data alone. GET only. */
    stands?: true
  }
  interface FastifyRequest {
    /** The answer that this request is making for others as well; else null. */
    makes: { readonly key: string; readonly standing: Standing } | null
  }
}

/** Does nothing while no change could be heard. Behind the ETags, which it brings along. */
export function registerStandingAnswers(app: App, { changes, clock }: Services): void {
  const standing = new Map<string, Standing>()
  let characters = 0
  let deeds = 0
  app.decorateRequest('makes', null)

  /** By the clock that answers are computed by: silent tablets are. One that was set back makes an answer old as well. */
  const ageOf = ({ made }: Standing) => Math.abs(clock.now() - made)

  function drop(key: string): void {
    characters -= standing.get(key)?.characters ?? 0
    standing.delete(key)
  }

  /**
   * Of what this reader may hear of: by an answer that is made anew with every rating, an officer would know that the citizen
   * before them has rated. Null: what is known now may be old already.
   */
  function version({ scope }: Staff): string | null {
    const units = scope.units === 'all' ? scope.units : new Set(scope.units)
    const heard = changes.heard({ units, live: liveUnits(scope) })
    return heard === null ? null : `${heard} ${deeds} ${localDay(clock.now())}`
  }

  app.addHook('preHandler', async (request, reply) => {
    if (!request.routeOptions.config.stands || request.method !== 'GET') return
    const staff = staffOf(request)
    const now = version(staff)
    if (now === null) return
    const key = `${reachOf(staff.scope)} ${request.url}`
    const known = standing.get(key)
    const anew = request.headers['cache-control']?.includes('no-cache')
    if (!anew && known?.version === now && ageOf(known) < STANDS_MS) {
      const words = await known.words
      if (words) return giveAgain(reply, words, ageOf(known))
    }
    begin(request, key, now)
  })

  function begin(request: FastifyRequest, key: string, version: string): void {
    let settle: Standing['settle'] = () => {}
    const words = new Promise<Words | null>((resolve) => {
      settle = resolve
    })
    drop(key)
    const made = { version, made: clock.now(), words, settle, characters: 0 }
    standing.set(key, made)
    request.makes = { key, standing: made }
  }

  app.addHook('onSend', (request, reply, payload, done) => {
    const { makes } = request
    if (makes && reply.statusCode === 200 && typeof payload === 'string') keep(makes, payload, reply)
    // Before the answer is out: whoever did something sees it when they ask next.
    if (request.staff && request.method !== 'GET' && reply.statusCode < 400) deeds += 1
    done(null, payload)
  })

  function keep({ key, standing: made }: NonNullable<FastifyRequest['makes']>, payload: string, reply: FastifyReply) {
    const etag = tagOf(payload)
    reply.header('etag', etag)
    made.settle({ payload, etag })
    if (standing.get(key) !== made) return
    made.characters = payload.length
    characters += payload.length
    for (const oldest of standing.keys()) {
      if (characters <= MOST_CHARACTERS) break
      drop(oldest)
    }
  }

  // Whatever became of it: refused, failed, or given up by its reader.
  app.addHook('onResponse', (request, _reply, done) => {
    const { makes } = request
    makes?.standing.settle(null)
    if (makes && makes.standing.characters === 0 && standing.get(makes.key) === makes.standing) drop(makes.key)
    done()
  })
}

function giveAgain(reply: FastifyReply, { payload, etag }: Words, age_ms: number): FastifyReply {
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('etag', etag)
    .header('age', Math.floor(age_ms / 1000))
    .send(payload)
}
