/** Episodes of misuse on closed days, what a leader asks about them, and what somebody outside the unit decides. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LocalDate, Nullable } from './common.ts'

export const episodeRuleNames = [
  'too_soon',
  'burst',
  'mash',
  'outside_hours',
  'nobody_assigned',
  'straight_lining',
  'more_than_visits',
  'same_hour',
] as const
export const EpisodeRuleName = Type.Enum(episodeRuleNames as unknown as (typeof episodeRuleNames)[number][])

const Reason = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' })
const Wants = Type.Enum(['restore', 'set_aside'] as ('restore' | 'set_aside')[])
const Outcome = Type.Enum(['accepted', 'refused'] as ('accepted' | 'refused')[])

export const Proposal = Closed({
  proposal_id: Id,
  unit_id: Id,
  unit_name: Type.String(),
  local_day: LocalDate,
  rule: EpisodeRuleName,
  /** Null: the episodes of this day and rule that are too small to be told apart. */
  episode_id: Nullable(Id),
  wants: Wants,
  reason: Type.String(),
  proposed_at: Instant,
  /** The working day by whose end it is to be decided. */
  due_on: LocalDate,
  /** Null while nobody has decided. */
  outcome: Nullable(Outcome),
  answer: Nullable(Type.String()),
  decided_at: Nullable(Instant),
})
export type Proposal = Static<typeof Proposal>

/** Five ratings or more: where, and how many in whole fives. Fewer: day and rule alone, once for all of them. */
export const Episode = Closed({
  episode_id: Nullable(Id),
  local_day: LocalDate,
  rule: EpisodeRuleName,
  /** True: its ratings are not counted until somebody decides otherwise. False: noted only. */
  sets_aside: Type.Boolean(),
  counter: Nullable(Closed({ counter_id: Id, name: Type.String() })),
  terminal: Nullable(Closed({ terminal_id: Id, name: Type.String() })),
  /** At least so many ratings: a multiple of five, null below. */
  at_least: Nullable(Type.Integer()),
  /** The newest request about it. */
  proposal: Nullable(Proposal),
})
export type Episode = Static<typeof Episode>

export const EpisodesReport = Closed({ from: LocalDate, to: LocalDate, items: Type.Array(Episode) })
export type EpisodesReport = Static<typeof EpisodesReport>

export const NewProposal = Closed({
  unit_id: Id,
  local_day: LocalDate,
  rule: EpisodeRuleName,
  episode_id: Type.Optional(Nullable(Id)),
  wants: Wants,
  reason: Reason,
})
export type NewProposal = Static<typeof NewProposal>
export const NewProposalAnswer = Closed({ proposal_id: Id })

export const Decision = Closed({ outcome: Outcome, answer: Reason })
export type Decision = Static<typeof Decision>
