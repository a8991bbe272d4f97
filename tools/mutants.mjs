/**
 * `npm run test:mutants`: a test of the proofs. In a copy of the project one line of the product is broken at a time, and
 * the proof named with it must fail. Words choose some: `npm run test:mutants -- relaxed`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutants } from './mutant-list.mjs'
import { root } from './sources.mjs'

const wanted = process.argv.slice(2)
const chosen = mutants.filter(({ name }) => wanted.every((word) => name.includes(word)))
const project = mkdtempSync(join(tmpdir(), 'hai-long-mutants-'))
for (const name of ['server', 'migrations', 'terminal-ui', 'dashboards', 'tools', 'test', 'docs']) {
  cpSync(join(root, name), join(project, name), { recursive: true })
}
for (const name of ['package.json', 'package-lock.json', 'tsconfig.base.json', '.taprc', 'CHANGELOG.md']) {
  cpSync(join(root, name), join(project, name))
}
symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))

/** Runs one proof in the copy. `broken`: the first rule that failed; null when none did. */
function prove({ test, env }) {
  const ran = spawnSync(process.execPath, ['tools/test.mjs', test], {
    cwd: project,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 600_000,
  })
  const broken = /^\s+not ok \d+ - (.*?)(?: # time.*)?$/m.exec(ran.stdout)?.[1] ?? null
  const passed = ran.status === 0
  return { passed, broken, reason: broken ?? ran.stderr.trim().split('\n').at(-1) }
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
  const proofs = new Map(chosen.map((mutant) => [`${mutant.test} ${JSON.stringify(mutant.env ?? {})}`, mutant]))
  for (const [name, mutant] of proofs) {
    const proof = prove(mutant)
    report(proof.passed, `sound: ${name}`, proof.passed ? '' : proof.reason)
  }
  for (const mutant of chosen) {
    const path = join(project, mutant.file)
    const sound = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      sound.replace(mutant.from, () => mutant.to),
    )
    // A proof that did not get as far as a rule, by the time limit or a failed build, has caught nothing.
    const proof = prove(mutant)
    report(proof.broken !== null, `caught: ${mutant.name}`, proof.passed ? 'SURVIVED' : proof.reason)
    writeFileSync(path, sound)
  }
} finally {
  rmSync(project, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
