/** The documents tell the truth: paths, functions, commands, settings, routes, tables, metrics and numbers exist as told. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import t from 'tap'
import { BODY_LIMIT } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { MAX_BATCH, MAX_COMMENT } from '../../server/contract/ratings.ts'
import { LOT_SIZE } from '../../server/count/lot.ts'
import { HASHES_DAYS, MOMENTS_DAYS, REMARKS_DAYS } from '../../server/count/retention.ts'
import { SECOND_FACTOR_DAYS } from '../../server/domain/access.ts'
import * as disclosure from '../../server/domain/disclosure.ts'
import { FUNNEL_MIN_SUBJECTS } from '../../server/domain/funnel.ts'
import { MISUSE_RULES } from '../../server/domain/misuse.ts'
import { MIN_PASSWORD } from '../../server/domain/passwords.ts'
import { indexOf, newcombe, wilson, Z95 } from '../../server/domain/scoring.ts'
import { MAX_RANGE_DAYS } from '../../server/domain/time.ts'
import { FIRST_START_MB } from '../../server/embedded/disk.ts'
import { ABSOLUTE_MS, DEVICE_DAYS, IDLE_MS } from '../../server/plugins/sessions.ts'
import { STREAMS_PER_ACCOUNT } from '../../server/routes/changes.ts'
import type { Access } from '../../server/services.ts'
import { BATCH } from '../../terminal-ui/offline/sync-policy.ts'
import { startTestApp } from '../support/app.ts'
import { codeSpans, findAll, listFiles, pages, read, root, section } from '../support/docs.ts'

const everyPage = pages.map(read).join('\n')
const productFolders = ['server', 'migrations', 'terminal-ui', 'dashboards', 'tools', 'test/support']
const sources = productFolders.flatMap((folder) => listFiles(folder, /\.(ts|tsx|mjs|sql)$/)).map(read)
const words = new Set(sources.flatMap((text) => text.match(/\w+/g) ?? []))

t.test('every path that a page cites exists', async (t) => {
  const folders =
    /^(\.\.\/)?((server|terminal-ui|dashboards|migrations|tools|test|docs|docker)\/[\w./<>-]*|[\w-]+\.(md|yml))$/
  let seen = 0
  for (const page of pages) {
    for (const cited of codeSpans(read(page)).filter((span) => folders.test(span))) {
      // `<noun>` and dates in capitals stand for names of the reader's own: their folder must exist.
      const known = /<|YYYY/.test(cited) ? cited.replace(/[^/]*(<|YYYY).*$/, '') : cited
      const path = join(root, known)
      t.ok(existsSync(path), `${page}: ${cited}`)
      if (known.endsWith('/') && existsSync(path)) t.ok(statSync(path).isDirectory(), `${page}: ${cited} is a folder`)
      seen += 1
    }
  }
  t.ok(seen > 150, `${seen} paths were looked at`)
})

t.test('every link leads somewhere, pictures and headings included', async (t) => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Mark}\p{Number}\s-]/gu, '')
      .replace(/\s/g, '-')
  for (const page of pages) {
    for (const target of findAll(read(page), /\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : relative(root, resolve(root, dirname(page), path))
      t.ok(existsSync(join(root, file)), `${page} → ${target}`)
      if (anchor === undefined || !existsSync(join(root, file))) continue
      const headings = findAll(read(file), /^#+ (.+)$/gm).map(slug)
      t.ok(headings.includes(decodeURIComponent(anchor)), `${page} → ${target}: there is such a heading`)
    }
  }
})

t.test('every function and every name of the glossary is in the sources', async (t) => {
  for (const page of pages) {
    for (const span of codeSpans(read(page))) {
      const name = /^(?:\w+\.)?([A-Za-z_]\w*)\(\)$/.exec(span)?.[1]
      if (name) t.ok(words.has(name), `${page}: ${span}`)
    }
  }
  const columns = [...read('docs/glossary.md').matchAll(/^\|[^|]+\|[^|]+\|([^|]+)\|/gm)].map((row) => row[1] as string)
  const names = columns.flatMap(codeSpans).filter((span) => /^\w+$/.test(span))
  t.ok(names.length > 90, `${names.length} names in the glossary`)
  for (const name of names) t.ok(words.has(name), `glossary: ${name}`)
})

t.test('words of the screens are quoted as they stand there', async (t) => {
  const screens = ['terminal-ui/i18n/vi.json', 'dashboards/i18n/vi.json'].map(read).join('\n')
  const text =
    section('README.md', '## First steps on a fresh machine') + section('docs/operations.md', '## What to do when …')
  // Letters that only Vietnamese has tell the screens' words from ours.
  const quoted = findAll(text, /(?:\*|")([^*"\n|]+?)(?: …)?(?:\*|")/g).filter((words) => /[ăâđêôơưạ-ỹ]/iu.test(words))
  t.ok(quoted.length >= 8, `${quoted.length} quotations`)
  for (const words of quoted) t.ok(screens.includes(words), words)
})

t.test('every npm script is told of, and every one told of exists', async (t) => {
  const { scripts, version } = JSON.parse(read('package.json')) as { scripts: Record<string, string>; version: string }
  const told = new Set(findAll(everyPage, /npm run ([a-z][\w:-]*)/g))
  for (const name of ['start', 'test']) if (everyPage.includes(`npm ${name}`)) told.add(name)
  t.same([...told].sort(), Object.keys(scripts).sort())
  t.match(read('CHANGELOG.md'), `## [${version}]`, 'the changelog has this version')
})

t.test('every manage command has its row, and every one told of exists', async (t) => {
  const commands = findAll(read('server/bin/manage.ts'), /^ {2}'?([a-z][a-z-]*)'?: \(\) => import\(/gm)
  t.ok(commands.length >= 7, `${commands.length} commands`)
  t.same(findAll(section('docs/operations.md', '## Commands'), /^\| `npm run (?:manage -- )?([a-z-]+)/gm), commands)
  for (const name of findAll(everyPage, /manage -- ([a-z][a-z-]*)/g)) t.ok(commands.includes(name), name)
})

t.test('every decision has its page in the index, under its own number and title', async (t) => {
  const index = section('docs/README.md', '## Decisions')
  const decisions = listFiles('docs/decisions', /\.md$/).sort()
  const rows = decisions.map((path) => {
    const [, number = '', title] = /^# (\d+)\. (.+)$/m.exec(read(path)) ?? []
    t.match(basename(path), new RegExp(`^${number.padStart(4, '0')}-`), `${path} has number ${number}`)
    return `| [${number}](decisions/${basename(path)}) | ${title} |`
  })
  t.same(
    index.split('\n').filter((line) => line.startsWith('| [')),
    rows,
  )
})

t.test('every package has its reason, and no reason is left without its package', async (t) => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json'))
  const used = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies })
  const page = read('docs/decisions/0007-libraries.md')
  const [, fixed = ''] = /packages the commission fixed \(([^)]+)\)/.exec(page) ?? []
  const chosen = findAll(page, /^\| ([a-z@][^|]*[^ |]) \|/gm).filter((cell) => cell !== 'package')
  const told = [fixed, ...chosen].flatMap((names) => names.split(', '))
  t.same(told.sort(), used.filter((name) => !name.startsWith('@types/')).sort())
})

t.test('docs/api.md tells every route and who may call it, and no other', async (t) => {
  const metricsToken = 'a-token-of-enough-letters'
  const { app, stranger } = await startTestApp(t, { config: { metricsToken } })
  const who = (access: Access) => {
    if (access === 'public') return 'public'
    if (access === 'terminal') return 'tablet'
    return [...access.roles, ...(access.terminals ? ['tablet'] : [])].sort().join(', ')
  }
  const declared = app.declaredRoutes.map(({ method, url, access }) => `${method} ${url}: ${who(access)}`)
  const rows = [...read('docs/api.md').matchAll(/^\| `([A-Z]+ \/\S*)` \| ([^|]+?) \|/gm)]
  const told = rows.map(([, route, callers = '']) => `${route}: ${callers.split(', ').sort().join(', ')}`)
  t.same(told.sort(), declared.sort())

  const { status, body } = await stranger.get('/metrics', { authorization: `Bearer ${metricsToken}` })
  t.equal(status, 200)
  const metrics = findAll(String(body), /^# HELP (\S+)/gm)
  t.same(findAll(section('docs/operations.md', '## Health and metrics'), /^\| `(\w+)` \|/gm), metrics)
})

t.test('docs/operations.md tells every setting, its default included', async (t) => {
  const names = findAll(read('server/config.ts'), /get\('([A-Z_]+)'\)/g)
  const rows = [...section('docs/operations.md', '## Settings').matchAll(/^\| (`[^|]+`) \| ([^|]+) \|/gm)]
  t.same(rows.flatMap(([, cell = '']) => findAll(cell, /`([A-Z_]+)`/g)).sort(), names)
  const defaults = new Map(rows.map(([, cell, value]) => [cell, value]))
  const asked = findAll(read('docker-compose.yml'), /\$\{([A-Z_]+)/g)
  t.same(findAll(section('docs/operations.md', '## Containers'), /`([A-Z]+_(?:NAME|PASSWORD))`/g), asked)
  const { host, port, dataDir, logLevel } = readConfig({})
  for (const [name, value] of Object.entries({
    HOST: host,
    PORT: port,
    DATA_DIR: basename(dataDir),
    LOG_LEVEL: logLevel,
  })) {
    t.equal(defaults.get(`\`${name}\``), `\`${value}\``, `default of ${name}`)
  }
})

t.test('docs/database.md has a line for every table, and no other', async (t) => {
  const tables = findAll(read('migrations/schema.sql'), /^create table (\w+)/gm)
  t.same(findAll(section('docs/database.md', '## Tables'), /^\| `(\w+)` \|/gm), tables)
})

const { MIN_STEP, MIN_FIGURE, COUNT_FROM, BAND_FROM, FULL_FROM, NAMED_FROM, MIN_OTHERS } = disclosure
/** What a number with a hidden comment must be: `5<!--MIN_STEP-->`. */
const numbers: Record<string, number> = {
  ...{ MIN_STEP, MIN_FIGURE, COUNT_FROM, BAND_FROM, FULL_FROM, NAMED_FROM, MIN_OTHERS, Z95 },
  ...{ COUNT_TO: BAND_FROM - 1, BAND_TO: FULL_FROM - 1 },
  MIN_INTERVAL_S: MISUSE_RULES.min_interval_ms / 1000,
  BURST_TAPS: MISUSE_RULES.burst_taps,
  BURST_WINDOW_S: MISUSE_RULES.burst_window_ms / 1000,
  MASH_DWELL_S: MISUSE_RULES.mash_dwell_ms / 1000,
  STRAIGHT_MARKS: MISUSE_RULES.straight_marks,
  FUNNEL_MIN: FUNNEL_MIN_SUBJECTS,
  ...{ MOMENTS_DAYS, HASHES_DAYS, MAX_RANGE_DAYS, MAX_BATCH, MAX_COMMENT, BODY_LIMIT, MIN_PASSWORD, LOT_SIZE, BATCH },
  IDLE_MINUTES: IDLE_MS / 60_000,
  STREAMS_PER_ACCOUNT,
  ABSOLUTE_HOURS: ABSOLUTE_MS / 3_600_000,
  ...{ DEVICE_DAYS, SECOND_FACTOR_DAYS, REMARKS_DAYS },
  FIRST_START_MB,
}

