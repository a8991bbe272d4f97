/** A figure, and what may stand beside it: bands, limits, shares drawn toward the others. What may not be shown is null. */
import { type Static, Type } from 'typebox'
import { Closed, Nullable, Share } from './common.ts'

export const rungs = ['none', 'count', 'band', 'full'] as const
export type Rung = (typeof rungs)[number]

export const Figure = Closed({
  /** Counted ratings. Null where even the number may not be shown. */
  n: Nullable(Type.Integer()),
  /** Counts of level 1 to level 5. */
  levels: Nullable(Type.Array(Type.Integer(), { minItems: 5, maxItems: 5 })),
  /** Share of levels 4 and 5 with its 95 % Wilson interval; `value` null at rung `band`. */
  satisfaction: Nullable(Share),
  /** Mean of 0/25/50/75/100. */
  index: Nullable(Type.Number()),
  /** Ratings received but set aside, in the same scope; null where it may not be shown. */
  set_aside: Nullable(Type.Integer()),
  /** What may be shown: see docs/figures.md. Units and counters are `full` or `none`. */
  rung: Type.Enum(rungs as unknown as Rung[]),
  suppressed: Type.Boolean(),
})
export type Figure = Static<typeof Figure>

/** An officer against the limits of the unit's own share; null below rung `band`. */
export const bands = ['below', 'usual', 'above'] as const
export const Band = Nullable(Type.Enum(bands as unknown as (typeof bands)[number][]))

/** How much of what was said at an officer's counters has an officer: `low` = a third or more has none, the figure is withheld. */
export const attributions = ['high', 'fair', 'low'] as const
export type Attribution = (typeof attributions)[number]
export const Attributed = Nullable(Type.Enum(attributions as unknown as Attribution[]))

/** A difference of two shares with its 95 % interval (Newcombe 1998); `notable` when the interval leaves out zero. */
export const Change = Closed({
  value: Type.Number(),
  lower: Type.Number(),
  upper: Type.Number(),
  notable: Type.Boolean(),
})

/** A share drawn toward what all subjects have in common, with its 95 % credible interval; all in [0, 1]. */
export const ShrunkShare = Closed({
  /** Null where only the bounds may be shown. */
  value: Nullable(Type.Number()),
  lower: Type.Number(),
  upper: Type.Number(),
  /** Share of the spread between subjects of this size that is no chance. */
  reliability: Type.Number(),
})
export type ShrunkShare = Static<typeof ShrunkShare>

/** Shares between which chance (and the spread between subjects, where known) keeps 95 % and 99.8 %. */
export const Limits = Closed({
  low998: Type.Number(),
  low95: Type.Number(),
  high95: Type.Number(),
  high998: Type.Number(),
})
export type Limits = Static<typeof Limits>

/** What the limits of a funnel are drawn by; it exists from ten subjects up. */
export const Funnel = Closed({
  subjects: Type.Integer(),
  pooled: Type.Number(),
  phi: Type.Number(),
  phi_winsorised: Type.Number(),
  tau2: Type.Number(),
})

export const Standardised = Nullable(
  Closed({ raw: Type.Number(), expected: Type.Number(), standardised: Type.Number() }),
)

/** Beside a unit's figure, never instead of it. */
export const UnitAnnex = Closed({
  /** Visits of the range; null where none are known. As in `response`. */
  visits: Nullable(Type.Integer()),
  /** Ratings per visit, of the counters and times whose visits are known; null where more ratings came than visits. */
  response_rate: Nullable(Type.Number()),
  /** The share satisfied among those visits if all silent ones were dissatisfied, and if all were satisfied. */
  bounds: Nullable(Closed({ lower: Type.Number(), upper: Type.Number() })),
  /** Each service (else group of procedures) weighted by its visits instead of its ratings; null unless two or more are told. */
  poststratified: Nullable(Closed({ raw: Type.Number(), weighted: Type.Number() })),
  /** Against what the province's share in each service would give with this mix of work. */
  standardised: Standardised,
  /** Within the province; null for readers of one unit. */
  shrunk: Nullable(ShrunkShare),
  /** Limits of the units' funnel at this number of ratings; null with fewer than ten units. */
  limits: Nullable(Limits),
  side: Band,
})
export type UnitAnnex = Static<typeof UnitAnnex>
