/** The rule of who may import whom is itself tested: every planted breach must be found, in a copy of the real sources. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'

const root = join(import.meta.dirname, '..', '..')
const script = join(root, 'tools', 'check-imports.mjs')

function check(project: string): { code: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [script, project], { encoding: 'utf8' })
  return { code: status, lines: stdout.trim().split('\n') }
}

/** A copy of the sources with some files added; returns what the check says of it. */
function checkWith(t: Test, files: Record<string, string>) {
  const project = t.testdir({})
  for (const folder of ['server', 'migrations', 'terminal-ui', 'dashboards', 'test']) {
    cpSync(join(root, folder), join(project, folder), {
      recursive: true,
      filter: (path) => !path.includes('fixtures'),
    })
  }
  cpSync(join(root, 'docs', 'figures.md'), join(project, 'docs', 'figures.md'))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), text)
  }
  return check(project)
}

t.test('the sources as they are', async (t) => {
  const { code, lines } = check(root)
  t.equal(code, 0, lines.join('\n'))
  t.match(lines.at(-1), /^\d{3,} modules, \d{3,} imports, 0 breaches$/, 'and they were really visited')
})

t.test('a project in which nothing is found is a failure, not a pass', async (t) => {
  const { code, lines } = check(t.testdir({ server: { 'a.ts': 'export {}' } }))
  t.equal(code, 1)
  t.match(lines.at(-1), /Only 1 modules were visited/)
})

t.test('each planted breach is found, and nothing else', async (t) => {
  const planted: [file: string, text: string, name: RegExp][] = [
    ['server/contract/x1.ts', `import pg from 'pg'`, /contract is shared/],
    ['server/contract/x2.ts', `import '../domain/scoring.ts'`, /contract is shared/],
    ['server/domain/x1.ts', `import { readFile } from 'node:fs'`, /domain is pure/],
    ['server/domain/x2.ts', `export * from '../queries/units.ts'`, /domain is pure/],
    ['server/queries/x1.ts', `import type { A } from '../domain/scoring.ts'`, /query file knows/],
    ['server/queries/x2.ts', `import './units.ts'`, /query file knows/],
    ['server/queries/x3.ts', `const a = await import('../routes/units.ts')`, /query file knows/],
    ['server/receive/x1.ts', `import '../routes/ratings.ts'`, /stand below the routes/],
    ['server/count/x1.ts', `import '../receive/receiver.ts'`, /do not know each other/],
    ['server/routes/x1.ts', `import pg from 'pg'`, /through queries/],
    ['server/x1.ts', `import './bin/serve.ts'`, /only bin brings/],
    ['server/x2.ts', `import './embedded/supervisor.ts'`, /only bin knows/],
    ['server/x3.ts', `let a: import('../test/support/app.ts').TestApp`, /imports no test/],
    ['server/x4.ts', `import '../dashboards/api.ts'`, /no browser code/],
    ['server/x5.ts', `const a = process.env.HOME`, /only reader of process\.env/],
    ['server/x6.ts', `import '../migrations/index.ts'`, /runs migrations/],
    ['server/x7.ts', `import './not-there.ts'`, /no such file/],
    ['terminal-ui/x1.ts', `import '../server/domain/scoring.ts'`, /tablet imports the contract/],
    ['terminal-ui/x2.ts', `import '../dashboards/api.ts'`, /tablet imports the contract/],
    ['terminal-ui/x3.ts', `import 'node:fs'`, /browsers have no Node/],
    ['dashboards/x1.tsx', `import '../server/errors.ts'`, /staff pages import the contract/],
    ['dashboards/x2.tsx', `import { Chart } from 'chart.js'`, /knows the chart library/],
    ['dashboards/x3.tsx', `const a = await fetch('/x')`, /only caller of fetch/],
    ['migrations/x1.ts', `import '../server/queries/database.ts'`, /migrations are frozen/],
  ]
  const { code, lines } = checkWith(t, Object.fromEntries(planted.map(([file, text]) => [file, `${text}\n`])))
  t.equal(code, 1)
  for (const [file, , name] of planted) {
    t.ok(
      lines.some((line) => line.startsWith(`${file}:1 `) && name.test(line)),
      `${file}: ${name}`,
    )
  }
  const files = new Set(planted.map(([file]) => file))
  t.same(
    lines.slice(0, -1).filter((line) => !files.has(line.split(':')[0] ?? '')),
    [],
    'the real sources break none of it',
  )
})
