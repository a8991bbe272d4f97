/** Counts trials of a fault: how many ran, on how many ratings, how many broke a rule, and the bound that follows. */
import { appendFileSync } from 'node:fs'
import type { Test } from 'tap'
import { type Trials, tellTrials } from './trial-table.ts'

/** A trial returns how many ratings its rules were checked on; it throws, or fails an assertion of `t`, when one broke. */
export type Trial = (t: Test, number: number) => Promise<number>

/** `TRIALS=n` runs every fault n times, for a quick look or a long night; `FAULT=words` only those whose name has them. */
const wanted = Number(process.env.TRIALS ?? 0)
const only = process.env.FAULT ?? ''

/** Runs `count` trials of one fault, each a test of its own, and notes the sum for the table of the run. */
export async function repeat(t: Test, fault: string, count: number, trial: Trial, timeout = 120_000): Promise<void> {
  if (!fault.includes(only)) return
  const sum: Trials = { fault, trials: 0, ratings: 0, broken: 0 }
  for (let number = 0; number < (wanted || count); number += 1) {
    let ratings = 0
    const passed = await t.test(`${fault}: ${number + 1}`, { timeout }, async (t) => {
      ratings = await trial(t as Test, number)
      t.ok(ratings > 0, `${ratings} ratings were at stake`)
    })
    sum.trials += 1
    sum.ratings += ratings
    if (!(passed as { ok?: boolean } | null)?.ok) sum.broken += 1
  }
  note(t, sum)
}

/** Says loudly that a fault could not be tried here: that is no pass. */
export async function skipTrials(t: Test, fault: string, why: string): Promise<void> {
  t.test(fault, { skip: `skipped: ${why}` }, async () => {})
  note(t, { fault, trials: 0, ratings: 0, broken: 0, skipped: why })
}

function note(t: Test, trials: Trials): void {
  t.comment(tellTrials(trials))
  if (process.env.TRIALS_FILE) appendFileSync(process.env.TRIALS_FILE, `${JSON.stringify(trials)}\n`)
  else process.stderr.write(`${tellTrials(trials)}\n`)
}
