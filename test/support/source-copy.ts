/** Everything a build is made of, copied so that it can be changed and built apart from this checkout. */
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './browser.ts'

const parts = [
  'server',
  'migrations',
  'terminal-ui',
  'dashboards',
  'tools',
  'docs/figures.md',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
]

/** Fills an empty folder; the packages are those of this checkout. */
export function copySources(project: string): void {
  for (const part of parts) cpSync(join(root, part), join(project, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
}
