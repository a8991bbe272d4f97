/** `npm run typecheck`: every tsconfig of the project, two at a time; each runtime has its own, so a wrong import does not compile. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './sources.mjs'

export const projects = ['server', 'terminal-ui', 'dashboards', 'test']

/** Checks one project; returns the compiler's complaints, empty when there are none. */
export function checkTypes(project) {
  const modules = join(root, 'node_modules')
  const tsc = join(modules, 'typescript', 'bin', 'tsc')
  // What was checked before and has not changed is not checked again: seconds instead of a minute at each landing.
  const known = ['--incremental', '--tsBuildInfoFile', join(modules, '.cache', 'types', `${project}.json`)]
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [tsc, '-p', project, '--pretty', 'false', ...known],
      { cwd: root },
      (error, out, err) => {
        resolve(error ? out + err || String(error) : '')
      },
    )
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const waiting = [...projects]
  const work = async () => {
    for (let project = waiting.shift(); project; project = waiting.shift()) {
      const complaints = await checkTypes(project)
      console.log(complaints === '' ? `ok      types of ${project}` : `FAILED  types of ${project}\n${complaints}`)
      if (complaints !== '') process.exitCode = 1
    }
  }
  await Promise.all([work(), work()])
}
