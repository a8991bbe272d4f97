/** Voices: the eight sentences a tablet says in one language, as staff record and approve them, and as tablets fetch them. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Instant, LanguageTag, Nullable, UnitPageQuery } from './common.ts'

/** `level_n` says the words of level n; `language` says the name on the language's button. */
export const clipNames = [
  'question',
  'level_1',
  'level_2',
  'level_3',
  'level_4',
  'level_5',
  'recorded',
  'language',
] as const
export type ClipName = (typeof clipNames)[number]
export const Clip = Type.Enum(clipNames as unknown as ClipName[])

/** Bytes and milliseconds one clip may have: the longest sentence takes five seconds. */
export const MAX_CLIP_BYTES = 300_000
export const MAX_CLIP_MS = 15_000

export const soundTypes = ['audio/mpeg', 'audio/ogg', 'audio/webm', 'audio/mp4', 'audio/wav'] as const
export type SoundType = (typeof soundTypes)[number]
const MediaType = Type.Enum(soundTypes as unknown as SoundType[])

/** The name of a clip's content: SHA-256 in lower-case hex. */
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** A whole, approved set, as a tablet is told of it. */
export const TerminalVoice = Closed({
  language: LanguageTag,
  /** On the language's button. */
  name: Type.String(),
  /** True = read by a machine for the time being. */
  stand_in: Type.Boolean(),
  /** Changes whenever a clip does; the heartbeat gives it back once all eight are on the tablet. */
  version: Type.String(),
  /** All eight. `url` is an address of this server that takes the tablet's token. */
  clips: Type.Array(
    Closed({ clip: Clip, sha256: Sha256, bytes: Type.Integer(), media_type: MediaType, url: Type.String() }),
  ),
})
export type TerminalVoice = Static<typeof TerminalVoice>

/** `submitted` waits for a second person; `replaced` = a newer one of its language was approved; `withdrawn` = no longer said. */
export const voiceStates = ['draft', 'submitted', 'approved', 'replaced', 'withdrawn'] as const
export type VoiceState = (typeof voiceStates)[number]

export const VoiceSet = Closed({
  voice_set_id: Id,
  /** Null = for every unit of the province that has none of its own. */
  unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
  language: LanguageTag,
  name: Type.String(),
  stand_in: Type.Boolean(),
  state: Type.Enum(voiceStates as unknown as VoiceState[]),
  /** Why it was sent back, last time; null = it was not. */
  note: Nullable(Type.String()),
  /** Those recorded so far, in the order of `clipNames`. */
  clips: Type.Array(
    Closed({
      clip: Clip,
      sha256: Sha256,
      bytes: Type.Integer(),
      media_type: MediaType,
      duration_ms: Type.Integer(),
      url: Type.String(),
      /** Whether the reader recorded it, and so may not approve it. */
      mine: Type.Boolean(),
      recorded_at: Instant,
    }),
  ),
  /** As tablets are told it; null until all eight are there. */
  version: Nullable(Type.String()),
  /** What the reader may do with it now. */
  may_record: Type.Boolean(),
  may_approve: Type.Boolean(),
  approved_at: Nullable(Instant),
  changed_at: Instant,
  /** Of the paired tablets that should have an approved set: how many say they do, and which do not yet. Else null. */
  tablets: Nullable(
    Closed({
      have: Type.Integer(),
      of: Type.Integer(),
      lacking: Type.Array(
        Closed({ terminal_id: Id, name: Type.String(), counter: Type.String(), unit: Type.String() }),
      ),
    }),
  ),
})
export type VoiceSet = Static<typeof VoiceSet>

export const VoiceSetsQuery = UnitPageQuery

export const NewVoiceSet = Closed({
  /** Null = for the province. */
  unit_id: Nullable(Id),
  language: LanguageTag,
  name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
  stand_in: Type.Optional(Type.Boolean()),
})

/** `content` is the recording in base64; what it is, is read from its bytes. */
export const NewClip = Closed({ clip: Clip, content: Type.String({ minLength: 1, maxLength: 420_000 }) })

/** One step: `submitted` by who recorded; `approved`, or `draft` with the reason, by a second person; `withdrawn`. */
export const VoiceSetPatch = Closed({
  state: Type.Enum(['draft', 'submitted', 'approved', 'withdrawn']),
  /** Needed when a set is sent back. */
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' })),
})
