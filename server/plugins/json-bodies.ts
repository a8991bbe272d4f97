/** Bodies are JSON, anything else is 415; an attempt to reach a prototype is no JSON, and texts hold only what can be stored. */
import { isFit } from '../contract/text.ts'
import { ApiError } from '../errors.ts'
import type { App } from '../services.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route cleans the texts of its body itself. Else a text that cannot be stored is refused before the handler. */
    cleansTexts?: boolean
  }
}

export function registerJsonBodies(app: App): void {
  app.removeAllContentTypeParsers()
  // 'error' for __proto__ and constructor.prototype. The parse and the scan are iterative: 50,000 levels deep is fine.
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    // DELETE and POST without content often carry the header all the same; the route's schema says if that will do.
    if (text === '') return done(null, undefined)
    return parse(request, text as string, (error, body) =>
      error ? done(new ApiError('invalid_json')) : done(null, body),
    )
  })

  // After validation, so that the body has the few levels of its schema. A query is compared and never stored.
  app.addHook('preHandler', (request, _reply, done) => {
    // What tablets send is cleaned, not refused: a rating was said by a citizen, and a heartbeat has to arrive. So are
    // lines for the wall, which are pasted out of other programs.
    const path = request.routeOptions.config.cleansTexts ? null : findUnfit(request.body, '')
    if (path === null) done()
    else done(new ApiError('invalid_body', [{ path, problem }]))
  })
}

const problem = 'has a character that cannot be stored, or too many marks on a letter'

/** The JSON pointer of a text that may not be stored, a key included; null = all may. */
function findUnfit(value: unknown, path: string): string | null {
  if (typeof value === 'string') return isFit(value) ? null : path
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    const found = isFit(key) ? findUnfit(part, `${path}/${key}`) : path
    if (found !== null) return found
  }
  return null
}
