/**
 * A real Chromium for the tests: the one of the npm package, the same on every machine; another one only where CHROMIUM_PATH
 * names it.
 */
import { spawn } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface Chromium {
  readonly executablePath: string
  /** Environment it must be started with, beside our own. */
  readonly env: Readonly<Record<string, string>>
  /** Where it was found, for people. */
  readonly origin: 'CHROMIUM_PATH' | '@sparticuz/chromium'
}

/** What may be closed or removed when a test ends: tap's `Test`, or a script's own list. */
export interface Teardown {
  teardown(work: () => unknown): unknown
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Throws when CHROMIUM_PATH is set to something that cannot be run: a wrong setting must not be passed over. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<Chromium> {
  const wanted = env.CHROMIUM_PATH
  if (wanted) {
    if (!isExecutable(wanted)) throw new Error(`CHROMIUM_PATH ${wanted} is no program`)
    return { executablePath: wanted, env: {}, origin: 'CHROMIUM_PATH' }
  }
  return unpackChromium()
}

/**
 * The package's own file names only folders of the platform it was made for. Without any font Chromium ends with SIGSEGV as
 * soon as it paints text before a web font has arrived. `relative`: to the folder of this file.
 */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir prefix="xdg">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="same"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`

/**
 * Unpacks the package's Chromium with the libraries it needs, once per checkout. The package itself writes to fixed
 * names in the temporary folder, half-written files included: two test files at once, or a stranger's file there, would
 * be run. So it works in a folder of its own, which gets its final name when it is complete.
 */
export async function unpackChromium(): Promise<Chromium> {
  const main = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const home = dirname(dirname(main))
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const modules = dirname(dirname(home))
  const folder = join(modules, `.chromium-${version}-fonts`)
  if (!existsSync(folder)) {
    const draft = mkdtempSync(`${folder}-`)
    try {
      // The variable is the package's own switch for unpacking the libraries that minimal systems lack.
      await run(
        `const { default: chromium } = await import(${JSON.stringify(main)}); chromium.setGraphicsMode = false; await chromium.executablePath()`,
        { ...process.env, TMPDIR: draft, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
      )
      writeFileSync(join(draft, 'fonts', 'fonts.conf'), fontsConf)
      chmodSync(draft, 0o755)
      renameSync(draft, folder)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      // Another test file was faster; its folder is as good.
      if (!existsSync(folder)) throw error
    }
  }
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts', 'fonts.conf') },
    origin: '@sparticuz/chromium',
  }
}

function run(script: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`unpacking Chromium ended with ${code}`))))
  })
}

/** Keeps a headless Chromium from calling anybody but our own server, and lets root start it. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

export async function launchOptions() {
  const { executablePath, env } = await findChromium()
  return { executablePath, args: flags, env: { ...process.env, ...env, LANGUAGE: 'vi' } as Record<string, string> }
}

/** One browser for a whole test file, closed in teardown. */
export async function launchBrowser(t: Teardown): Promise<Browser> {
  const browser = await chromium.launch(await launchOptions())
  t.teardown(() => browser.close())
  return browser
}

/** What went wrong in a context's pages without any test asking: script errors, refused contents, failed promises. */
export type Complaints = string[]

/**
 * A context whose pages are watched. A request that fails shows in the console too; it is left out, because tests
 * take servers away on purpose.
 */
export async function newContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; complaints: Complaints }> {
  const context = await browser.newContext({ locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh', ...options })
  return { context, complaints: await watch(context) }
}

export async function watch(context: BrowserContext): Promise<Complaints> {
  const complaints: Complaints = []
  // tsx names every function it compiles through this helper, also in those that are sent to the page.
  await context.addInitScript('globalThis.__name = (named) => named')
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
  await context.addInitScript(noteShifts)
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('console', (message) => {
    const about = message.text()
    if (['error', 'warning'].includes(message.type()) && !about.startsWith('Failed to load resource')) {
      complaints.push(`${message.type()}: ${about}`)
    }
  })
  return complaints
}

/** Whatever moved by itself since the page was loaded. */
function noteShifts(): void {
  const shifts: { value: number; what: string }[] = []
  Object.assign(window, { shifts })
  type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] }
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      const node = sources[0]?.node
      const moved = node instanceof Element ? node.outerHTML.slice(0, 100) : String(node?.nodeName)
      if (!hadRecentInput) shifts.push({ value, what: `${value.toFixed(3)}: ${moved}` })
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

/** How far contents moved under the reader's eyes since the page was loaded (all shifts added up), and the first that did. */
export async function layoutShift(page: Page): Promise<{ sum: number; moved: string[] }> {
  const shifts = await page.evaluate(() => (window as unknown as { shifts: { value: number; what: string }[] }).shifts)
  return { sum: shifts.reduce((sum, { value }) => sum + value, 0), moved: shifts.slice(0, 5).map(({ what }) => what) }
}

/** From now on the pages of this context live `ms` later than the machine; a page may set `shifted.ms` anew. */
export async function shiftClock(context: BrowserContext, ms: number): Promise<void> {
  await context.addInitScript((ms) => {
    const shifted = { ms }
    const Right = Date
    class Shifted extends Right {
      constructor(...parts: unknown[]) {
        super(...((parts.length > 0 ? parts : [Right.now() + shifted.ms]) as [number]))
      }
      static override now() {
        return Right.now() + shifted.ms
      }
    }
    Object.assign(window, { Date: Shifted, shifted })
  }, ms)
}

/** Polls until `ask` gives something true, in Node's time; fails with `what` after `timeoutMs`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await ask()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What makes the page move sideways, and what sticks out of the card or panel it belongs to. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const wide = document.documentElement.scrollWidth > width || document.body.scrollWidth > width
    const frames = [document.body, ...document.querySelectorAll('.card, .panel')]
    const out = frames.flatMap((frame) => {
      const edge = Math.min(width, frame.getBoundingClientRect().right) + 1
      return [...frame.querySelectorAll('*')].flatMap((node) => {
        // What scrolls within itself may be as wide as it likes, and what only screen readers see takes no room.
        if (node.closest('.scroll, nav, .sr, .skip, svg')) return []
        const { right } = node.getBoundingClientRect()
        return right > edge ? [{ node, by: Math.ceil(right - edge) }] : []
      })
    })
    const named = out.slice(0, 5).map(({ node, by }) => `sticks out by ${by}: ${node.outerHTML.slice(0, 120)}`)
    return wide ? [`${document.documentElement.scrollWidth} > ${width}`, ...named] : named
  })
}

/** Root of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
