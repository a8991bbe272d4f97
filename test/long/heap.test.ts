/** Memory that was used and is not any more is given back, seen from outside. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'

const MB = 1_000_000

t.test('a process that made much and dropped it has it given back', async (t) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import=tsx', join(import.meta.dirname, '../fixtures/drops-memory.ts')],
    { encoding: 'utf8' },
  )
  t.equal(stderr, '')
  const { made, kept } = JSON.parse(stdout) as { made: number; kept: number }
  t.ok(made > 60 * MB, `it had made ${made} bytes`)
  t.ok(kept < made / 2, `${kept} of ${made} bytes are left`)
})
