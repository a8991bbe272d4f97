/** The documents have the form that readers see: tables render as tables, and the maps name every folder. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { codeSpans, findAll, pages, read, root, section, withoutExamples } from '../support/docs.ts'

t.test('every table has a head, a line below it, and rows of as many cells', (t) => {
  let seen = 0
  for (const page of pages) {
    // Lines that begin with a bar, also in a quotation; every other line ends a table.
    const lines = withoutExamples(read(page)).split('\n')
    const bars = lines.map((line) => /^(?:> ?)?(\|.*)$/.exec(line)?.[1] ?? '').join('\n')
    for (const table of bars.split(/\n{2,}/).filter((block) => block.trim() !== '')) {
      const rows = table.trim().split('\n')
      t.match(rows[1], /^(\| *:?-+:? *)+\|$/, `${page}: ${rows[0]?.slice(0, 80)}`)
      const cells = rows.map((row) => row.replaceAll('\\|', '').split('|').length)
      for (const [index, row] of rows.entries()) t.equal(cells[index], cells[0], `${page}: ${row.slice(0, 80)}`)
      seen += 1
    }
  }
  t.ok(seen > 60, `${seen} tables`)
  t.end()
})

t.test('both maps name every folder of the code, and no other', async (t) => {
  const foldersIn = (path: string) =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|dist\.|(node_modules|data|screenshots)$)/.test(entry.name))
      .map(({ name }) => `${name}/`)
      .sort()
  const rows = section('README.md', '## The map')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const named = rows.map((row) => codeSpans(row).filter((span) => span.endsWith('/')))
  t.same(named.map(([folder]) => folder).sort(), foldersIn('.'), 'README: the folders of the repository')
  const [, ...ofServer] = named.find(([folder]) => folder === 'server/') ?? []
  t.same(ofServer.sort(), foldersIn('server'), 'README: those of the server')
  t.same(
    findAll(section('docs/architecture.md', '## Where things are'), /^\| `server\/([\w-]+\/)` \|/gm),
    foldersIn('server'),
    'architecture: those of the server',
  )
})
