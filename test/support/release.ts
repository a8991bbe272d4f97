/** The built tablet in a folder of a test's own: newer versions of it, and the worker of versions that checked nothing. */
import { createHash } from 'node:crypto'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from './browser.ts'

export class Release {
  readonly pagesDir: string
  readonly #page: string
  readonly #worker: string

  /** Copies the build into `pagesDir`, which the server is then given. */
  constructor(pagesDir: string) {
    this.pagesDir = pagesDir
    cpSync(join(root, 'dist', 'terminal'), join(pagesDir, 'terminal'), { recursive: true })
    this.#page = readFileSync(this.#file('index.html'), 'utf8')
    this.#worker = readFileSync(this.#file('sw.js'), 'utf8')
    // The server would go on sending the compressed ones of before.
    for (const name of ['index.html', 'sw.js']) {
      for (const ending of ['.br', '.gz']) rmSync(this.#file(name) + ending)
    }
  }

  #file(name: string): string {
    return join(this.pagesDir, 'terminal', name)
  }

  /** A newer version: `data-build` of its page says `name`. */
  deploy(name: string): void {
    const hash = this.#writePage(name)
    const worker = this.#worker.replace(/(url:"index\.html",hash:")[0-9a-f]{64}/, `$1${hash}`)
    if (worker === this.#worker) throw new Error('the worker lists no index.html with a hash')
    writeFileSync(this.#file('sw.js'), worker)
  }

  /** The same with the worker that tablets had up to 3 December 2026. */
  deployUnchecked(name: string): void {
    const hash = this.#writePage(name)
    const files = this.files.map(({ url }) => ({ url, revision: url === 'index.html' ? hash.slice(0, 12) : null }))
    const worker = readFileSync(join(root, 'test/fixtures/workers/unchecked.js'), 'utf8')
    writeFileSync(this.#file('sw.js'), worker.replace('self.__WB_MANIFEST', JSON.stringify(files)))
  }

  /** What the worker of the build lists. */
  get files(): { url: string; hash: string }[] {
    return [...this.#worker.matchAll(/url:"([^"]+)",hash:"([0-9a-f]{64})"/g)].map(([, url = '', hash = '']) => ({
      url,
      hash,
    }))
  }

  #writePage(name: string): string {
    const page = this.#page.replace('<html ', `<html data-build="${name}" `)
    writeFileSync(this.#file('index.html'), page)
    return createHash('sha256').update(page).digest('hex')
  }
}

/** Has the browser look for a newer worker; resolves when what it found is installed or given up. True when one waits. */
export const lookForUpdate = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/terminal/')
    await registration?.update().catch(() => {})
    const { installing } = registration ?? {}
    if (installing) {
      await new Promise<void>((resolve) => {
        const look = () => installing.state !== 'installing' && resolve()
        installing.addEventListener('statechange', look)
        look()
      })
    }
    return registration?.waiting?.state === 'installed'
  })
