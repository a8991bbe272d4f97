/** The counts that a test run ends with are true, also when tap leaves zeros out, or ends without any. */
import { join } from 'node:path'
import t from 'tap'

interface Reader {
  line(text: string): void
  finish(exitCode: number): { passed: number; failed: number; skipped: number }
}
const { readTap } = (await import(join(import.meta.dirname, '..', '..', 'tools', 'tap-summary.mjs'))) as {
  readTap(print: (text: string) => void): Reader
}

function read(text: string, exitCode: number) {
  const printed: string[] = []
  const reader = readTap((line) => printed.push(line))
  for (const line of text.split('\n')) reader.line(line)
  return { counts: reader.finish(exitCode), printed: printed.join('\n') }
}

const passedFile = `TAP version 14
# Subtest: test/a.test.ts
    ok 1 - one
    1..1
ok 1 - test/a.test.ts # time=164.5ms
`

t.test('zero counts are left out by tap', async (t) => {
  const { counts, printed } = read(`${passedFile}1..1\n# { total: 1, pass: 1 }\n# time=1139.1ms`, 0)
  t.same(counts, { passed: 1, failed: 0, skipped: 0 })
  t.equal(printed, 'ok      test/a.test.ts  0.2 s')
})

t.test('failures, skips and todos', async (t) => {
  const failed = `# Subtest: test/b.test.ts
    # Subtest: inner
        ok 1 - fine
        not ok 2 - wrong
          ---
          diff: here
          ...
    not ok 1 - inner
not ok 2 - test/b.test.ts # time=10ms
  ---
  exitCode: 1
  ...
`
  const { counts, printed } = read(`${passedFile}${failed}1..2\n# { total: 7, pass: 3, fail: 2, skip: 1, todo: 1 }`, 1)
  t.same(counts, { passed: 3, failed: 2, skipped: 2 })
  t.match(printed, /FAILED {2}test\/b\.test\.ts/)
  t.match(printed, /not ok 2 - wrong\n.*\n.*diff: here/)
  t.notMatch(printed, /fine|exitCode/)
  const crashed = `not ok 1 - test/c.test.ts # time=10ms\n  ---\n  signal: SIGKILL\n  ...\n`
  t.match(read(`${crashed}# { total: 1, fail: 1 }`, 1).printed, /signal: SIGKILL/, 'a crash is told')
})

t.test('a run that ends badly without a failed test is a failure', async (t) => {
  t.same(read(`${passedFile}# { total: 1, pass: 1 }`, 1).counts, { passed: 1, failed: 1, skipped: 0 })
  t.same(read('', 1).counts, { passed: 0, failed: 1, skipped: 0 }, 'tap itself crashed')
  t.same(read('', 0).counts, { passed: 0, failed: 1, skipped: 0 }, 'nothing was run')
  t.same(read(passedFile, 0).counts.failed, 1, 'cut off before its counts')
})
