/** A browser with a profile on the disk, which can be stopped, killed as a power cut would, and opened again. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { type Complaints, eventually, launchOptions, type Teardown, watch } from './browser.ts'

interface Options {
  /** Where the profile lies; a fresh folder when not given. It is not removed then. */
  dir?: string
  /** More switches for the browser. */
  args?: readonly string[]
}

export class Profile {
  readonly complaints: Complaints[] = []
  readonly dir: string
  readonly #args: readonly string[]
  #context: BrowserContext | null = null

  constructor(t: Teardown, { dir, args = [] }: Options = {}) {
    this.#args = args
    this.dir = dir ?? mkdtempSync(join(process.env.TEST_RUN_DIR ?? tmpdir(), 'profile-'))
    mkdirSync(this.dir, { recursive: true })
    t.teardown(async () => {
      await this.close()
      if (!dir) rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    })
  }

  /** Opens it; with `hasTouch` fingers can touch it. */
  async open({ hasTouch = false } = {}): Promise<BrowserContext> {
    // Left behind by a killed browser; with it the next one would believe that the profile is in use.
    rmSync(join(this.dir, 'SingletonLock'), { force: true })
    const options = await launchOptions()
    this.#context = await chromium.launchPersistentContext(this.dir, {
      ...options,
      args: [...options.args, ...this.#args],
      locale: 'vi-VN',
      timezoneId: 'Asia/Ho_Chi_Minh',
      viewport: { width: 1280, height: 800 },
      hasTouch,
    })
    this.complaints.push(await watch(this.#context))
    return this.#context
  }

  /** Ends the browser in good order. */
  async close(): Promise<void> {
    await this.#context?.close()
    this.#context = null
  }

  /** SIGKILL to every process of this browser, all at once. */
  async kill(): Promise<void> {
    const all = this.#processes()
    if (all.length === 0) throw new Error('no browser process was found to kill')
    send(all, 'SIGKILL')
    await eventually('the browser is gone', () => this.#processes().length === 0)
    this.#context = null
  }

  /** Nothing of this browser runs on, as in the moment of a power cut. Only `kill()` may follow. */
  stop(): void {
    send(this.#processes(), 'SIGSTOP')
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
        known.set(Number(name), { parent: Number(parent), command: commandOf(Number(name)) })
      } catch {
        // Ended while we were looking.
      }
    }
    const found = new Set([...known].filter(([, { command }]) => command.includes(this.dir)).map(([pid]) => pid))
    for (let before = 0; before !== found.size; ) {
      before = found.size
      for (const [pid, { parent }] of known) if (found.has(parent)) found.add(pid)
    }
    return [...found]
  }
}

const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8')

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // Ended with its parent a moment ago.
    }
  }
}
