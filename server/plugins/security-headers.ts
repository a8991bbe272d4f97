/** Headers that tell browsers what these pages never do: foreign scripts, frames, plain http, caching of answers. */
import type { App, Services } from '../services.ts'

const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  // blob: a recording is listened to before it is sent.
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
  // Text never becomes script or markup: every such place throws, in code of ours and of libraries.
  "require-trusted-types-for 'script'",
].join(';')
/** The staff pages make no exception. The tablet names one script itself: its service worker. */
const staffTypes = `${contentSecurityPolicy};trusted-types 'none'`
const tabletTypes = `${contentSecurityPolicy};trusted-types hai-long`
/** An answer of the API is no page: opened as one it loads nothing, runs nothing and has no origin. */
const answerPolicy = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none';sandbox"

/** The same for every answer, so they are made once: putting them together anew cost a tenth of a rating. */
export function securityHeaders(https: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': staffTypes,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    // Over plain http (a box being set up, a demonstration) this would lock people out once https goes away.
    ...(https && { 'strict-transport-security': 'max-age=31536000' }),
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'DENY',
    'x-permitted-cross-domain-policies': 'none',
    // Old browsers' own filter did more harm than good.
    'x-xss-protection': '0',
  }
}

export function registerSecurityHeaders(app: App, { config }: Services): void {
  const ofPages = securityHeaders(config.tls !== null || config.publicUrl?.startsWith('https:') === true)
  const ofAnswers = { ...ofPages, 'content-security-policy': answerPolicy, 'cache-control': 'no-store' }
  const ofTablets = { ...ofPages, 'content-security-policy': tabletTypes }
  // The staff pages record voices; a tablet never listens.
  const ofStaffPages = {
    ...ofPages,
    'permissions-policy': 'camera=(), microphone=(self), geolocation=(), payment=(), usb=()',
  }
  app.addHook('onRequest', (request, reply, done) => {
    const isTablet = request.url.startsWith('/terminal')
    reply.headers(request.url.startsWith('/api/') ? ofAnswers : isTablet ? ofTablets : ofStaffPages)
    done()
  })
}
