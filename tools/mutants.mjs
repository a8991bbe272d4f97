/**
 * `npm run test:mutants`: a test of the proofs. In a copy of the project one line of the product is broken at a time, and
 * the proof named with it must fail. Words choose some: `npm run test:mutants -- relaxed`. With `--after-tests` the proofs
 * that a whole run has just passed on the sound product are not run on it again.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutants } from './mutant-list.mjs'
import { root } from './sources.mjs'

const afterTests = process.argv.includes('--after-tests')
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const chosen = mutants.filter(({ name }) => wanted.every((word) => name.includes(word)))
const work = mkdtempSync(join(tmpdir(), 'hai-long-mutants-'))

/** Two at a time, each in a copy of the project: a proof waits more than it works. */
const projects = ['1', '2'].map((name) => copyProject(join(work, name)))

function copyProject(project) {
  for (const name of ['server', 'migrations', 'terminal-ui', 'dashboards', 'tools', 'test', 'docs']) {
    cpSync(join(root, name), join(project, name), { recursive: true })
  }
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.base.json', '.taprc', 'CHANGELOG.md']) {
    cpSync(join(root, name), join(project, name))
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  return project
}

/** Runs one proof in a copy, up to its first failure. `broken`: the first rule that failed; null when none did. */
async function prove({ test, env }, project) {
  const { code, stdout, stderr } = await run(process.execPath, ['tools/test.mjs', test], {
    cwd: project,
    env: { ...process.env, ...env, TAP_BAIL: '1' },
    timeout: 600_000,
  })
  const broken = /^\s+not ok \d+ - (.*?)(?: # time.*)?$/m.exec(stdout)?.[1] ?? null
  const passed = code === 0
  return { passed, broken, reason: broken ?? stderr.trim().split('\n').at(-1) }
}

function run(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text
    })
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...said }))
  })
}

/** Each of the copies takes the next item until none is left. */
async function share(items, use) {
  const waiting = [...items]
  const worker = async (project) => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await use(item, project)
  }
  await Promise.all(projects.map(worker))
}

let passed = 0
let failed = 0
function report(ok, name, reason) {
  if (ok) passed += 1
  else failed += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}${reason ? `  (${reason})` : ''}`)
}
try {
  // A proof that fails on the sound product would catch every mutant.
  const unproved = chosen.filter(({ test, env }) => !afterTests || env || test.startsWith('test/fault/'))
  const proofs = new Map(unproved.map((mutant) => [`${mutant.test} ${JSON.stringify(mutant.env ?? {})}`, mutant]))
  await share(proofs, async ([name, mutant], project) => {
    const proof = await prove(mutant, project)
    report(proof.passed, `sound: ${name}`, proof.passed ? '' : proof.reason)
  })
  await share(chosen, async (mutant, project) => {
    const path = join(project, mutant.file)
    const sound = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      sound.replace(mutant.from, () => mutant.to),
    )
    // A proof that did not get as far as a rule, by the time limit or a failed build, has caught nothing.
    const proof = await prove(mutant, project)
    report(proof.broken !== null, `caught: ${mutant.name}`, proof.passed ? 'SURVIVED' : proof.reason)
    writeFileSync(path, sound)
  })
} finally {
  rmSync(work, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
