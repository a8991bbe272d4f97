/** What a picture over time consists of, in our own words: pages build it, the one wrapper draws it. */
import type { ShareAxis } from '../chart-data.ts'

/** One for each point; null where there is none to be shown. */
export type Values = readonly (number | null)[]

export type Layer =
  /** The interval as a shaded band. */
  | { kind: 'band'; lower: Values; upper: Values }
  /** Joined values: only where neighbours may be compared. */
  | {
      kind: 'line'
      values: Values
      /** Whether the last value is of days that still run: its dot is hollow. */
      running: boolean
    }
  /** What chance explains at each point's own number of ratings: shaded, a block for each. */
  | { kind: 'limits'; lower: Values; upper: Values }
  /** Values alone, never joined; a triangle in place of the dot where chance is ruled out. */
  | { kind: 'dots'; values: Values; marks: readonly ('lower' | 'higher' | null)[] }
  /** The interval of each value as a thin upright bar. */
  | { kind: 'whiskers'; lower: Values; upper: Values }
  /** One level across the whole picture, dashed. */
  | { kind: 'reference'; value: number }

export interface Plot {
  /** Text under each point; an empty one leaves the place blank. Several lines as a list. */
  ticks: readonly (string | string[])[]
  axis: ShareAxis
  layers: readonly Layer[]
  /** What the pointer shows at a point: heading and line; null where nothing may be shown. */
  tips: readonly ({ title: string; text: string } | null)[]
  /** A value printed beside its point, and below it in quiet letters what it rests on. */
  printed: { index: number; value: number; text: string; below: string } | null
  /** Percent without decimals for the axis, in the reader's language. */
  percent: (share: number) => string
}
