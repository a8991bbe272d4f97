/** What receiving reads and writes of terminals: tokens, pairing, contact, and what a tablet shows. */
import type pg from 'pg'
import type { ClipName, SoundType } from '../contract/voices.ts'

export interface TerminalRecord {
  terminal_id: number
  unit_id: number
  counter_id: number
  name: string
  revoked_at: Date | null
  /** Where it stood before, oldest first; empty for a tablet that was never moved. */
  moves: readonly { counter_id: number; until_ms: number }[]
}

const columns = `t.terminal_id, t.unit_id, t.counter_id, t.name, t.revoked_at,
  (select coalesce(json_agg(json_build_object('counter_id', p.counter_id,
            'until_ms', extract(epoch from p.until_at) * 1000) order by p.until_at), '[]'::json)
     from terminal_placements p where p.terminal_id = t.terminal_id) as moves`

/** Terminals by the hashes of their tokens, as hex; revoked ones included, unknown hashes left out. */
export async function findTerminalsByTokens(
  pool: pg.Pool,
  tokenHashes: readonly Buffer[],
): Promise<Map<string, TerminalRecord>> {
  const { rows } = await pool.query<TerminalRecord & { token_hash: Buffer }>({
    name: 'find_terminals_by_tokens',
    text: `select t.token_hash, ${columns} from terminals t where t.token_hash = any ($1::bytea[])`,
    values: [tokenHashes],
  })
  return new Map(rows.map(({ token_hash, ...terminal }) => [token_hash.toString('hex'), terminal]))
}

/** Any pairing of this server, revoked ones included; null when there is none. */
export async function findTerminalById(pool: pg.Pool, terminalId: number): Promise<TerminalRecord | null> {
  const { rows } = await pool.query<TerminalRecord>(`select ${columns} from terminals t where t.terminal_id = $1`, [
    terminalId,
  ])
  return rows[0] ?? null
}

/**
 * Spends a pairing code: the terminal gets the token, and the code is gone. Null when no such code is good now.
 * `leaves` = the pairing the tablet had until now; it is ended, so that its queue counts where it was tapped.
 */
export async function pairTerminal(
  pool: pg.Pool,
  codeHash: Buffer,
  tokenHash: Buffer,
  now: Date,
  leaves: number | null = null,
): Promise<TerminalRecord | null> {
  const { rows } = await pool.query<TerminalRecord>(
    `with paired as (
       update terminals t set token_hash = $2, paired_at = $3, pairing_code_hash = null, pairing_code_expires_at = null
        where pairing_code_hash = $1 and pairing_code_expires_at > $3 and revoked_at is null
        returning ${columns}),
     ended as (
       update terminals t set revoked_at = $3, pairing_code_hash = null, pairing_code_expires_at = null
         from paired where t.terminal_id = $4 and t.terminal_id <> paired.terminal_id and t.revoked_at is null)
     select * from paired`,
    [codeHash, tokenHash, now, leaves],
  )
  return rows[0] ?? null
}

export interface Contact {
  terminal_id: number
  unit_id: number
  at: Date
  queue_length: number | null
  oldest_at: Date | null
  rejected_length: number | null
  version: string | null
  details: unknown
}

/** Notes that a terminal was heard of; what it did not say this time stays as it was. */
export async function saveContact(pool: pg.Pool, contact: Contact): Promise<void> {
  await pool.query(
    `insert into terminal_contacts as c
       (terminal_id, unit_id, last_contact_at, queue_length, oldest_at, rejected_length, version, details)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (terminal_id) do update set
       last_contact_at = greatest(c.last_contact_at, excluded.last_contact_at),
       queue_length = coalesce(excluded.queue_length, c.queue_length),
       oldest_at = case when excluded.queue_length is null then c.oldest_at else excluded.oldest_at end,
       rejected_length = coalesce(excluded.rejected_length, c.rejected_length),
       version = coalesce(excluded.version, c.version),
       details = coalesce(excluded.details, c.details)`,
    [
      contact.terminal_id,
      contact.unit_id,
      contact.at,
      contact.queue_length,
      contact.oldest_at,
      contact.rejected_length,
      contact.version,
      contact.details === null ? null : JSON.stringify(contact.details),
    ],
  )
}

/**
 * Notes how far the numbers of a lost store had come, so that those that never arrive count as missing. Nothing happens
 * unless the pairing it claims is or was one of the sender's unit. May be told again and again.
 */
export async function noteLostStore(
  pool: pg.Pool,
  terminalId: number,
  store: { device_epoch: string; terminal_id: number; highest: number },
): Promise<void> {
  await pool.query('select note_lost_store($1, $2, $3, $4)', [
    terminalId,
    store.terminal_id,
    store.device_epoch,
    store.highest,
  ])
}

export interface TerminalView {
  epoch: string
  unit_name: string
  unit_kind: 'ward' | 'commune' | 'township' | 'province_centre'
  counter_name: string
  service: string | null
  hotline: string | null
  duty_leader_name: string | null
  duty_leader_phone: string | null
  hours: unknown
  catalogue_id: number | null
}

