/** /clips/:sha256: a recorded sentence by the hash of its content, for the tablets that say it and for staff who listen to it. */
import { type Static, Type } from 'typebox'
import { Closed } from '../contract/common.ts'
import { fail } from '../errors.ts'
import { isKnown } from '../plugins/etag.ts'
import { withScope } from '../queries/database.ts'
import { findClipForUnit } from '../queries/terminal-access.ts'
import { findClip } from '../queries/voices.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { rosterReaders } from './roster.ts'

const ClipParams = Closed({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) })
type ClipParams = Static<typeof ClipParams>

export async function clipsRoutes(app: App, { pools }: Services): Promise<void> {
  app.get(
    '/api/v1/clips/:sha256',
    { config: { access: { roles: rosterReaders, terminals: true } }, schema: { params: ClipParams } },
    async (request, reply) => {
      const { sha256 } = request.params as ClipParams
      const hash = Buffer.from(sha256, 'hex')
      const found = request.terminal
        ? await findClipForUnit(pools.ingest, request.terminal.unit_id, hash)
        : await withScope(pools.app, staffOf(request).scope, (trx) => findClip(trx, hash))
      if (!found) fail('not_found')
      // The name is the content, so it never changes; `private`, because not everybody may have it.
      reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .header('etag', `"${sha256}"`)
        .header('accept-ranges', 'bytes')
        // Opened by itself it is saved, not shown; players and scripts of our pages do not look at this.
        .header('content-disposition', 'attachment')
        .type(found.media_type)
      if (isKnown(request.headers['if-none-match'], `"${sha256}"`)) return reply.code(304).send()
      const range = readRange(request.headers.range, found.content.length)
      if (range === null) return reply.send(found.content)
      // Players of phones ask for a part first, and give up when they get the whole.
      return reply
        .code(206)
        .header('content-range', `bytes ${range.from}-${range.to}/${found.content.length}`)
        .send(found.content.subarray(range.from, range.to + 1))
    },
  )
}

/** One range of bytes, both ends inclusive; null for none, several or an impossible one: then the whole is sent. */
function readRange(header: string | undefined, size: number): { from: number; to: number } | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const range =
    from === ''
      ? { from: Math.max(0, size - Number(to)), to: size - 1 }
      : { from: Number(from), to: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
  return range.from <= range.to && range.from < size ? range : null
}
