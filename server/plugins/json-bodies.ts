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
}
