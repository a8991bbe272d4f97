/** Reports: figures and the pages built from them. What may not be shown is null. */
import { type Static, Type } from 'typebox'
import { CasesInTime } from './cases.ts'
import { Family, ItemKind, ItemLabels } from './catalogue.ts'
import { Closed, Id, Instant, LocalDate, Nullable, Share } from './common.ts'
import { Attributed, Band, Change, Figure, Funnel, Limits, ShrunkShare, Standardised, UnitAnnex } from './figures.ts'
import { type Comparison, comparisons } from './periods.ts'
import { UnitKind } from './units.ts'
import { DossierCounts } from './visits.ts'

const range = {
  from: Type.Optional(Type.String({ maxLength: 40 })),
  to: Type.Optional(Type.String({ maxLength: 40 })),
}
/** The counters of one service, as it is written at them. */
const service = Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }))
/** One counter of the unit, or those of one service; of such a part only published steps are told, whoever asks. */
const part = { counter_id: Type.Optional(Id), service }

/** Inclusive local dates; both default to the running month. `compare` adds the period before, or the same one a year earlier. */
export const RangeQuery = Closed({
  ...range,
  compare: Type.Optional(Type.Enum(comparisons as unknown as Comparison[])),
})
export type RangeQuery = Static<typeof RangeQuery>
export const UnitsQuery = Closed({ ...RangeQuery.properties, service })
export const UnitQuery = Closed({ ...RangeQuery.properties, ...part })

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
export const SeriesPoint = Closed({
  from: LocalDate,
  to: LocalDate,
  figure: Figure,
  /** p-chart: limits of chance at this point's number of ratings around the share of all points; null where nothing is shown. */
  limits: Nullable(Limits),
  /** Outside the 99.8 % limits: below or above; inside: usual. */
  side: Band,
})
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

/** Of the counters and times whose visits are known: how many came, how many of them rated. */
const Response = Nullable(
  Closed({
    visits: Type.Integer(),
    /** Published ratings of those counters and times. */
    ratings: Type.Integer(),
    /** `ratings` / `visits`; null without visits, or when more ratings came than visits were counted. */
    rate: Nullable(Type.Number()),
    implausible: Type.Boolean(),
  }),
)

/** Slips of paper handed on unopened in the range; in no figure, nor in the response. Null where none were counted. */
const PaperSlipsSum = Nullable(Type.Integer())

