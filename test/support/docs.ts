/** The documents as text, and how tests take them apart. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')
export const read = (path: string) => readFileSync(join(root, path), 'utf8')

export function listFiles(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path, ending) : ending.test(path) ? [path] : []
  })
}

/** Every document, as a path inside the repository. */
export const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...listFiles('docs', /\.md$/)]

export const withoutExamples = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')

/** What is in backticks outside of fenced examples. */
export const codeSpans = (text: string): string[] =>
  [...withoutExamples(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string)

/** Everything a pattern's first group finds, each once, sorted. */
export const findAll = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map((match) => match[1] as string))].sort()

/** The part of a page under one heading, up to the next of the same rank. */
export function section(page: string, heading: string): string {
  const rank = /^#+ /.exec(heading)?.[0] ?? ''
  const [, after] = read(page).split(`\n${heading}\n`)
  if (after === undefined) throw new Error(`${page} has no heading "${heading}"`)
  return after.split(`\n${rank}`)[0] as string
}
