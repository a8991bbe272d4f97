/**
 * `npm run lighthouse`: every page of the demonstration as Lighthouse judges it, written into docs/benchmarks.md. `--only
 * PATTERN` looks at the pages whose names fit and writes nothing. Lighthouse is fetched into .cache, for it is no part of the
 * product; fails when a score is below 95.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium, launchOptions, root } from '../support/browser.ts'
import { type Demo, startDemo } from '../support/demo-process.ts'

/** The newest that Node.js 20 runs and `npm ci` installs. */
const VERSION = '12.2.3'
const LEAST = 95
const { values } = parseArgs({ options: { only: { type: 'string' } } })

interface Place {
  role: string
  address: string
  /** Whose first screen is a telephone: measured as one, on a slow line and a processor slowed down four times. */
  phone?: boolean
  seo?: boolean
}

const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
interface Judged {
  categories: Partial<Record<(typeof categories)[number], { score: number | null }>>
  runtimeError?: { code: string }
  audits: Record<string, { score: number | null; title: string; numericValue?: number; displayValue?: string }>
}

/** Lighthouse in a folder of its own: neither the product nor its lock file knows it. */
function fetchLighthouse(): string {
  const folder = join(root, '.cache', 'lighthouse')
  const entry = join(folder, 'node_modules', 'lighthouse', 'cli', 'index.js')
  const manifest = join(folder, 'node_modules', 'lighthouse', 'package.json')
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).version !== VERSION) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private": true}')
    const got = spawnSync('npm', ['install', '--no-fund', '--no-audit', `lighthouse@${VERSION}`], {
      cwd: folder,
      stdio: 'inherit',
    })
    if (got.status !== 0) throw new Error(`lighthouse ${VERSION} could not be installed`)
  }
  return entry
}

