/** Reports: figures and the pages built from them. What may not be shown is null. */
import { type Static, Type } from 'typebox'
import { Family, ItemKind, ItemLabels } from './catalogue.ts'
import { Closed, Id, Instant, LocalDate, Nullable, Share } from './common.ts'
import { UnitKind } from './units.ts'

/** Inclusive local dates; both default to the running month. `compare=previous` adds the period of the same length before. */
export const RangeQuery = Closed({
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
  compare: Type.Optional(Type.Literal('previous')),
})
export type RangeQuery = Static<typeof RangeQuery>

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

/** A difference of two shares with its 95 % interval (Newcombe 1998); `notable` when the interval leaves out zero. */
export const Change = Closed({
  value: Type.Number(),
  lower: Type.Number(),
  upper: Type.Number(),
  notable: Type.Boolean(),
})

export const CommitmentCount = Closed({
  commitment: Type.String(),
  kept: Type.Integer(),
  broken: Type.Integer(),
  family: Family,
  kind: ItemKind,
  labels: Type.Record(Type.String(), ItemLabels),
})

export const StepFigure = Closed({ date: LocalDate, figure: Figure })
/** Figures of consecutive weeks (Monday to Sunday) or calendar months. */
export const SeriesPoint = Closed({ from: LocalDate, to: LocalDate, figure: Figure })
export type SeriesPoint = Static<typeof SeriesPoint>

const Previous = Nullable(Closed({ from: LocalDate, to: LocalDate, figure: Figure, change: Nullable(Change) }))

/** Up to when the figures reach, and how many terminals have been silent for more than a day. */
export const Freshness = Closed({
  counted_through: Nullable(Instant),
  silent_terminals: Type.Integer(),
  /** True while the server's clock lies behind what it has counted: new ratings are kept but not dated. */
  clock_behind: Type.Boolean(),
})

const LowRatings = Closed({
  /** Ratings of level 1 to 3. */
  low: Nullable(Type.Integer()),
  /** Those of them whose marks name only service tiles (procedure, time, equipment). */
  service_only: Nullable(Type.Integer()),
})

export const UnitsReport = Closed({
  from: LocalDate,
  to: LocalDate,
  freshness: Freshness,
  units: Type.Array(
    Closed({
      unit_id: Id,
      name: Type.String(),
      kind: UnitKind,
      figure: Figure,
      low: LowRatings,
      commitments: Type.Array(Closed({ commitment: Type.String(), kept: Type.Integer(), broken: Type.Integer() })),
      previous: Previous,
    }),
  ),
  /** The catalogue rows `commitments` speak of, in order. */
  commitments: Type.Array(
    Closed({
      commitment: Type.String(),
      family: Family,
      kind: ItemKind,
      labels: Type.Record(Type.String(), ItemLabels),
    }),
  ),
})
export type UnitsReport = Static<typeof UnitsReport>

export const UnitReport = Closed({
  from: LocalDate,
  to: LocalDate,
  freshness: Freshness,
  unit: Closed({ unit_id: Id, name: Type.String(), kind: UnitKind }),
  figure: Figure,
  previous: Previous,
  low: LowRatings,
  /** Counted ratings with no officer assigned at their moment; null where it may not be shown. */
  unattributed: Nullable(Type.Integer()),
  officers: Type.Array(Closed({ officer_id: Id, name: Type.String(), figure: Figure, band: Band })),
  counters: Type.Array(
    Closed({ counter_id: Id, name: Type.String(), service: Nullable(Type.String()), figure: Figure }),
  ),
  commitments: Type.Array(CommitmentCount),
  steps: Type.Array(StepFigure),
  /** Ratings of today as far as counting has come (a second or two behind), whatever their level, set-aside ones included. */
  received_today: Type.Integer(),
})
export type UnitReport = Static<typeof UnitReport>

export const OfficerReport = Closed({
  from: LocalDate,
  to: LocalDate,
  officer: Closed({ officer_id: Id, name: Type.String(), unit_id: Id, unit_name: Type.String() }),
  figure: Figure,
  band: Band,
  low: LowRatings,
  /** The unit's share in the same range; null unless three other officers have five ratings or more in it. */
  unit_satisfaction: Nullable(Share),
  commitments: Type.Array(CommitmentCount),
  steps: Type.Array(StepFigure),
})
export type OfficerReport = Static<typeof OfficerReport>

export const SeriesQuery = Closed({
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
  grain: Type.Enum(['week', 'month']),
})
/** A unit over time, oldest first. */
export const SeriesReport = Closed({ from: LocalDate, to: LocalDate, points: Type.Array(SeriesPoint) })
export type SeriesReport = Static<typeof SeriesReport>
