/** Each mutant of `npm run test:mutants` still fits the sources: its line is there once, and so is the proof it names. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

interface Mutant {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly test: string
}
const root = join(import.meta.dirname, '..', '..')
const { mutants } = (await import(join(root, 'tools', 'mutant-list.mjs'))) as { mutants: readonly Mutant[] }

t.test('the list was read', async (t) => {
  t.ok(mutants.length >= 17, `${mutants.length} mutants`)
  t.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length, 'each name is used once')
})

t.test('each mutant changes one place of its file', async (t) => {
  for (const { name, file, from, to, test } of mutants) {
    const source = readFileSync(join(root, file), 'utf8')
    t.equal(source.split(from).length - 1, 1, `${file} contains the line of "${name}" once`)
    t.not(to, from, `"${name}" changes something`)
    t.ok(existsSync(join(root, test)), `the proof of "${name}" exists: ${test}`)
  }
})
