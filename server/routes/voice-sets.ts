/** /voice-sets: eight sentences of a language, recorded by one person and approved by another; tablets fetch what is approved. */
import { createHash } from 'node:crypto'
import { IdParams, Page } from '../contract/common.ts'
import {
  clipNames,
  MAX_CLIP_BYTES,
  MAX_CLIP_MS,
  NewClip,
  NewVoiceSet,
  VoiceSet,
  VoiceSetPatch,
  VoiceSetsQuery,
} from '../contract/voices.ts'
import { mayKeepVoice, type Scope } from '../domain/access.ts'
import { readSound } from '../domain/sounds.ts'
import { canonicalLanguage, stepBetween, type VoiceStep } from '../domain/voices.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import { findUnit } from '../queries/units.ts'
import {
  findVoiceSet,
  insertVoiceSet,
  listVoiceSets,
  listVoiceTablets,
  putClip,
  replaceApproved,
  setVoiceState,
  type VoiceSetRow,
  type VoiceTabletRow,
} from '../queries/voices.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readBase64 } from './base64.ts'
import { readId, readName, readOptionalId } from './ids.ts'
import { readPage, writePage } from './paging.ts'
import { rosterKeepers, rosterReaders } from './roster.ts'

/** Tablets named as lacking a set; the rest is only counted. */
const NAMED_TABLETS = 50

export async function voiceSetsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  const describe = async (trx: Trx, scope: Scope, voiceSetId: number): Promise<VoiceSet> => {
    const row = (await findVoiceSet(trx, voiceSetId)) ?? fail('not_found')
    return write(row, scope, row.state === 'approved' ? await listVoiceTablets(trx) : [])
  }
  const note = (
    trx: Trx,
    scope: Scope,
    set: Pick<VoiceSetRow, 'voice_set_id' | 'unit_id'>,
    deed: string,
    detail = {},
  ) =>
    insertAudit(trx, {
      account_id: scope.account_id,
      action: `voice_set.${deed}`,
      unit_id: set.unit_id,
      subject: { voice_set_id: set.voice_set_id },
      detail,
      at: new Date(clock.now()),
    })

  app.get(
    '/api/v1/voice-sets',
    {
      config: { access: { roles: rosterReaders } },
      schema: { querystring: VoiceSetsQuery, response: { 200: Page(VoiceSet) } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const page = readPage(request.query)
      const unitId = readOptionalId(request.query.unit_id)
      return withScope(pools.app, scope, async (trx) => {
        if (unitId !== null && !(await findUnit(trx, unitId))) fail('not_found')
        const rows = await listVoiceSets(trx, page, unitId)
        const tablets = await listVoiceTablets(trx)
        return writePage(
          rows,
          page,
          (row) => ({ key: row.language, id: row.voice_set_id }),
          (row) => write(row, scope, tablets),
        )
      })
    },
  )

  app.post(
    '/api/v1/voice-sets',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { body: NewVoiceSet, response: { 201: VoiceSet } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { body } = request
      const unit_id = body.unit_id === null ? null : readId(body.unit_id)
      const made = await withScope(pools.app, scope, async (trx) => {
        if (unit_id !== null && !(await findUnit(trx, unit_id))) fail('not_found')
        if (!mayKeepVoice(scope, unit_id)) fail('forbidden')
        const language = canonicalLanguage(body.language)
        if (language === null) fail('invalid_body', [{ path: '/language', problem: 'is no language tag of BCP 47' }])
        const values = { unit_id, language, name: readName(body.name), stand_in: body.stand_in ?? false }
        const voice_set_id = await insertVoiceSet(trx, values, new Date(clock.now()))
        await note(trx, scope, { voice_set_id, unit_id }, 'create', values)
        return describe(trx, scope, voice_set_id)
      })
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/api/v1/voice-sets/:id/clips',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: NewClip, response: { 201: VoiceSet } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const voiceSetId = readId(request.params.id)
      const { clip, content } = request.body
      const changed = await withScope(pools.app, scope, async (trx) => {
        const set = (await findVoiceSet(trx, voiceSetId, true)) ?? fail('not_found')
        if (!mayKeepVoice(scope, set.unit_id)) fail('forbidden')
        if (set.state !== 'draft') fail('voice_set_state', { state: set.state })
        const sound = readRecording(content)
        await putClip(trx, voiceSetId, clip, {
          ...sound,
          recorded_by: scope.account_id,
          recorded_at: new Date(clock.now()),
        })
        const { media_type, duration_ms } = sound
        await note(trx, scope, set, 'record', { clip, media_type, duration_ms, sha256: sound.sha256.toString('hex') })
        return describe(trx, scope, voiceSetId)
      })
      return reply.code(201).send(changed)
    },
  )

  app.patch(
    '/api/v1/voice-sets/:id',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: VoiceSetPatch, response: { 200: VoiceSet } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const voiceSetId = readId(request.params.id)
      const { state, note: reason } = request.body
      return withScope(pools.app, scope, async (trx) => {
        const set = (await findVoiceSet(trx, voiceSetId, true)) ?? fail('not_found')
        const step = stepBetween(set.state, state)
        refuse(step, set, scope, reason)
        const now = new Date(clock.now())
        if (step === 'approve') {
          const replaced = await replaceApproved(trx, set, now)
          await setVoiceState(trx, voiceSetId, {
            ...{ state, approved_by: scope.account_id, approved_at: now, changed_at: now },
            note: null,
          })
          await note(trx, scope, set, 'approve', { version: set.version, replaced })
        } else {
          const said = reason === undefined ? {} : { note: readName(reason) }
          await setVoiceState(trx, voiceSetId, { state, changed_at: now, ...said })
          await note(trx, scope, set, step as VoiceStep, said)
        }
        return describe(trx, scope, voiceSetId)
      })
    },
  )
}

