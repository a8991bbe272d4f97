/** Whether the clock may be believed before something is destroyed for ever. Pure: both clocks are arguments. */

const HOUR_MS = 3_600_000
/** A clock that jumped, or woke up weeks after the last rating, must hold still this long: time enough to notice. */
export const SETTLE_MS = 24 * HOUR_MS
/** No office sends nothing for longer; over Tết it is nine days. */
const LONG_SILENCE_MS = 14 * 24 * HOUR_MS

export interface ClockTrust {
  /**
   * `now` is the wall clock, `steady` one that only counts on (both in ms), `counted_through` the newest arrival known
   * when first asked; null = none. False for a day after the wall clock moved by more than an hour against the steady
   * one, or when it began more than two weeks behind or after the newest arrival.
   */
  mayDestroy(now: number, steady: number, counted_through: number | null): boolean
}

export function createClockTrust(): ClockTrust {
  let offset: number | null = null
  let settledAt = Number.NEGATIVE_INFINITY
  return {
    mayDestroy(now, steady, counted_through) {
      const strange =
        offset === null
          ? counted_through !== null && Math.abs(now - counted_through) > LONG_SILENCE_MS
          : Math.abs(now - steady - offset) > HOUR_MS
      offset = now - steady
      if (strange) settledAt = steady + SETTLE_MS
      return steady >= settledAt
    },
  }
}
