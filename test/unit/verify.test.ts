/** What `npm run verify:ci` adds up: the counts of each stage, and every test file in one of them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { listFiles, root } from '../support/docs.ts'

interface Counts {
  passed: number
  failed: number
  skipped: number
}
const { runStage, stages } = (await import(join(root, 'tools', 'stages.mjs'))) as {
  runStage(command: string, args: string[], print: (line: string) => void): Promise<Counts>
  stages: Record<'verify' | 'ci' | 'all', string[]>
}
const { listTests } = (await import(join(root, 'tools', 'bundle-tests.mjs'))) as {
  listTests(folder?: string): string[]
}
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

const run = async (script: string) => {
  const printed: string[] = []
  const counts = await runStage(process.execPath, ['-e', script], (line) => printed.push(line))
  return { ...counts, printed }
}

t.test('a stage counts what its last line says', async (t) => {
  t.same(await run(`console.log('ok  a\\n2 skipped\\n7 passed, 0 failed')`), {
    ...{ passed: 7, failed: 0, skipped: 2 },
    printed: ['ok  a', '2 skipped', '7 passed, 0 failed'],
  })
  t.match(await run(`console.log('7 passed, 3 failed'); process.exitCode = 1`), { passed: 7, failed: 3 })
})

t.test('a failure that the last line does not show counts as one', async (t) => {
  t.match(await run(`console.log('7 passed, 0 failed'); process.exitCode = 1`), { passed: 7, failed: 1 }, 'exit code')
  t.match(await run(`console.log('0 passed, 0 failed')`), { passed: 0, failed: 1 }, 'nothing was run')
  t.match(await run(`console.log('7 passed, 0 failed\\nbye')`), { passed: 0, failed: 1 }, 'no counts at the end')
  t.match(await run(`process.kill(process.pid, 'SIGKILL')`), { passed: 0, failed: 1 }, 'killed')
})

t.test('each stage is a script, and each list begins with the one before', async (t) => {
  for (const stage of stages.all) t.ok(scripts[stage.split(' ')[0] as string], stage)
  t.same(stages.verify, ['test'])
  t.same(stages.ci.slice(0, 1), stages.verify)
  t.same(stages.all.slice(0, stages.ci.length), stages.ci)
})

t.test('every test file is run by a stage', async (t) => {
  const named = stages.all.flatMap((stage) => (scripts[stage] ?? '').split(' ')).filter((part) => /^test\//.test(part))
  const run = [
    ...listTests(),
    ...listTests('test/fault'),
    ...named.flatMap((part) => (part.endsWith('.ts') ? part : listTests(part))),
  ]
  t.same([...new Set(run)].sort(), listFiles('test', /\.test\.ts$/).sort())
  t.match(scripts['test:fault'], 'tools/fault.mjs', 'which runs test/fault')
})
