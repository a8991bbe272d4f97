/** The built pages: who gets which, how long a browser may keep them, and nothing beside them. */
import { writeFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import t from 'tap'
import { startTestApp } from '../support/app.ts'

const api = await startTestApp(t)
const shared = { db: api.db, clock: api.clock, keys: api.keys, pools: api.pools }

t.test('the pages: tablet and dashboards, hashed names kept for a year, everything else asked for again', async (t) => {
  const html = (name: string) => `<!doctype html><title>${name}</title>`
  const script = 'console.log(1)\n'.repeat(50)
  const pagesDir = t.testdir({
    terminal: {
      'index.html': html('tablet'),
      'sw.js': 'self',
      'manifest.webmanifest': '{}',
      assets: { 'a-12345678.js': script },
    },
    dashboards: { 'index.html': html('staff'), 'icon.svg': '<svg/>', assets: { 'b-12345678.css': 'b{}' } },
    server: { 'start.js': 'secret code' },
    'build.json': '{}',
  })
  writeFileSync(`${pagesDir}/terminal/assets/a-12345678.js.br`, brotliCompressSync(script))
  const own = await startTestApp(t, { ...shared, config: { pagesDir } })
  const get = (url: string, headers: Record<string, string> = {}) => own.app.inject({ url, headers })

  for (const url of ['/', '/login', '/units/5', '/units/5?from=2026-01-01', '/setup']) {
    const page = await get(url)
    t.match(page, { statusCode: 200, body: html('staff') }, url)
    t.match(page.headers, { 'cache-control': 'no-cache, no-transform', 'content-type': /^text\/html/ }, url)
    t.ok(page.headers['content-security-policy'], url)
  }
  t.match(await get('/terminal'), { statusCode: 302, headers: { location: '/terminal/' } })
  t.equal((await get('/terminal/')).body, html('tablet'))
  t.equal((await get('/terminal/index.html')).headers['cache-control'], 'no-cache, no-transform')
  t.match(await get('/terminal/sw.js'), {
    statusCode: 200,
    headers: { 'cache-control': 'no-cache, no-transform', 'content-type': /javascript/ },
  })
  t.match((await get('/terminal/manifest.webmanifest')).headers, { 'cache-control': 'no-cache, no-transform' })
  t.match((await get('/icon.svg')).headers, { 'content-type': /svg/, 'cache-control': 'no-cache, no-transform' })
  const forever = { 'cache-control': 'public, max-age=31536000, immutable, no-transform' }
  t.match((await get('/assets/b-12345678.css')).headers, forever)
  const plain = await get('/terminal/assets/a-12345678.js')
  t.match(plain.headers, forever)
  const small = await get('/terminal/assets/a-12345678.js', { 'accept-encoding': 'br' })
  t.match(small.headers, { ...forever, 'content-encoding': 'br', 'content-type': /javascript/ })
  t.ok(small.rawPayload.length < plain.rawPayload.length)
  t.equal((await get('/', { 'if-none-match': String((await get('/')).headers.etag) })).statusCode, 304)

  for (const url of ['/assets/missing.js', '/terminal/assets/missing.js', '/favicon.ico']) {
    t.match((await get(url)).json(), { error: { code: 'not_found' } }, url)
  }
  for (const url of [
    '/server/start.js',
    '/../server/start.js',
    '/%2e%2e/server/start.js',
    '/..%2fserver%2fstart.js',
    '/terminal/..%2f..%2fbuild.json',
    '//server/start.js',
    '/assets/..%5c..%5cbuild.json',
    '/build.json',
  ]) {
    const reply = await get(url)
    t.equal(reply.statusCode, 404, url)
    t.notOk(reply.body.includes('secret code'), url)
  }
  t.equal((await own.app.inject({ method: 'HEAD', url: '/' })).statusCode, 200)
  t.equal((await own.app.inject({ method: 'POST', url: '/' })).statusCode, 404)
})

t.test('without a build the pages say what to do, and the API works', async (t) => {
  const own = await startTestApp(t, { ...shared, config: { pagesDir: '/nowhere/at/all' } })
  for (const url of ['/', '/terminal/', '/units/1']) {
    const page = await own.app.inject({ url })
    t.match(page, { statusCode: 503, headers: { 'content-type': /^text\/plain/ }, body: /npm run build/ }, url)
  }
  t.equal((await own.stranger.get('/api/v1/health/live')).status, 200)
})
