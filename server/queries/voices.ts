/** Recorded voices as staff keep them: sets, their clips, and which tablets have them. Row security keeps them to the scope. */
import { sql } from 'kysely'
import type { ClipName, SoundType, VoiceState } from '../contract/voices.ts'
import type { Trx } from './database.ts'

export interface VoiceSetRow {
  voice_set_id: number
  unit_id: number | null
  unit_name: string | null
  language: string
  name: string
  stand_in: boolean
  state: VoiceState
  note: string | null
  recorders: number[]
  approved_at: Date | null
  changed_at: Date
  version: string | null
  clips: {
    clip: ClipName
    sha256: string
    bytes: number
    media_type: SoundType
    duration_ms: number
    recorded_by: number
    recorded_at: string
  }[]
}

const selected = sql`
  select s.voice_set_id, s.unit_id, u.name as unit_name, s.language, s.name, s.stand_in, s.state, s.note, s.recorders,
         s.approved_at, s.changed_at, voice_version(s.voice_set_id) as version,
         (select coalesce(json_agg(json_build_object('clip', c.clip, 'sha256', encode(c.sha256, 'hex'),
                   'bytes', length(c.content), 'media_type', c.media_type, 'duration_ms', c.duration_ms,
                   'recorded_by', c.recorded_by, 'recorded_at', c.recorded_at)), '[]'::json)
            from voice_clips c where c.voice_set_id = s.voice_set_id) as clips
    from voice_sets s left join units u using (unit_id)`

/** Sets in scope, the newest first within a language, behind `after`; of one unit and of the province when narrowed. */
export async function listVoiceSets(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  unitId: number | null,
): Promise<VoiceSetRow[]> {
  const { after } = page
  const { rows } = await sql<VoiceSetRow>`
    ${selected}
     where ${unitId === null ? sql`true` : sql`(s.unit_id = ${unitId} or s.unit_id is null)`}
       and ${after === null ? sql`true` : sql`(s.language, -s.voice_set_id) > (${after.key}, -${after.id}::integer)`}
     order by s.language, s.voice_set_id desc
     limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** The set, when it is in scope; else null. `lock` keeps it from being changed by others until the transaction ends. */
export async function findVoiceSet(trx: Trx, voiceSetId: number, lock = false): Promise<VoiceSetRow | null> {
  if (lock) await sql`select from voice_sets where voice_set_id = ${voiceSetId} for update`.execute(trx)
  const { rows } = await sql<VoiceSetRow>`${selected} where s.voice_set_id = ${voiceSetId}`.execute(trx)
  return rows[0] ?? null
}

export async function insertVoiceSet(
  trx: Trx,
  values: { unit_id: number | null; language: string; name: string; stand_in: boolean },
  now: Date,
): Promise<number> {
  const row = await trx
    .insertInto('voice_sets')
    .values({ ...values, created_at: now, changed_at: now })
    .returning('voice_set_id')
    .executeTakeFirstOrThrow()
  return row.voice_set_id
}

export interface ClipValues {
  sha256: Buffer
  media_type: SoundType
  duration_ms: number
  content: Buffer
  recorded_by: number
  recorded_at: Date
}

/** Puts a clip into a draft, in place of the one before. */
export async function putClip(trx: Trx, voiceSetId: number, clip: ClipName, values: ClipValues): Promise<void> {
  await trx
    .insertInto('voice_clips')
    .values({ voice_set_id: voiceSetId, clip, ...values })
    .onConflict((conflict) => conflict.columns(['voice_set_id', 'clip']).doUpdateSet(values))
    .execute()
  await trx
    .updateTable('voice_sets')
    .set({ changed_at: values.recorded_at })
    .where('voice_set_id', '=', voiceSetId)
    .execute()
}

export async function setVoiceState(
  trx: Trx,
  voiceSetId: number,
  values: { state: VoiceState; note?: string | null; approved_by?: number; approved_at?: Date; changed_at: Date },
): Promise<void> {
  await trx.updateTable('voice_sets').set(values).where('voice_set_id', '=', voiceSetId).execute()
}

/** The approved set that a newly approved one takes the place of is `replaced` from now on. Returns its id, or null. */
export async function replaceApproved(
  trx: Trx,
  { unit_id, language }: Pick<VoiceSetRow, 'unit_id' | 'language'>,
  now: Date,
): Promise<number | null> {
  const row = await trx
    .updateTable('voice_sets')
    .set({ state: 'replaced', changed_at: now })
    .where('state', '=', 'approved')
    .where('language', '=', language)
    .where('unit_id', unit_id === null ? 'is' : '=', unit_id)
    .returning('voice_set_id')
    .executeTakeFirst()
  return row?.voice_set_id ?? null
}

/** A clip of any set in scope by the hash of its content; null when there is none. */
export async function findClip(trx: Trx, sha256: Buffer): Promise<{ media_type: SoundType; content: Buffer } | null> {
  const row = await trx
    .selectFrom('voice_clips')
    .select(['media_type', 'content'])
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

export interface VoiceTabletRow {
  voice_set_id: number
  terminal_id: number
  name: string
  counter: string
  unit: string
  has: boolean
}

/** For each approved set in scope the paired tablets that should have it, and whether they say they do. */
export async function listVoiceTablets(trx: Trx): Promise<VoiceTabletRow[]> {
  const { rows } = await sql<VoiceTabletRow>`
    select s.voice_set_id, t.terminal_id, t.name, c.name as counter, u.name as unit,
           coalesce(k.details -> 'voices' @> jsonb_build_array(jsonb_build_object(
             'language', s.language, 'version', voice_version(s.voice_set_id))), false) as has
      from voice_sets s
      join terminals t on t.revoked_at is null and t.paired_at is not null
       and (s.unit_id = t.unit_id or s.unit_id is null and not exists (
             select from voice_sets own
              where own.unit_id = t.unit_id and own.language = s.language and own.state = 'approved'))
      join units u on u.unit_id = t.unit_id join counters c on c.counter_id = t.counter_id
      left join terminal_contacts k using (terminal_id)
     where s.state = 'approved'
     order by u.name, c.name, t.name, t.terminal_id`.execute(trx)
  return rows
}
