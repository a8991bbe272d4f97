/**
 * `npm run test:mutants`: a test of the proofs. In a copy of the project one line of the product is broken at a time, and
 * the proof named with it must fail. Words choose some: `npm run test:mutants -- relaxed`.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'

/** `from` must stand in `file` exactly once. `env` chooses the trials of a fault file that see the mutant. */
const mutants = [
  {
    name: 'relaxed durability: "recorded" before the bytes are on the disk',
    file: 'terminal-ui/offline/store.ts',
    from: "write(['ratings', 'meta'], 'strict'",
    to: "write(['ratings', 'meta'], 'relaxed'",
    test: 'test/fault/tablet-power.test.ts',
    env: { FAULT: 'power cut', TRIALS: '3' },
  },
  {
    name: 'thanks before oncomplete: the screen does not wait for the store',
    file: 'terminal-ui/visit.ts',
    from: '    await writing\n',
    to: '    void writing.catch(() => {})\n',
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'acknowledged by any 2xx, not by its own id',
    file: 'terminal-ui/offline/sync-policy.ts',
    from: 'if (status === 200) return judgeResults(json, ids)',
    to: `if (status >= 200 && status < 300) {
    const acked = [...ids].map((id) => ({ id, status: 'stored' as const }))
    return { kind: 'answered', epoch: 'x', acked, rejected: [], resend_after: null }
  }`,
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'a pairing that is over empties the queue',
    file: 'terminal-ui/offline/sync-policy.ts',
    from: "if (status === 401 || status === 403) return { kind: 'unpaired' }",
    to: `if (status === 401 || status === 403) {
    const acked = [...ids].map((id) => ({ id, status: 'quarantined' as const }))
    return { kind: 'answered', epoch: 'x', acked, rejected: [], resend_after: null }
  }`,
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'the server answers before the commit',
    file: 'server/receive/receiver.ts',
    from: 'const outcomes = await store(rows)',
    to: `const outcomes = new Map(rows.map((row) => [row.rating_id, 'stored' as Outcome]))
      store(rows).catch(() => {})`,
    test: 'test/api/ratings-faults.test.ts',
  },
  {
    name: 'a store that was lost begins anew without a word',
    file: 'terminal-ui/offline/marker.ts',
    from: 'if (!marker || marker.next <= 1) return null',
    to: 'if (!marker || marker.next > 0) return null',
    test: 'test/fault/tablet-store.test.ts',
    env: { FAULT: 'the store removed', TRIALS: '1' },
  },
  {
    name: 'a new version is switched to in the middle of a visit',
    file: 'terminal-ui/updates.ts',
    from: 'if (waiting.value && nothingHalfDone())',
    to: 'if (waiting.value)',
    test: 'test/browser/tablet-versions.test.ts',
  },
  {
    name: 'disclosure: remarks are read on the day they are written',
    file: 'server/routes/remarks.ts',
    from: 'remarkReleasedOn(remark.local_day, works) <= today',
    to: 'remarkReleasedOn(remark.local_day, works) !== null',
    test: 'test/long/disclosure-quarter.test.ts',
  },
  {
    name: 'disclosure: a leader is shown the live total, as the province is',
    file: 'server/domain/access.ts',
    from: 'return !belongsToUnit(scope) &&',
    to: "return has(scope, 'unit_leader') || !belongsToUnit(scope) &&",
    test: 'test/long/disclosure-quarter.test.ts',
  },
  {
    name: 'disclosure: the log tells how many ratings a roster change moved',
    file: 'server/queries/audit.ts',
    from: "a.detail - 'requeued' as detail",
    to: 'a.detail',
    test: 'test/api/disclosure-probes.test.ts',
  },
  {
    name: 'disclosure: an official report of the province tells live totals',
    file: 'server/routes/report-documents.ts',
    from: "const now = await sumUnits(trx, 'unit_steps', coverRange(range), null, items)",
    to: "const now = await sumUnits(trx, 'unit_tallies', coverRange(range), null, items)",
    test: 'test/long/disclosure-quarter.test.ts',
  },
  {
    name: 'disclosure: five changes make a step, as corrections once did',
    file: 'server/count/publish.ts',
    from: 'if (fresh.length < MIN_STEP) continue',
    to: 'if (gathered.length < MIN_STEP) continue',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'disclosure: all but one of what appeared together are moved',
    file: 'server/count/publish.ts',
    from: 'if (part.length < MIN_STEP || (stays > 0 && stays < MIN_STEP)) continue',
    to: 'if (part.length < MIN_STEP) continue',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'disclosure: a remark follows a correction beside new ratings',
    file: 'server/count/remark-owners.ts',
    from: 'fresh.length > 0 ? fresh : changes',
    to: 'changes',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'cases: a leader answers a case of their own',
    file: 'server/domain/cases.ts',
    from: 'it.officer_id !== null && (isSelf(scope, it.officer_id) || it.opened_by === scope.account_id)',
    to: 'false',
    test: 'test/unit/domain-cases.test.ts',
  },
  {
    name: 'cases: the log tells the words',
    file: 'server/routes/case-deeds.ts',
    from: 'detail: { kind: row.kind, ...detail }',
    to: 'detail: { kind: row.kind, words: row.words, ...detail }',
    test: 'test/api/cases.test.ts',
  },
  {
    name: 'disclosure: visits compared with the exact number of ratings',
    file: 'server/domain/episodes.ts',
    from: 'return (wholeFives(counted) ?? 0) > visits',
    to: 'return counted > visits',
    test: 'test/api/disclosure-probes.test.ts',
  },
]

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

/** Runs the proof in the copy; true when it passed. */
function prove({ test, env }) {
  const ran = spawnSync(process.execPath, ['tools/test.mjs', test], {
    cwd: project,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 600_000,
  })
  const rules = [...ran.stdout.matchAll(/^\s+not ok \d+ - (.*?)(?: # time.*)?$/gm)].map((match) => match[1])
  return { passed: ran.status === 0, said: rules[0] ?? ran.stderr.trim().split('\n').at(-1) ?? '' }
}

let failed = 0
const report = (ok, name, said) => {
  if (!ok) failed += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name}${said ? `  (${said})` : ''}`)
}
try {
  // A proof that fails on the sound product would catch every mutant.
  const proofs = new Map(chosen.map((mutant) => [`${mutant.test} ${JSON.stringify(mutant.env ?? {})}`, mutant]))
  for (const [name, mutant] of proofs) {
    const { passed, said } = prove(mutant)
    report(passed, `sound: ${name}`, passed ? '' : said)
  }
  for (const mutant of chosen) {
    const path = join(project, mutant.file)
    const sound = readFileSync(path, 'utf8')
    if (sound.split(mutant.from).length !== 2) {
      report(false, mutant.name, `${mutant.file} does not hold the line once`)
      continue
    }
    writeFileSync(
      path,
      sound.replace(mutant.from, () => mutant.to),
    )
    const { passed, said } = prove(mutant)
    report(!passed, `caught: ${mutant.name}`, passed ? 'SURVIVED' : said)
    writeFileSync(path, sound)
  }
} finally {
  rmSync(project, { recursive: true, force: true })
}
console.log(`${chosen.length} mutants, ${failed} failed`)
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1
