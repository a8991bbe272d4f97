/** Property tests with a fixed seed in their name, so that a failure in CI is the same failure at home. */
import fc from 'fast-check'
import type { Test } from 'tap'

export const SEED = 20261124

/** Passes as one assertion when `check` throws for none of `runs` values; the shrunken counter-example is in the failure. */
export async function property<T>(
  t: Test,
  what: string,
  values: fc.Arbitrary<T>,
  check: (value: T) => unknown,
  runs = 200,
): Promise<void> {
  await fc.assert(
    // A failure that asks a database for each smaller example must be told before its file runs out of time.
    fc.asyncProperty(fc.limitShrink(values, 200), async (value) => {
      await check(value)
    }),
    { seed: SEED, numRuns: runs },
  )
  t.pass(`${what} (seed ${SEED}, ${runs} runs)`)
}
