/** Cases: what somebody must answer by a working day. Officers' explanations and reviews, matters leaders take up, doubts, proposals. */
import { type Static, Type } from 'typebox'
import { Closed, Id, LocalDate, Name, Nullable, PageQuery } from './common.ts'

/**
 * `explanation`: an officer's words on their own figures, for the leader to answer. `review`: an officer asks that something be
 * looked at again; one person advises, another decides. `matter`: what citizens want better, taken up by the leader. `doubt`: an
 * officer's "that was not me". `proposal`: a leader asks that an episode be counted or set aside.
 */
export const caseKinds = ['explanation', 'review', 'matter', 'doubt', 'proposal'] as const
export type CaseKind = (typeof caseKinds)[number]
const Kind = Type.Enum(caseKinds as unknown as CaseKind[])

export const caseStates = ['new', 'accepted', 'in_hand', 'answered'] as const
export type CaseState = (typeof caseStates)[number]
const State = Type.Enum(caseStates as unknown as CaseState[])

/** `upheld` and `refused` end a review, a doubt and a proposal; `noted` an explanation; `done` and `not_done` a matter. */
export const caseOutcomes = ['upheld', 'refused', 'noted', 'done', 'not_done'] as const
export type CaseOutcome = (typeof caseOutcomes)[number]
const Outcome = Type.Enum(caseOutcomes as unknown as CaseOutcome[])

/** What the reader may do with a case now. A doubt and a proposal are answered where they stand: `elsewhere`. */
export const caseDeeds = ['accept', 'take_in_hand', 'advise', 'answer', 'elsewhere'] as const
export type CaseDeed = (typeof caseDeeds)[number]

/** Words as people write them: 1 to 2,000 characters, not only blanks. */
const Words = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' })

const Advice = Type.Enum(['uphold', 'refuse'] as ('uphold' | 'refuse')[])

export const Case = Closed({
  case_id: Id,
  kind: Kind,
  unit: Closed({ unit_id: Id, name: Type.String() }),
  /** Whose explanation, review or doubt it is; null for matters and proposals. */
  officer: Nullable(Closed({ officer_id: Id, name: Type.String() })),
  /** A matter in the leader's words; null for every other kind. */
  title: Nullable(Type.String()),
  /** The days the words are about; null for a matter. */
  about: Nullable(Closed({ from: LocalDate, to: LocalDate })),
  /** What was written: null for a matter, and where nothing was. */
  words: Nullable(Type.String()),
  opened_on: LocalDate,
  /** The working day by whose end it is to be answered; it never moves. */
  due_on: LocalDate,
  /** Working days from today to `due_on`: 0 = today, negative = overdue by so many; null once answered. */
  days_left: Nullable(Type.Integer()),
  /** A review on which the first of the two persons has spoken is `in_hand`. */
  state: State,
  /** Reviews: what the first of the two persons says; null before, and for every other kind. */
  advice: Nullable(
    Closed({
      advice: Advice,
      text: Type.String(),
      on: LocalDate,
      /** The user name of the account. */
      by: Type.String(),
      role: Type.Enum(['unit_leader', 'commission'] as ('unit_leader' | 'commission')[]),
      /** The name of the officer whose account it was then; null where it was nobody's. */
      officer: Nullable(Type.String()),
    }),
  ),
  outcome: Nullable(Outcome),
  answer: Nullable(Type.String()),
  answered_on: Nullable(LocalDate),
  /** Null while open. */
  in_time: Nullable(Type.Boolean()),
  may: Type.Array(Type.Enum(caseDeeds as unknown as CaseDeed[])),
})
export type Case = Static<typeof Case>

export const CasesQuery = Closed({
  ...PageQuery.properties,
  unit_id: Type.Optional(Id),
  kind: Type.Optional(Kind),
  /** Default `open`: the one due first stands first. `answered`: the newest answer first. */
  state: Type.Optional(Type.Enum(['open', 'answered'] as ('open' | 'answered')[])),
})
export type CasesQuery = Static<typeof CasesQuery>

/** A page of cases, and how many of all the reader's are open, overdue, and wait for the reader's own deed. */
export const Cases = Closed({
  items: Type.Array(Case),
  next_cursor: Nullable(Type.String()),
  open: Type.Integer(),
  overdue: Type.Integer(),
  mine: Type.Integer(),
})
export type Cases = Static<typeof Cases>

/** An officer about the own figures of some days (at most 366, none to come), or a leader about a matter of the own unit. */
export const NewCase = Type.Union([
  Closed({
    kind: Type.Enum(['explanation', 'review'] as ('explanation' | 'review')[]),
    from: LocalDate,
    to: LocalDate,
    words: Words,
  }),
  Closed({ kind: Type.Literal('matter'), unit_id: Id, title: Name }),
])
export type NewCase = Static<typeof NewCase>

/** One deed at a time. */
export const CasePatch = Type.Union([
  Closed({ state: Type.Enum(['accepted', 'in_hand'] as ('accepted' | 'in_hand')[]) }),
  Closed({ advice: Advice, text: Words }),
  Closed({ outcome: Outcome, answer: Words }),
])
export type CasePatch = Static<typeof CasePatch>

/** Cases of a unit whose day of answer lay in a range: how many, how many were answered in time, how many are open and overdue now. */
export const CasesInTime = Closed({ due: Type.Integer(), in_time: Type.Integer(), overdue: Type.Integer() })
export type CasesInTime = Static<typeof CasesInTime>
