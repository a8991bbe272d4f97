/** The page of explanations: every figure of docs/figures.md in both languages, and every link of the pages leads to one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readExplanations } from '../../dashboards/figure-text.ts'

const root = join(import.meta.dirname, '..', '..')
const text = readFileSync(join(root, 'docs/figures.md'), 'utf8')
const plain = (language: 'vi' | 'en') =>
  readExplanations(text, language).map(({ id, title, blocks }) => ({
    id,
    title,
    words: blocks
      .flatMap((block) => (block.kind === 'words' ? block.runs : block.rows.flat(2)))
      .map((run) => run.text)
      .join(' '),
  }))

t.test('every section is there in both languages, in words alone', async (t) => {
  const [vi, en] = [plain('vi'), plain('en')]
  t.equal(vi.length, 16)
  t.same(
    en.map(({ id }) => id),
    vi.map(({ id }) => id),
  )
  t.same(new Set(vi.map(({ id }) => id)).size, 16)
  for (const { title, words } of [...vi, ...en]) {
    t.ok(words.length > 150, `${title}: ${words.length} letters`)
    t.notMatch(words, /<!--|\]\(|\*\*|`|^\||English\./, title)
    t.notMatch(words, /\d\s%|'|(mức|levels?) \d/i, `${title}: 91,7%, ’ and mức\u00a04, as on every other page`)
  }
  for (const { title, words } of vi) {
    t.match(words, /Là gì\..*(Đọc thế nào|Khi nào chưa hiện)/, title)
    t.notMatch(words, /\d\.\d{1,2}\b|\d\.\d{4}|"|anh\/chị/, `${title}: 0,137%, “…”, and every role reads it`)
  }
  for (const { title, words } of en) {
    t.notMatch(
      words,
      /\(\W*\)|\([Ww]hy|\.\.|\b(null|too_soon|shrunk)\b|\d\.\d{6}|see the table/i,
      `${title}: nothing is left of links and fields`,
    )
  }
  for (const { title, words } of [...vi, ...en]) t.notMatch(words, /npm run|test\/|manage --/, title)
  const tables = (language: 'vi' | 'en') =>
    readExplanations(text, language).map(({ blocks }) => blocks.filter(({ kind }) => kind === 'table').length)
  t.same(tables('en'), tables('vi'), 'as many tables in either language')
  const words = { vi: vi.map(({ words }) => words).join(' '), en: en.map(({ words }) => words).join(' ') }
  for (const language of ['vi', 'en'] as const) {
    const said = JSON.parse(readFileSync(join(root, `dashboards/i18n/${language}.json`), 'utf8'))
    for (const rule of ['too_soon', 'burst', 'mash']) t.match(words[language], said[`rule.${rule}`], 'as on the pages')
  }
  t.match(en[0]?.title, 'Satisfaction')
  t.match(vi[3]?.words, /từ 30 .*đầy đủ/, 'tables too')
})

t.test('every link of a page leads to an explanation', async (t) => {
  const ids = plain('vi').map(({ id }) => id)
  const folder = join(root, 'dashboards')
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'))
  const links = pages.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\breads="([^"]*)"/g)].map(([, id]) => id as string),
  )
  t.ok(links.length >= 12, `${links.length} links`)
  t.same(
    links.filter((id) => !ids.includes(id)),
    [],
  )
})
