/** Which files a build is made of, and the one hash that names their content. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const folders = ['server', 'migrations', 'terminal-ui', 'dashboards']
const files = [
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  // The staff pages carry it.
  'docs/figures.md',
  'tools/build.mjs',
  'tools/pages.mjs',
  'tools/sources.mjs',
]

/** 16 hex digits over names and contents, so that touching a file or checking out a branch and back builds nothing. */
export function hashSources() {
  const hash = createHash('sha256')
  for (const file of [...folders.flatMap((folder) => listFiles(join(root, folder))), ...files]) {
    const path = join(root, file)
    if (!existsSync(path)) continue
    const content = readFileSync(path)
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Every file below `folder`, as sorted paths relative to `base`. */
export function listFiles(folder, base = root) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listFiles(path, base) : [relative(base, path)]
    })
}

/** TypeScript sources of a project folder, as sorted paths relative to it. */
export function listSourceFiles(project) {
  return [...folders, 'test'].flatMap((folder) =>
    listFiles(join(project, folder), project).filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts')),
  )
}
