/** The built pages: the tablet under /terminal/, the dashboards everywhere else. Made by `npm run build` into `pagesDir`. */
import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { noSuchRoute } from '../plugins/error-handling.ts'
import type { App, Services } from '../services.ts'

export async function staticRoutes(app: App, { config }: Services): Promise<void> {
  const terminalDir = join(config.pagesDir, 'terminal')
  const dashboardsDir = join(config.pagesDir, 'dashboards')

  await app.register(fastifyStatic, {
    serve: false,
    root: config.pagesDir,
    preCompressed: true,
    // Ours are set below; the plugin's would let a browser keep index.html for a while.
    cacheControl: false,
    dotfiles: 'deny',
    index: false,
    // Version 10 hands the reply here, not the raw response.
    setHeaders: (reply, path) => reply.header('cache-control', cacheRuleOf(path)),
    suppressWarning: true,
  })

  const page = { config: { access: 'public' as const }, schema: { hide: true } }
  app.get('/terminal', page, (_request, reply) => reply.redirect('/terminal/'))
  app.get('/terminal/*', page, (request, reply) => sendPage(request, reply, terminalDir))
  // The public board is a page of its own: light, without a log-in, and found by search engines.
  app.get('/board', page, (_request, reply) => reply.redirect('/board/'))
  app.get('/board/*', page, (_request, reply) => sendBoard(reply))
  app.get('/*', page, (request, reply) => {
    // A path of the API that no route took: its 404 or 405 is JSON, never a page.
    if (/^\/api(\/|$)/.test(pathOf(request))) throw noSuchRoute(app, request)
    return sendPage(request, reply, dashboardsDir)
  })

  /** Files by their name; a path without an extension is a page of the app, which finds its own way. */
  function sendPage(request: FastifyRequest, reply: FastifyReply, folder: string): FastifyReply {
    const file = (request.params as { '*': string })['*']
    if (extname(file) !== '') return reply.sendFile(file, folder)
    return sendHtml(reply, 'index.html', folder)
  }

  function sendBoard(reply: FastifyReply): FastifyReply {
    return sendHtml(reply, 'board.html', dashboardsDir)
  }

  function sendHtml(reply: FastifyReply, name: string, folder: string): FastifyReply {
    if (existsSync(join(folder, name))) return reply.sendFile(name, folder)
    return reply
      .code(503)
      .header('retry-after', '10')
      .type('text/plain; charset=utf-8')
      .send('The pages are not built yet. Run: npm run build\n')
  }
}

/** Names under assets/ carry a hash of their content; everything else may change under the same name. */
function cacheRuleOf(path: string): string {
  const rule = path.replaceAll('\\', '/').includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  // A proxy that rewrites a page changes its hash, and the tablet's service worker refuses it.
  return `${rule}, no-transform`
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? ''
}
