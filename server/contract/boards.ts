/** The public board of a unit: what anybody may read without a log-in, and what its leader keeps. */
import { type Static, Type } from 'typebox'
import { CatalogueItem } from './catalogue.ts'
import { Closed, Id, LocalDate, Name, Nullable, Share } from './common.ts'
import { DutyLeader, Hours } from './terminals.ts'
import { UnitKind } from './units.ts'

/** A month as it was frozen. `n` and `satisfaction` are null where it held too little to be told. */
export const BoardMonth = Closed({
  month: LocalDate,
  /** The day up to which it was counted; what came later is not in it. */
  closed_on: LocalDate,
  n: Nullable(Type.Integer()),
  /** Received beside those and not counted; null where it was too little to be told, or before it was kept. */
  set_aside: Nullable(Type.Integer()),
  satisfaction: Nullable(Share),
  /** How many people came; null where it is not known of every counter that was rated. */
  visits: Nullable(Type.Integer()),
})
export type BoardMonth = Static<typeof BoardMonth>

/** So many characters have room in a line of the wall. */
export const ANSWER_ROOM = { asked: 90, done: 120 } as const
const Asked = Type.String({ minLength: 1, maxLength: ANSWER_ROOM.asked, pattern: '\\S' })
const Done = Type.String({ minLength: 1, maxLength: ANSWER_ROOM.done, pattern: '\\S' })

export const Board = Closed({
  unit: Closed({ name: Type.String(), kind: UnitKind }),
  /** By language code. */
  slogan: Type.Record(Type.String(), Type.String()),
  /** The official wording of the commitments, in the order of the wall. */
  items: Type.Array(
    Closed({
      commitment: CatalogueItem.properties.commitment,
      family: CatalogueItem.properties.family,
      labels: Type.Record(Type.String(), Type.String()),
    }),
  ),
  /** Null before the first month was closed. */
  month: Nullable(BoardMonth),
  /** What was changed because of citizens, newest first, three at most. */
  answers: Type.Array(Closed({ asked: Type.String(), done: Type.String() })),
  duty_leader: Nullable(DutyLeader),
  hotline: Nullable(Type.String()),
  hours: Hours,
  procedures_url: Nullable(Type.String()),
})
export type Board = Static<typeof Board>

/** "Asked" and "done" are read by everybody who waits: no names, nothing that tells who asked. */
export const BoardAnswer = Closed({
  answer_id: Id,
  unit_id: Id,
  asked: Type.String(),
  done: Type.String(),
  written_on: LocalDate,
  /** False = taken off the board. */
  shown: Type.Boolean(),
  version: Type.Integer(),
})
export type BoardAnswer = Static<typeof BoardAnswer>

export const NewBoardAnswer = Closed({ unit_id: Id, asked: Asked, done: Done })
export const BoardAnswerPatch = Closed({
  asked: Type.Optional(Asked),
  done: Type.Optional(Done),
  shown: Type.Optional(Type.Boolean()),
  version: Type.Optional(Type.Integer()),
})

/** The board as its leader keeps it. */
export const BoardSettings = Closed({
  unit_id: Id,
  open: Type.Boolean(),
  procedures_url: Nullable(Type.String()),
  hotline: Nullable(Type.String()),
  duty_leader_name: Nullable(Type.String()),
  duty_leader_phone: Nullable(Type.String()),
  /** The month on the board, or the one it will open with where it was frozen already; null = none yet. */
  month: Nullable(BoardMonth),
  /** All that were written, newest first. */
  answers: Type.Array(BoardAnswer),
  /** 0 = nobody has touched the board yet. */
  version: Type.Integer(),
})
export type BoardSettings = Static<typeof BoardSettings>

export const BoardPatch = Closed({
  open: Type.Optional(Type.Boolean()),
  /** At most 180 bytes: more does not fit into the code on the wall. */
  procedures_url: Type.Optional(Nullable(Type.String({ maxLength: 180, pattern: '^https://[^\\s]+$' }))),
  hotline: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  duty_leader_name: Type.Optional(Nullable(Name)),
  duty_leader_phone: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  version: Type.Optional(Type.Integer()),
})
export type BoardPatch = Static<typeof BoardPatch>