/** Throws what stands against this step: the right, the state, a missing clip or reason, or a person who judges their own voice. */
function refuse(step: VoiceStep | null, set: VoiceSetRow, scope: Scope, reason: string | undefined): void {
  if (!mayKeepVoice(scope, set.unit_id)) fail('forbidden')
  if (step === null) fail('voice_set_state', { state: set.state })
  if (step === 'submit' && set.version === null) fail('voice_set_incomplete', { clips: set.clips.length })
  if (step === 'approve' && set.recorders.includes(scope.account_id)) fail('second_person_needed')
  if (step === 'send_back' && reason === undefined) fail('invalid_body', [{ path: '/note', problem: 'is required' }])
}

/** The recording behind the base64, without its metadata. Throws `clip_unreadable`, `clip_too_large` or `clip_too_long`. */
function readRecording(base64: string) {
  const sent = readBase64(base64) ?? fail('invalid_body', [{ path: '/content', problem: 'is not base64' }])
  if (sent.length > MAX_CLIP_BYTES) fail('clip_too_large', { bytes: sent.length, most: MAX_CLIP_BYTES })
  const sound = readSound(sent)
  if (typeof sound === 'string') fail('clip_unreadable', { flaw: sound })
  if (sound.duration_ms > MAX_CLIP_MS) fail('clip_too_long', { duration_ms: sound.duration_ms, most: MAX_CLIP_MS })
  const content = Buffer.from(sound.content)
  return { ...sound, content, sha256: createHash('sha256').update(content).digest() }
}

function write(row: VoiceSetRow, scope: Scope, tablets: readonly VoiceTabletRow[]): VoiceSet {
  const mine = tablets.filter(({ voice_set_id }) => voice_set_id === row.voice_set_id)
  const lacking = mine.filter(({ has }) => !has)
  const byName = new Map(row.clips.map((clip) => [clip.clip, clip]))
  const recordable = row.state === 'draft' && mayKeepVoice(scope, row.unit_id)
  return {
    voice_set_id: String(row.voice_set_id),
    unit: row.unit_id === null ? null : { unit_id: String(row.unit_id), name: row.unit_name ?? '' },
    language: row.language,
    name: row.name,
    stand_in: row.stand_in,
    state: row.state,
    note: row.note,
    clips: clipNames.flatMap((name) => {
      const clip = byName.get(name)
      if (!clip) return []
      const { recorded_by, recorded_at, ...told } = clip
      const at = new Date(recorded_at).toISOString()
      return [{ ...told, url: `/api/v1/clips/${clip.sha256}`, mine: recorded_by === scope.account_id, recorded_at: at }]
    }),
    version: row.version,
    may_record: recordable,
    may_approve:
      row.state === 'submitted' && mayKeepVoice(scope, row.unit_id) && !row.recorders.includes(scope.account_id),
    approved_at: row.approved_at?.toISOString() ?? null,
    changed_at: row.changed_at.toISOString(),
    tablets:
      row.state === 'approved'
        ? {
            have: mine.length - lacking.length,
            of: mine.length,
            lacking: lacking.slice(0, NAMED_TABLETS).map(({ terminal_id, name, counter, unit }) => ({
              ...{ terminal_id: String(terminal_id), name, counter, unit },
            })),
          }
        : null,
  }
}
