/** `npm start`, `npm run demo`, `npm run manage`: builds when sources changed, then runs the server in this same process, so that signals reach it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Hài Lòng needs Node.js 20.19 or later; this is ${process.versions.node}.`)
  process.exit(1)
}

const root = join(import.meta.dirname, '..')
if (!existsSync(join(root, 'node_modules', 'esbuild'))) {
  console.error('The packages are missing: run npm ci first.')
  process.exit(1)
}

const [mode, ...rest] = process.argv.slice(2)
// A server survives its terminal from here on; server/bin/hangup.ts then reads the certificate. Commands end with it.
if (mode !== 'manage') process.on('SIGHUP', () => {})

const { ensureBuilt } = await import('./build.mjs')
let built
try {
  built = ensureBuilt()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

// `demo` is a command like the others, with a name of its own in package.json because it is what visitors run.
const commandLine = mode === 'manage' ? rest : mode === 'demo' ? ['demo', ...rest] : null
const entry = join(built, 'server', commandLine === null ? 'start.js' : 'manage.js')
process.argv = [process.execPath, entry, ...(commandLine ?? process.argv.slice(2))]
process.setSourceMapsEnabled?.(true)
await import(pathToFileURL(entry).href)
