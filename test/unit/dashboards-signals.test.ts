/** The build of the staff pages leaves out what is read and not used (dashboards/vite.config.ts): an effect would not follow it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const folder = join(import.meta.dirname, '..', '..', 'dashboards')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name))
const readInVain = /^\s*(?:void\s+)?[\w.]+\.value(?:\.\w+)*;?\s*$/

t.test('no signal is read without being used', async (t) => {
  for (const line of ['  void again.value', '  panel.value', '  void route.value.path']) t.match(line, readInVain)
  t.ok(sources.length > 50, `${sources.length} files`)
  const found = sources.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line, place) => (readInVain.test(line) ? [`${name}:${place + 1} ${line.trim()}`] : [])),
  )
  t.strictSame(found, [])
})
