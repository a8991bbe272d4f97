/** Keys: made once, the same for every process, readable by their owner alone, and never silently made anew. */
import { spawn } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fingerprint, loadKeys } from '../../server/keys.ts'

t.test('made once, then the same for ever', async (t) => {
  const dir = join(t.testdir({}), 'data')
  const first = loadKeys(dir)
  t.same(
    Object.values(first).map((key) => key.length),
    [32, 32, 32],
  )
  t.equal(new Set(Object.values(first).map((key) => key.toString('hex'))).size, 3, 'each its own')
  t.same(loadKeys(dir), first)
  t.equal(statSync(join(dir, 'keys')).mode & 0o777, 0o700)
  for (const name of readdirSync(join(dir, 'keys'))) {
    t.match(name, /^(content|audit|codes)\.key$/, 'no draft is left')
    t.equal(statSync(join(dir, 'keys', name)).mode & 0o777, 0o600)
  }
})

t.test('a copy that became readable for others is closed again', async (t) => {
  const dir = t.testdir({})
  loadKeys(dir)
  const file = join(dir, 'keys', 'content.key')
  chmodSync(file, 0o644)
  loadKeys(dir)
  t.equal(statSync(file).mode & 0o777, 0o600)
})

t.test('a damaged key stops the start: a new one would turn ratings sent again into conflicts', async (t) => {
  const dir = t.testdir({})
  loadKeys(dir)
  const file = join(dir, 'keys', 'content.key')
  const whole = readFileSync(file, 'utf8')
  for (const content of ['', whole.slice(0, 40), whole.replace(/^./, 'x'), `${whole.trim()}00\n`]) {
    writeFileSync(file, content)
    t.throws(() => loadKeys(dir), { message: /content\.key is damaged/ })
  }
})

t.test('five processes at the same moment agree', async (t) => {
  const dir = join(t.testdir({}), 'data')
  const script = `import { loadKeys, fingerprint } from ${JSON.stringify(join(import.meta.dirname, '../../server/keys.ts'))}
    await new Promise((resolve) => setTimeout(resolve, ${Date.now() + 2500} - Date.now()))
    console.log(Object.values(loadKeys(${JSON.stringify(dir)})).map(fingerprint).join())`
  const file = join(t.testdirName, 'race.mts')
  writeFileSync(file, script)
  const answers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      for await (const part of child.stdout) said += part
      return said.trim()
    }),
  )
  t.equal(new Set(answers).size, 1)
  t.equal(answers[0], Object.values(loadKeys(dir)).map(fingerprint).join())
  rmSync(file)
})

t.test('a fingerprint tells keys apart and is no key', async (t) => {
  const { content, audit } = loadKeys(t.testdir({}))
  t.match(fingerprint(content), /^[0-9a-f]{16}$/)
  t.not(fingerprint(content), fingerprint(audit))
  t.notOk(content.toString('hex').includes(fingerprint(content)))
})
