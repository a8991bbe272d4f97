/** Building: only when sources changed, side by side without harm, and without taking scripts from tablets that still ask. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { copySources } from '../support/source-copy.ts'

const project = t.testdir({})
copySources(project)

const start = (): ChildProcess =>
  spawn(process.execPath, ['tools/build.mjs'], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'], detached: true })

async function build(): Promise<{ code: number | null; said: string }> {
  const child = start()
  let said = ''
  child.stderr?.on('data', (part) => {
    said += part
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, said }
}

const dist = (...path: string[]) => join(project, 'dist', ...path)
const drafts = () => readdirSync(project).filter((name) => /^dist\.(draft|link)/.test(name))
const scripts = () => readdirSync(dist('dashboards', 'assets')).filter((name) => name.endsWith('.js'))

t.test('two builders at once: both succeed, one result', async (t) => {
  for (const { code, said } of await Promise.all([build(), build()])) t.equal(code, 0, said)
  t.same(drafts(), [])
  for (const file of [
    'server/start.js',
    'server/manage.js',
    'terminal/index.html',
    'terminal/sw.js',
    'dashboards/index.html',
  ]) {
    t.ok(existsSync(dist(file)), file)
  }
  for (const ending of ['br', 'gz'])
    t.ok(existsSync(dist(`terminal/index.html.${ending}`)) || existsSync(dist(`terminal/sw.js.${ending}`)), ending)
})

t.test('nothing changed: nothing is built', async (t) => {
  const before = readlinkSync(dist())
  t.match(await build(), { code: 0, said: '' })
  t.equal(readlinkSync(dist()), before)
})

t.test('a change: the running server keeps its files, and old scripts stay for 90 days', async (t) => {
  const running = realpathSync(dist())
  const before = scripts()
  appendFileSync(join(project, 'dashboards', 'main.tsx'), '\nconsole.debug(1)\n')
  t.match(await build(), { code: 0, said: /Building/ })
  t.not(realpathSync(dist()), running)
  t.ok(existsSync(join(running, 'server', 'start.js')))
  for (const name of before) t.ok(scripts().includes(name), `${name} can still be asked for`)
  t.ok(scripts().length > before.length)

  const list = dist('manifests', 'dashboards-carried.json')
  const carried = JSON.parse(readFileSync(list, 'utf8')) as Record<string, number>
  const [old = ''] = Object.keys(carried)
  writeFileSync(list, JSON.stringify({ ...carried, [old]: Date.now() - 91 * 24 * 3600 * 1000 }))
  appendFileSync(join(project, 'dashboards', 'main.tsx'), '\nconsole.debug(2)\n')
  t.match(await build(), { code: 0 })
  t.notOk(scripts().includes(old), 'until then')
})

t.test('going back to what was built before needs no build', async (t) => {
  const main = join(project, 'dashboards', 'main.tsx')
  writeFileSync(main, readFileSync(main, 'utf8').replace('\nconsole.debug(2)\n', ''))
  t.match(await build(), { code: 0, said: '' })
})

t.test('killed while building: the old build stays in use, the next one clears up', async (t) => {
  const before = realpathSync(dist())
  appendFileSync(join(project, 'dashboards', 'main.tsx'), '\nconsole.debug(3)\n')
  for (const wait of [300, 900, 1800]) {
    const child = start()
    await new Promise((resolve) => setTimeout(resolve, wait))
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await new Promise((resolve) => child.on('close', resolve))
    t.ok(existsSync(dist('server', 'start.js')))
  }
  t.match(await build(), { code: 0 })
  t.not(realpathSync(dist()), before)
  t.same(drafts(), [])
})

t.test('a mistake in the sources: one message, no stack, the old build stays', async (t) => {
  const before = realpathSync(dist())
  writeFileSync(join(project, 'dashboards', 'main.tsx'), 'import {')
  const { code, said } = await build()
  t.equal(code, 1)
  t.notMatch(said, /node_modules\/rolldown.*\n.*at /)
  t.equal(realpathSync(dist()), before)
  t.same(drafts(), [])
})
