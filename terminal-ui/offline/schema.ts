/** What lies in the tablet's IndexedDB. The database stays at version 1 for ever: records carry their own `schema` instead. */
import type { DBSchema } from 'idb'
import type { RatingStatus } from '../../server/contract/ratings.ts'
import type { TerminalConfig } from '../../server/contract/terminals.ts'
import type { TerminalVoice } from '../../server/contract/voices.ts'
import type { LostStore } from './marker.ts'

export const DATABASE = 'hai-long'
export const VERSION = 1

/**
 * `open` = the visit is not over; `sealed` = waits to be sent and never changes again;
 * `acked` = the server answered for its id, kept as the second copy; `rejected` = in the visible list.
 */
export type RatingState = 'open' | 'sealed' | 'acked' | 'rejected'

export interface StoredRating {
  schema: 1
  id: string
  state: RatingState
  /** Random name of this life of the store, and 1, 2, 3, … within it: gaps can be counted without reading any answer. */
  epoch: string
  sequence: number
  /** The tablet's own clock at the first tap, milliseconds since 1970: how old the queue is. */
  created_at: number
  /** Pairing and catalogue it was tapped under. */
  terminal_id: string
  catalogue: string
  /** AES-GCM over the padded rating; `id` is the additional data, so a body cannot be moved to another record. */
  iv: Uint8Array<ArrayBuffer>
  body: ArrayBuffer
  /** When acked: the server's clock, how it answered, and the server epoch that holds it. */
  acked_at?: number
  ack_status?: RatingStatus
  server_epoch?: string
  /** When acked: how many backups were begun by then (`backup_generation`); absent = the server did not say. */
  backup_generation?: number
  /** When rejected: the code, and what it was rejected under (`<api_revision> <tablet version>`). */
  code?: string
  rejected_under?: string
}

export interface DeviceRecord {
  key: 'device'
  epoch: string
  next_sequence: number
  /** Lives of the store before this one; absent in the first. */
  before?: string[]
}
export interface PairingRecord {
  key: 'pairing'
  terminal_id: string
  /** The token, encrypted like a body. */
  iv: Uint8Array<ArrayBuffer>
  body: ArrayBuffer
}
export interface ConfigRecord {
  key: 'config'
  etag: string | null
  config: TerminalConfig
}
export interface ServerRecord {
  key: 'server'
  epoch: string
  /** The last `resend_after` that was obeyed, so that the same wish is not obeyed for ever. */
  resend_after?: number | string
  /** Copies that a backup of this generation holds were dropped already. */
  backed_up_generation?: number
}
/**
 * The store was lost: the browser said that it had to throw it away (`IDBVersionChangeEvent.dataLoss`), or its numbers
 * lie behind those that were given out.
 */
export interface LossRecord {
  key: 'loss'
  message: string
  noticed_at: number
  stores?: LostStore[]
  /** The server's clock when it was told first, milliseconds since 1970. */
  told_at?: number
}
/** Written after a failure, to see whether the store works again. */
export interface CheckRecord {
  key: 'check'
  at: number
}
/** The recorded voices of which all clips are on the tablet; the clips themselves are in the browser's caches. */
export interface VoicesRecord {
  key: 'voices'
  voices: TerminalVoice[]
}
/** Wrong PINs in a row: a page that is started anew does not forget them. */
export interface PinRecord {
  key: 'pin'
  failures: number
}
export type MetaRecord =
  | DeviceRecord
  | PairingRecord
  | ConfigRecord
  | ServerRecord
  | LossRecord
  | CheckRecord
  | VoicesRecord
  | PinRecord

export interface TabletDatabase extends DBSchema {
  ratings: { key: string; value: StoredRating; indexes: { state_sequence: [RatingState, number] } }
  meta: { key: string; value: MetaRecord }
  keys: { key: string; value: CryptoKey }
}