export const UnitsReport = Closed({
  from: LocalDate,
  to: LocalDate,
  freshness: Freshness,
  units: Type.Array(
    Closed({
      unit_id: Id,
      name: Type.String(),
      kind: UnitKind,
      /** The district or area it lies in, in words. */
      area: Nullable(Type.String()),
      /** Members of the commission who watch this unit, by user name. */
      monitors: Type.Array(Type.String()),
      figure: Figure,
      low: LowRatings,
      commitments: Type.Array(Closed({ commitment: Type.String(), kept: Type.Integer(), broken: Type.Integer() })),
      previous: Previous,
      /** Null where no visits are known. */
      response: Response,
      paper_slips: PaperSlipsSum,
      /** How dossiers were returned in the range; null where nothing was told. */
      dossiers: Nullable(DossierCounts),
      /** Cases of every kind whose day of answer lay in the range; null for readers of the unit's own figure alone, and of a part. */
      cases: Nullable(CasesInTime),
      /** Its officers, and how many of them had signed the commitments by the end of the range. */
      officers: Closed({ active: Type.Integer(), signed: Type.Integer() }),
      /** Tablets that have been silent for more than a day. */
      silent_terminals: Type.Integer(),
      annex: UnitAnnex,
    }),
  ),
  /** What the counters of these units serve, each once, in order of name. */
  services: Type.Array(Type.String()),
  /** The funnel over these units; null with fewer than ten that have a figure. */
  funnel: Nullable(Funnel),
  /** Officers outside the 99.8 % limits of the province's officers with 50 ratings or more, in order of given name. */
  named_officers: Type.Array(
    Closed({
      officer_id: Id,
      name: Type.String(),
      unit_id: Id,
      unit_name: Type.String(),
      figure: Figure,
      side: Band,
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

/** The least and the greatest share that `band` calls usual for so many ratings; null where `band` is. */
const Usual = Nullable(Closed({ lower: Type.Number(), upper: Type.Number() }))

export const UnitReport = Closed({
  from: LocalDate,
  to: LocalDate,
  freshness: Freshness,
  /** `counters_only`: rated by counter alone, without a roster. */
  unit: Closed({ unit_id: Id, name: Type.String(), kind: UnitKind, counters_only: Type.Boolean() }),
  figure: Figure,
  previous: Previous,
  response: Response,
  paper_slips: PaperSlipsSum,
  /** How dossiers were returned in the range; null where nothing was told. */
  dossiers: Nullable(DossierCounts),
  /** Cases of every kind whose day of answer lay in the range; null for readers of the unit's own figure alone, and of a part. */
  cases: Nullable(CasesInTime),
  /** The units it was made of: figures before `valid_from` belong to them. Those within the reader's reach. */
  predecessors: Type.Array(Closed({ unit_id: Id, name: Type.String(), valid_to: Nullable(LocalDate) })),
  valid_from: Nullable(LocalDate),
  low: LowRatings,
  /** Counted ratings with no officer assigned at their moment; null where it may not be shown. */
  unattributed: Nullable(Type.Integer()),
  officers: Type.Array(
    Closed({
      officer_id: Id,
      name: Type.String(),
      figure: Figure,
      band: Band,
      usual: Usual,
      attribution: Attributed,
      /** Within the unit's officers; null below rung `band` or with fewer than four officers of ten ratings. */
      shrunk: Nullable(ShrunkShare),
      /** Limits of the officers' funnel at this number of ratings, as `officer_funnel`. */
      limits: Nullable(Limits),
      /** Outside those 99.8 % limits: below or above; inside: usual. Null under 50 ratings, as for `named_officers`. */
      side: Band,
    }),
  ),
  /** The funnel over officers whose figure is shown in full; null with fewer than ten. */
  officer_funnel: Nullable(Funnel),
  counters: Type.Array(
    Closed({
      counter_id: Id,
      name: Type.String(),
      service: Nullable(Type.String()),
      figure: Figure,
      /** Null where no visits are known. */
      response: Response,
    }),
  ),
  commitments: Type.Array(CommitmentCount),
  steps: Type.Array(StepFigure),
  annex: UnitAnnex,
  /** Ratings of today as far as counting has come (a second or two behind), whatever their level, set-aside ones included. */
  received_today: Type.Integer(),
})
export type UnitReport = Static<typeof UnitReport>

export const OfficerReport = Closed({
  from: LocalDate,
  to: LocalDate,
  officer: Closed({ officer_id: Id, name: Type.String(), unit_id: Id, unit_name: Type.String() }),
  figure: Figure,
  attribution: Attributed,
  band: Band,
  usual: Usual,
  low: LowRatings,
  /** The unit's share in the same range; null unless three other officers have five ratings or more in it. */
  unit_satisfaction: Nullable(Share),
  /** Beside the figure, never instead of it; null where too few others have ratings. */
  annex: Closed({
    shrunk_unit: Nullable(ShrunkShare),
    shrunk_province: Nullable(ShrunkShare),
    standardised: Standardised,
  }),
  commitments: Type.Array(CommitmentCount),
  steps: Type.Array(StepFigure),
  /** To the officer alone: their counters of today whose tablet has not been heard of for a day, since which day. */
  silent_at: Type.Optional(Type.Array(Closed({ counter: Type.String(), since: LocalDate }))),
})
export type OfficerReport = Static<typeof OfficerReport>

export const SeriesQuery = Closed({
  ...range,
  ...part,
  grain: Type.Enum(['week', 'month']),
})
/** A unit over time, oldest first. */
export const SeriesReport = Closed({ from: LocalDate, to: LocalDate, points: Type.Array(SeriesPoint) })
export type SeriesReport = Static<typeof SeriesReport>