const percent = (share: number) => Math.round(share * 100)
const share = (text = ''): [number, number] => {
  const [positive = Number.NaN, n = Number.NaN] = text.split('/').map(Number)
  return [positive, n]
}
/** A number of a table that the simulator wrote: by the words of its heading and the first cells of the row. */
function cell(heading: string, first: (string | undefined)[], place: number): string {
  const page = read('docs/figures.md')
  const table = page.slice(page.indexOf(heading, page.indexOf('<!-- simulation')))
  const row = table.split('\n').find((line) => line.startsWith(`| ${first.join(' | ')} |`)) ?? ''
  return row.split('|')[place + 1]?.replace('%', '').trim() ?? 'no such row'
}

const powerPlace = (n = '') => ['50', '75', '100', '150', '200'].indexOf(n) + 2
/** A probability of a table, such as 0.913, as pages say it: 91.3. */
const inPercent = (probability: string) => (Number(probability) * 100).toFixed(1)

/** Worked examples, calculated anew: `60–98 %<!--wilson 9/10-->`. */
const examples: Record<string, (...args: string[]) => string> = {
  wilson(of) {
    const interval = wilson(...share(of))
    return interval ? `${percent(interval.lower)}–${percent(interval.upper)} %` : 'nothing'
  },
  newcombe(now, before) {
    const change = newcombe(...share(now), ...share(before))
    return change ? `−${-percent(change.lower)} đến +${percent(change.upper)} điểm` : 'nothing'
  },
  alarms: (officers, tau) => cell('False alarms', [officers, tau], 4),
  alarms_large: (officers, tau) => cell('False alarms', [officers, tau], 5),
  power: (tau, n) => inPercent(cell('Finding an officer', [tau, '0 %'], powerPlace(n))),
  power_wrong: (tau, n) => inPercent(cell('Finding an officer', [tau, '10 %'], powerPlace(n))),
  power_few: (tau, officers) => inPercent(cell('With few to compare', [tau], ['20', '60'].indexOf(officers ?? '') + 1)),
  linked: (age) => cell('A thief with a copy', [`${age} ngày · days`], 2),
  guessed: (age) => cell('A thief with a copy', [`${age} ngày · days`], 3),
  index: (...levels) => String(indexOf(levels.map(Number))),
  band_below(n, unitShare) {
    const counts = Array.from({ length: Number(n) + 1 }, (_, positive) => positive)
    return String(counts.findLast((count) => disclosure.bandOf(count, Number(n), Number(unitShare)) === 'below'))
  },
}

t.test('numbers and worked examples are those of the code', async (t) => {
  let seen = 0
  for (const page of pages) {
    const text = read(page)
    for (const match of text.matchAll(/<!--(\w+)((?: [\d./]+)*)-->/g)) {
      const [marker, name = '', args = ''] = match
      const before = text.slice(0, match.index)
      const number = numbers[name]
      const worked = examples[name]?.(...args.trim().split(' ')) ?? 'no such name'
      const expected =
        number === undefined
          ? [worked, worked.replace('.', ',')]
          : [String(number), number.toLocaleString('en'), String(number).replace('.', ',')]
      const right = expected.some((value) => before.endsWith(value) && !/[\d.,]$/.test(before.slice(0, -value.length)))
      t.ok(right, `${page}: "…${before.slice(-40)}" ${marker} should end in ${expected.join(' or ')}`)
      seen += 1
    }
  }
  t.ok(seen > 60, `${seen} numbers were looked at`)
})
