/** A browser with a profile on the disk, which can be killed as a power cut would and opened again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { type Complaints, eventually, launchOptions, type Teardown, watch } from './browser.ts'

export class Profile {
  readonly complaints: Complaints[] = []
  readonly #dir: string
  #context: BrowserContext | null = null

  constructor(t: Teardown) {
    this.#dir = mkdtempSync(join(process.env.TEST_RUN_DIR ?? tmpdir(), 'profile-'))
    t.teardown(async () => {
      await this.#context?.close()
      rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    })
  }

  /** Opens it; with `hasTouch` fingers can touch it. */
  async open({ hasTouch = false } = {}): Promise<BrowserContext> {
    // Left behind by a killed browser; with it the next one would believe that the profile is in use.
    rmSync(join(this.#dir, 'SingletonLock'), { force: true })
    this.#context = await chromium.launchPersistentContext(this.#dir, {
      ...(await launchOptions()),
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
      viewport: { width: 1280, height: 800 },
      hasTouch,
    })
    this.complaints.push(await watch(this.#context))
    return this.#context
  }

  /** SIGKILL to every process of this browser, all at once. */
  async kill(): Promise<void> {
    const all = this.#processes()
    if (all.length === 0) throw new Error('no browser process was found to kill')
    for (const pid of all) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Ended with its parent a moment ago.
      }
    }
    await eventually('the browser is gone', () => this.#processes().length === 0)
    this.#context = null
  }

  /** The browser of this profile and all its children. */
  #processes(): number[] {
    const known = new Map<number, { parent: number; command: string }>()
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (state === 'Z') continue
        known.set(Number(name), { parent: Number(parent), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') })
      } catch {
        // Ended while we were looking.
      }
    }
    const found = new Set([...known].filter(([, { command }]) => command.includes(this.#dir)).map(([pid]) => pid))
    for (let before = 0; before !== found.size; ) {
      before = found.size
      for (const [pid, { parent }] of known) if (found.has(parent)) found.add(pid)
    }
    return [...found]
  }
}
