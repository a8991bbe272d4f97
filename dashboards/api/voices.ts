/** Recorded voices: what the page that keeps them asks for. */
import type { ClipName, VoiceSet } from '../../server/contract/voices.ts'
import { at, call, everyPage, type Options } from '../api.ts'

/** Recorded voices: all in the reader's scope, a new set, one sentence of it, the next step. */
export const listVoiceSets = (options?: Options) => everyPage<VoiceSet>('/voice-sets', options)
export const createVoiceSet = (body: { unit_id: string | null; language: string; name: string }) =>
  call<VoiceSet>('POST', '/voice-sets', body)
export const putClip = (voiceSetId: string, clip: ClipName, content: string) =>
  call<VoiceSet>('POST', `/voice-sets/${at(voiceSetId)}/clips`, { clip, content })
export const stepVoiceSet = (voiceSetId: string, state: string, note?: string) =>
  call<VoiceSet>('PATCH', `/voice-sets/${at(voiceSetId)}`, { state, ...(note === undefined ? {} : { note }) })