/** Unit, counter and the unit's own settings of a terminal. */
export async function findTerminalView(pool: pg.Pool, terminalId: number): Promise<TerminalView> {
  const { rows } = await pool.query<TerminalView>(
    `select s.epoch, u.name as unit_name, u.kind as unit_kind, c.name as counter_name, c.service, u.hotline,
            u.duty_leader_name, u.duty_leader_phone, u.hours, u.catalogue_id
       from terminals t join counters c using (unit_id, counter_id) join units u using (unit_id), server_state s
      where t.terminal_id = $1`,
    [terminalId],
  )
  return rows[0] as TerminalView
}

/** The province's settings by key. */
export async function findSettings(pool: pg.Pool): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<{ key: string; value: unknown }>('select key, value from settings')
  return Object.fromEntries(rows.map((row) => [row.key, row.value]))
}

export interface CatalogueRow {
  catalogue_id: number
  version: string
  item_id: number
  commitment: string
  family: 'please' | 'always' | 'no' | 'service'
  kind: 'conduct' | 'service' | 'integrity'
  labels: Record<string, { official: string; kept: string; broken: string }>
}

/** Every item of every published catalogue, in the order shown. */
export async function findCatalogueRows(pool: pg.Pool): Promise<CatalogueRow[]> {
  const { rows } = await pool.query<CatalogueRow>(
    `select catalogue_id, version, item_id, commitment, family, kind, labels
       from catalogue_items join catalogues using (catalogue_id) join commitments using (item_id)
      order by catalogue_id, position`,
  )
  return rows
}

export interface ServerState {
  epoch: string
  /** The newest arrival already counted; null = none. */
  counted_through: Date | null
  /** What the backup held that these data were restored from; null = they were not. */
  restored_through: Date | null
  /** Whether somebody refused ratings out of quarantine. */
  any_refused: boolean
}

export async function findServerState(pool: pg.Pool): Promise<ServerState> {
  const { rows } = await pool.query<ServerState>(
    `select epoch, counted_through, restored_through,
            exists (select from quarantine where decision = 'refused') as any_refused
       from server_state, counting_state`,
  )
  return rows[0] as ServerState
}

export interface BackupState {
  epoch: string
  /** How many backups were begun. Read after a commit: whatever was committed is in every backup of a larger number. */
  backup_generation: number
  /** Of the newest backup of this epoch that lies elsewhere and was read back whole; null = there is none. */
  backed_up_generation: number | null
}

export async function findBackupState(pool: pg.Pool): Promise<BackupState> {
  const { rows } = await pool.query<BackupState>({
    name: 'find_backup_state',
    text: `select epoch, backup_generation,
                  (select generation from verified_backups b
                    where b.epoch = s.epoch and elsewhere and withdrawn_at is null
                    order by backup_id desc limit 1) as backed_up_generation
             from server_state s`,
  })
  return rows[0] as BackupState
}

export interface VoiceRow {
  language: string
  name: string
  stand_in: boolean
  version: string
  clips: { clip: ClipName; sha256: string; bytes: number; media_type: SoundType }[]
}

/** The approved voices of a unit, by language: its own before the province's. */
export async function findVoices(pool: pg.Pool, unitId: number): Promise<VoiceRow[]> {
  const { rows } = await pool.query<VoiceRow>(
    `select s.language, s.name, s.stand_in, voice_version(s.voice_set_id) as version,
            json_agg(json_build_object('clip', c.clip, 'sha256', encode(c.sha256, 'hex'), 'bytes', length(c.content),
                                       'media_type', c.media_type) order by c.clip) as clips
       from (select distinct on (language) voice_set_id, language, name, stand_in
               from voice_sets where state = 'approved' and (unit_id = $1 or unit_id is null)
              order by language, unit_id nulls last) s
       join voice_clips c using (voice_set_id)
      group by s.voice_set_id, s.language, s.name, s.stand_in
      order by s.name, s.language`,
    [unitId],
  )
  return rows
}

export interface SoundRow {
  media_type: SoundType
  content: Buffer
}

/**
 * A clip by the hash of its content, from a set that is or was approved for this unit or the province; else null.
 * Replaced sets count: a tablet may still be fetching what it was told of a minute ago.
 */
export async function findClipForUnit(pool: pg.Pool, unitId: number, sha256: Buffer): Promise<SoundRow | null> {
  const { rows } = await pool.query<SoundRow>(
    `select c.media_type, c.content from voice_clips c join voice_sets s using (voice_set_id)
      where c.sha256 = $2 and s.state in ('approved', 'replaced') and (s.unit_id = $1 or s.unit_id is null) limit 1`,
    [unitId, sha256],
  )
  return rows[0] ?? null
}

/** What the PIN of the unit's service corner is compared with; null when none is set. */
export async function findServicePin(
  pool: pg.Pool,
  unitId: number,
): Promise<{ salt: Buffer; hash: Buffer; iterations: number } | null> {
  const { rows } = await pool.query<{ salt: Buffer; hash: Buffer; iterations: number }>(
    'select salt, hash, iterations from service_pins where unit_id = $1',
    [unitId],
  )
  return rows[0] ?? null
}