/** The cookie of somebody logged in, by the demonstration's own password. */
async function cookieOf({ origin, accounts }: Demo, role: string): Promise<string> {
  const account = accounts.find((one) => one.role === role)
  if (!account) throw new Error(`the demonstration has no ${role}`)
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ username: account.username, password: account.password }),
  })
  if (answer.status !== 201) throw new Error(`${account.username}: ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/** Chromium sometimes does not take the trace down; then it is asked once more. */
async function judge(entry: string, origin: string, place: Place, cookie: string | null): Promise<Judged> {
  const { args, env } = await launchOptions()
  const wanted = categories.filter((name) => name !== 'seo' || place.seo)
  const path = join(root, '.cache', 'lighthouse', 'judged.json')
  const options = [
    entry,
    origin + place.address,
    '--quiet',
    '--output=json',
    `--output-path=${path}`,
    `--only-categories=${wanted.join(',')}`,
    `--chrome-flags=${['--headless=new', ...args].join(' ')}`,
    ...(place.phone ? [] : ['--preset=desktop']),
    ...(cookie ? [`--extra-headers=${JSON.stringify({ cookie })}`] : []),
  ]
  const environment = { ...env, CHROME_PATH: (await findChromium()).executablePath }
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    rmSync(path, { force: true })
    const child = spawn(process.execPath, options, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
    await new Promise((resolve) => child.on('close', resolve))
    const judged = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Judged) : null
    if (judged && !judged.runtimeError) return judged
  }
  throw new Error(`no judgement of ${place.address} in three attempts`)
}

/** What is told of a slowed-down processor hangs on what else this one does: the median of three. */
async function judgeFairly(entry: string, origin: string, place: Place, cookie: string | null): Promise<Judged> {
  const all: Judged[] = []
  for (let nth = 0; nth < (place.phone ? 3 : 1); nth += 1) all.push(await judge(entry, origin, place, cookie))
  const [first, second = first] = all.sort((a, b) => (score(a, 'performance') ?? 0) - (score(b, 'performance') ?? 0))
  return second as Judged
}

const score = (judged: Judged, name: (typeof categories)[number]) => {
  const found = judged.categories[name]?.score
  return found === undefined || found === null ? null : Math.round(found * 100)
}

function rowOf({ role, address, phone }: Place, judged: Judged): string {
  const value = (id: string) => judged.audits[id]?.numericValue ?? Number.NaN
  return `| ${[
    `\`${address.replace(/\/\d+/, '/ID')}\``,
    role.replace('_', ' '),
    phone ? 'phone' : 'desktop',
    ...categories.map((name) => score(judged, name) ?? '–'),
    `${(value('largest-contentful-paint') / 1000).toFixed(1)} s`,
    `${Math.round(value('total-blocking-time'))} ms`,
    value('cumulative-layout-shift').toFixed(3),
  ].join(' | ')} |`
}

function write(rows: readonly string[], load: number): void {
  const path = join(root, 'docs', 'benchmarks.md')
  const day = new Date().toISOString().slice(0, 10)
  const section = `<!-- lighthouse -->
## Lighthouse

What does Lighthouse ${VERSION} say of every page of the demonstration (\`npm run lighthouse\`)? Asked for are ${LEAST} of 100 for performance, accessibility and best practices, and for search engines on the public board, the one page they may list. Officers' pages, the log-in and the board are measured as a telephone on a slow line with a processor slowed down four times (the median of three runs), the others as an office computer. LCP is the largest paint, TBT the time in which a tap would have waited, CLS how far contents moved.

| page | role | as | performance | accessibility | best practices | SEO | LCP | TBT | CLS |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Run of ${day}; load average before it ${load.toFixed(2)}; ${cpus().length} × ${cpus()[0]?.model.replace(/ \d+-Core.*/, '')}, Node ${process.version}.
<!-- /lighthouse -->`
  const before = readFileSync(path, 'utf8')
  const marked = /<!-- lighthouse -->[\s\S]*<!-- \/lighthouse -->/
  writeFileSync(
    path,
    marked.test(before) ? before.replace(marked, () => section) : `${before.trimEnd()}\n\n${section}\n`,
  )
}

/** Every page, each with the role it is made for; those of several roles with the one that has most on it. */
async function listPlaces(demo: Demo): Promise<Place[]> {
  const cookie = await cookieOf(demo, 'unit_leader')
  const own = await (await fetch(`${demo.origin}/api/v1/session`, { headers: { cookie } })).json()
  const unit = own.account.unit.unit_id
  const opened = await fetch(`${demo.origin}/api/v1/units/${unit}/board`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', origin: demo.origin, cookie },
    body: JSON.stringify({ open: true }),
  })
  if (!opened.ok) throw new Error(`the board: ${opened.status}`)
  const of = (role: string, ...addresses: string[]) => addresses.map((address) => ({ role, address }))
  const sections = ['units', 'counters', 'officers', 'assignments', 'terminals', 'accounts']
  return [
    ...['/login', '/setup'].map((address) => ({ role: 'nobody', address, phone: true })),
    { role: 'nobody', address: `/board/${unit}`, phone: true, seo: true },
    { role: 'nobody', address: `/board/${unit}`, seo: true },
    { role: 'officer', address: '/me', phone: true },
    ...of('commission', '/', `/units/${unit}`, '/reports', '/figures'),
    ...of('unit_leader', `/units/${unit}`, '/cases', '/public-board', '/audit'),
    ...of('unit_clerk', '/week', '/roster', '/terminals', '/people', '/holidays', '/voices', '/imports', '/account'),
    ...of('inspector', '/integrity'),
    ...of('administrator', '/admin', ...sections.map((section) => `/admin/${section}`)),
  ]
}

const endings: (() => unknown)[] = []
try {
  const entry = fetchLighthouse()
  const demo = await startDemo({ teardown: (work) => endings.unshift(work) }, {}, { officeHours: false })
  const pattern = new RegExp(values.only ?? '')
  const places = (await listPlaces(demo)).filter(({ role, address }) => pattern.test(`${role} ${address}`))
  const rows: string[] = []
  const [load = 0] = loadavg()
  let low = 0
  for (const place of places) {
    const cookie = place.role === 'nobody' ? null : await cookieOf(demo, place.role)
    const judged = await judgeFairly(entry, demo.origin, place, cookie)
    rows.push(rowOf(place, judged))
    console.log(rows.at(-1))
    if (!categories.some((name) => (score(judged, name) ?? 100) < LEAST)) continue
    low += 1
    for (const { score: given, title, displayValue = '' } of Object.values(judged.audits)) {
      if (given !== null && given < 0.9) console.log(`    ${given.toFixed(2)} ${title} ${displayValue}`)
    }
  }
  if (!values.only) write(rows, load)
  console.log(`${places.length} pages, ${low} of them with a score below ${LEAST}`)
  if (low > 0) process.exitCode = 1
} finally {
  for (const ending of endings) await ending()
}
