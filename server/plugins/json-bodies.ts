/** JSON is the only language bodies may speak; anything else is 415, and an attempt to reach a prototype is no JSON. */
import { ApiError } from '../errors.ts'
import type { App } from '../services.ts'

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

  // After validation, so that the body has the few levels of its schema. Tablets are spared: what they send was said by
  // a citizen and is cleaned, not refused.
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.routeOptions.config.access === 'terminal') return done()
    const path = findUnstorable(request.body, '')
    if (path === null) done()
    else done(new ApiError('invalid_body', [{ path, problem: 'has a character that cannot be stored' }]))
  })
}

/** The JSON pointer of a text with NUL or half a surrogate pair, which PostgreSQL takes neither as text nor in jsonb. */
function findUnstorable(value: unknown, path: string): string | null {
  if (typeof value === 'string') return value.includes('\0') || /\p{Surrogate}/u.test(value) ? path : null
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    const found = findUnstorable(part, `${path}/${key}`)
    if (found !== null) return found
  }
  return null
}
