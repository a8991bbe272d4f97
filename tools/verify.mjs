/**
 * `npm run verify`: types, style, imports, sizes, each of which counts as one, and `npm test`. `verify:ci` and `verify:all`
 * go on with the stages of tools/stages.mjs until one fails. The last line, alone, is `N passed, N failed`, over everything.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkImports } from './check-imports.mjs'
import { measureSizes } from './check-sizes.mjs'
import { root } from './sources.mjs'
import { runStage, stages } from './stages.mjs'
import { checkTypes, projects } from './typecheck.mjs'

let passed = 0
let failed = 0

function report(name, startedAt, complaints) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  if (complaints === '') passed += 1
  else failed += 1
  console.log(`${complaints === '' ? 'ok    ' : 'FAILED'}  ${name}  ${seconds} s`)
  if (complaints !== '') console.log(complaints)
}

/** A check that breaks counts as failed; the others still run. */
async function check(name, work) {
  const startedAt = Date.now()
  try {
    report(name, startedAt, await work())
  } catch (error) {
    report(name, startedAt, String(error?.stack ?? error))
  }
}

// Two compilers at a time: this machine's two cores, and nothing else runs meanwhile.
const waiting = [...projects]
const compile = async () => {
  for (let project = waiting.shift(); project; project = waiting.shift()) {
    await check(`types of ${project}`, () => checkTypes(project))
  }
}
await Promise.all([compile(), compile()])

await check('style', () => {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const ran = spawnSync(biome, ['check', '--error-on-warnings', '.'], { cwd: root, encoding: 'utf8' })
  return ran.status === 0 ? '' : ran.stdout + ran.stderr
})
await check('imports', () => {
  const { breaches, tooFew } = checkImports(root)
  return [...breaches, ...(tooFew ? ['too few modules were visited: the check itself is broken'] : [])].join('\n')
})
await check('sizes', async () => {
  const over = (await measureSizes()).filter(({ size, limit }) => size > limit)
  return over.map(({ name, size, limit }) => `${name}: ${size} bytes, ${limit} allowed`).join('\n')
})

let skipped = 0
for (const [place, name] of stages[process.argv[2] ?? 'verify'].entries()) {
  // What is red after the checks and the tests is not looked at any longer.
  if (place > 0 && failed > 0) {
    console.log(`not run  ${name}`)
    continue
  }
  console.log(`\nnpm run ${name}`)
  const startedAt = Date.now()
  const counts = await runStage('npm', ['run', '--silent', ...name.split(' ')])
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  console.log(`${counts.failed === 0 ? 'ok    ' : 'FAILED'}  npm run ${name}  ${seconds} s`)
  passed += counts.passed
  failed += counts.failed
  skipped += counts.skipped
}
if (skipped > 0) console.log(`${skipped} skipped`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
