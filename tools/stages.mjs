/** The stages of `npm run verify`, `verify:ci` and `verify:all`: npm scripts whose last line is `N passed, N failed`. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const verify = ['test']
const ci = [...verify, 'test:long', 'test:disclosure', 'test:mutants -- --after-tests']
export const stages = { verify, ci, all: [...ci, 'test:fault', 'bench -- --quick'] }

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command with its output passed through; returns its counts. One that ends without counts, or with a failure that
 * its counts do not show, counts as one failure.
 */
export function runStage(command, args, print = console.log) {
  // A group of its own, so that a signal reaches the script behind npm.
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const stop = (signal) => process.kill(-child.pid, signal)
  for (const signal of signals) process.on(signal, stop)
  let last = ''
  let skipped = 0
  createInterface({ input: child.stdout }).on('line', (line) => {
    print(line)
    skipped = Number(/^(\d+) skipped$/.exec(line)?.[1] ?? skipped)
    last = line
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      for (const signal of signals) process.off(signal, stop)
      const counts = /^(\d+) passed, (\d+) failed$/.exec(last)
      const [passed, failed] = [Number(counts?.[1] ?? 0), Number(counts?.[2] ?? 0)]
      const hidden = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0
      resolve({ passed, failed: failed + hidden, skipped })
    })
  })
}
