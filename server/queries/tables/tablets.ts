/** Paired tablets, what they last said of themselves, and the voices they speak with. */
import type { Generated } from 'kysely'
import type { ClipName, SoundType, VoiceState } from '../../contract/voices.ts'
import type { Json } from './json.ts'

export interface TabletsTables {
  terminals: {
    terminal_id: Generated<number>
    unit_id: number
    counter_id: number
    name: string
    pairing_code_hash: Buffer | null
    pairing_code_expires_at: Date | null
    token_hash: Buffer | null
    paired_at: Date | null
    revoked_at: Date | null
    created_at: Generated<Date>
  }
  terminal_placements: { terminal_id: number; unit_id: number; counter_id: number; until_at: Date }
  terminal_contacts: {
    terminal_id: number
    unit_id: number
    last_contact_at: Date
    queue_length: number | null
    oldest_at: Date | null
    rejected_length: number | null
    version: string | null
    details: Json<unknown> | null
  }
  device_sequences: {
    unit_id: number
    device_epoch: string
    terminal_id: number
    highest: number
    received: number
    repeated: number
  }
  voice_sets: {
    voice_set_id: Generated<number>
    unit_id: number | null
    language: string
    name: string
    stand_in: Generated<boolean>
    state: Generated<VoiceState>
    note: string | null
    recorders: Generated<number[]>
    clips: Generated<number>
    approved_by: number | null
    approved_at: Date | null
    created_at: Date
    changed_at: Date
  }
  voice_clips: {
    voice_set_id: number
    clip: ClipName
    sha256: Buffer
    media_type: SoundType
    duration_ms: number
    content: Buffer
    recorded_by: number
    recorded_at: Date
  }
  service_pins: { unit_id: number; salt: Buffer; hash: Buffer; iterations: number; set_by: number; set_at: Date }
}
