/** Words of the staff pages: both languages say the same things with the same parameters; every key is used; nothing of the pages is markup. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { errorCodes } from '../../server/contract/errors.ts'

const folder = join(import.meta.dirname, '../../dashboards')
const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, `i18n/${language}.json`), 'utf8'))
const vi = read('vi')
const en = read('en')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))

t.test('both languages have exactly the same messages', async (t) => {
  t.same(Object.keys(en).sort(), Object.keys(vi).sort())
  const entries = [...Object.entries(vi), ...Object.entries(en)]
  t.same(
    entries.filter(([, text]) => !text.trim()),
    [],
    'none is empty',
  )
  t.same(
    entries.filter(([, text]) => text.split('**').length % 2 === 0),
    [],
    'strong words are closed',
  )
})

t.test('a message takes the same parameters in both languages', async (t) => {
  // `{n}` prints its parameter; `{n|one|many}` only chooses a word by it, which Vietnamese never needs.
  const printed = (text = '') => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort().join()
  // Here each language picks its own of what is offered: Quý II or Q2, Th 6 or Jun.
  const either = ['period.month_short', 'period.quarter', 'period.quarter_short']
  const different = Object.keys(vi).filter((key) => !either.includes(key) && printed(vi[key]) !== printed(en[key]))
  t.same(different, [])
  t.ok(
    either.every((key) => printed(vi[key]) !== printed(en[key])),
    'the exceptions are still needed',
  )
})

t.test('one thing has one name, and apostrophes and quotation marks are curly', async (t) => {
  const retired = /may rủi|người đến|lượt giải quyết|tập hợp bất thường|xoá|đơn vị (?:cũ|tiền thân)|['"]/i
  t.same(
    [vi, en].map((words) => Object.entries(words).filter(([, text]) => retired.test(text))),
    [[], []],
  )
})

t.test('every error code of the server has its sentence', async (t) => {
  t.same(
    errorCodes.filter((code) => !vi[`error.${code}`] || !en[`error.${code}`]),
    [],
  )
})

t.test('every message is used', async (t) => {
  const all = sources.map(({ text }) => text).join('\n')
  // Keys made from data: `error.${code}`, `rung.${rung}_shows`.
  const made = [...all.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{[^}]*\}([a-z_]*)`/g)].map(
    (match) => [match[1], match[2]] as const,
  )
  const isUsed = (key: string) =>
    all.includes(`'${key}'`) ||
    all.includes(`"${key}"`) ||
    made.some(([start = '', end = '']) => key.startsWith(start) && key.endsWith(end))
  t.same(
    Object.keys(vi).filter((key) => !isUsed(key)),
    [],
  )
  t.notOk(isUsed('state.nothing_like_this'), 'an unused one would be found')
})

t.test('no page turns text into markup; one file calls fetch, one knows Chart.js', async (t) => {
  t.ok(sources.length > 40, 'the pages were found')
  const having = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
  t.same(having(/dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|document\.write/), [])
  t.same(having(/\bfetch\(/), ['api.ts', 'early.ts'])
  t.same(having(/from 'chart\.js/), ['charts/chart.tsx'])
})
