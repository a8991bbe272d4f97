/**
 * Keeps the whole tablet page on the device and trusts no network: each file is compared with its hash when it arrives and
 * again before it is shown. A version changes only when the page says so, or when no page of ours runs.
 */

export interface PageFile {
  url: string
  /** SHA-256 of the content, hex. */
  hash: string
  type: string
}

declare const self: ServiceWorkerGlobalScope & { __FILES__: readonly PageFile[]; __REPAIR_PAGE__: string }

const CACHE = 'hai-long-page'
/** The largest file, 28 kB on the wire, over a line of 10 kbit/s. */
const FETCH_MS = 30_000
/** All else that an answer says about itself comes from the network and could break the page, such as `refresh`. */
const KEPT_HEADERS =
  /^(content-security-policy|cross-origin-.*|origin-agent-cluster|permissions-policy|referrer-policy)$/

const files = new Map(self.__FILES__.map((file) => [new URL(file.url, self.location.href).href, file]))
/** Without these there is no page; a font, a picture or a voice may be missing. The page itself comes first. */
const shell = [...files.values()]
  .filter(({ url }) => /\.(html|js|css)$/.test(url))
  .sort((a, b) => Number(b.url === 'index.html') - Number(a.url === 'index.html'))

/** Two versions of one address are two entries, so that an update that fails leaves the version in use whole. */
const keyOf = ({ url, hash }: PageFile) => new URL(`${url}?${hash}`, self.location.href).href

async function hashOf(body: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The file as it is kept; undefined when it is missing or its content is not that of this version. */
async function findKept(file: PageFile): Promise<Response | undefined> {
  const kept = await (await caches.open(CACHE)).match(keyOf(file))
  return kept && (await hashOf(await kept.clone().arrayBuffer())) === file.hash ? kept : undefined
}

/** Fetches the file around the browser's cache. Throws unless its content is that of this version, whatever the status. */
async function download(file: PageFile): Promise<Response> {
  const answer = await fetch(file.url, { cache: 'reload', signal: AbortSignal.timeout(FETCH_MS) })
  const body = await answer.arrayBuffer()
  if ((await hashOf(body)) !== file.hash) throw new Error(`${file.url} is not the file of this version`)
  const headers = new Headers([...answer.headers].filter(([name]) => KEPT_HEADERS.test(name)))
  headers.set('content-type', file.type)
  return new Response(body, { headers })
}

const save = async (file: PageFile, whole: Response) => (await caches.open(CACHE)).put(keyOf(file), whole)

/** The file from the device, or from the network where what is kept is not whole. Throws when neither has it. */
async function serve(file: PageFile): Promise<Response> {
  const kept = await findKept(file).catch(() => undefined)
  if (kept) return kept
  const fresh = await download(file)
  // A full disk does not keep the page from showing.
  await save(file, fresh.clone()).catch(() => {})
  return fresh
}

/** The page, or one that asks for a network and tries again by itself. The queue is in IndexedDB and is not touched. */
async function servePage(): Promise<Response> {
  try {
    const [page] = await Promise.all(shell.map(serve))
    return page as Response
  } catch {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    }
    return new Response(self.__REPAIR_PAGE__, { status: 503, headers })
  }
}

/** Only the page that owns the queue can have a visit (`ownQueue()` in `terminal-ui/main.tsx`). A page that is not ours holds no lock. */
async function isPageRunning(): Promise<boolean> {
  const { held = [] } = await self.navigator.locks.query()
  return held.some(({ name }) => name === 'hai-long-queue')
}

/** All files or none: an error here leaves the version in use in charge, and the next look for an update tries again. */
async function install(): Promise<void> {
  for (const file of files.values()) {
    if (!(await findKept(file))) await save(file, await download(file))
  }
  // What is open is a page that is not ours, or nothing: nobody there could say "activate".
  if (!(await isPageRunning())) void self.skipWaiting()
}

async function activate(): Promise<void> {
  // A page that was never reloaded would otherwise stay without a worker, and its first update would not wait.
  await self.clients.claim()
  if (!(await isPageRunning())) {
    for (const client of await self.clients.matchAll({ type: 'window' })) {
      // Not awaited: the page is asked for once this worker is active.
      client.navigate(self.registration.scope).catch(() => {})
    }
  }
  const keys = new Set([...files.values()].map(keyOf))
  const cache = await caches.open(CACHE)
  for (const { url } of await cache.keys()) if (!keys.has(url)) await cache.delete(url)
  // Versions before this one kept whatever was answered.
  for (const name of await caches.keys()) if (name.startsWith('workbox-')) await caches.delete(name)
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting()
})
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request
  if (method !== 'GET') return
  // Every page of the scope is the one page; what is not in the list, such as the API, goes to the network untouched.
  const file = files.get(url)
  if (mode === 'navigate') event.respondWith(servePage())
  else if (file) event.respondWith(serve(file))
})
