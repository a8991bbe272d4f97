/** The audit log: one row per deed, written in the transaction of the deed, never changed; and the chain that seals it. */
import { sql } from 'kysely'
import { CHANGES_CHANNEL, type CountClient, type Trx } from './database.ts'

export interface Deed {
  /** Who; null for the server's own command line, for the set-up link and for what rules did. */
  account_id: number | null
  /** `noun.verb`, such as `assignment.create`. */
  action: string
  unit_id: number | null
  /** Ids of what was changed. */
  subject: Record<string, unknown>
  /** What was changed about it; never a password, a code or a token. */
  detail?: Record<string, unknown>
  at: Date
}

export async function insertAudit(trx: Trx, deed: Deed): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      happened_at: deed.at,
      account_id: deed.account_id,
      action: deed.action,
      unit_id: deed.unit_id,
      subject: JSON.stringify(deed.subject),
      detail: JSON.stringify(deed.detail ?? {}),
    })
    .execute()
  await sql`insert into audit_inbox (audit_id) values (currval('audit_audit_id_seq'))`.execute(trx)
  // With the commit, whoever has a page of that unit open looks again; see queries/changes.ts.
  await sql`select pg_notify(${CHANGES_CHANNEL}, ${deed.unit_id === null ? '' : String(deed.unit_id)})`.execute(trx)
}

/** What counting does by itself, on its own connection and in its transaction; `now` in epoch ms, of which the hour is kept. */
export async function insertRuleAudit(
  client: CountClient,
  now: number,
  { action, subject, detail }: Pick<Deed, 'action' | 'subject' | 'detail'>,
): Promise<void> {
  await client.query(
    `insert into audit (happened_at, action, subject, detail)
     values (date_trunc('hour', to_timestamp($1::float8 / 1000)), $2, $3, $4)`,
    [now, action, JSON.stringify(subject), JSON.stringify(detail ?? {})],
  )
  await client.query(`insert into audit_inbox (audit_id) values (currval('audit_audit_id_seq'))`)
}

/** The lock of the one sealer; lives as long as the connection. */
export async function tryAuditLock(client: CountClient): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('hai-long audit', 0)) as locked`,
  )
  return rows[0]?.locked === true
}

export interface ChainLink {
  seal_number: number
  audit_id: number
  /** Everything a deed says, as PostgreSQL prints it: the same text for the same row. Null when the row is gone. */
  content: string | null
  mac: Buffer
}

// jsonb prints its keys in one order and its numbers in one way, so equal rows give equal text, also after a restore.
const content = `jsonb_build_object('audit_id', a.audit_id, 'account_id', a.account_id, 'action', a.action,
  'unit_id', a.unit_id, 'subject', a.subject, 'detail', a.detail,
  'happened_at', to_char(a.happened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'))::text as content`

/** Takes up to `limit` rows out of the inbox, oldest first, with what they say; those sealed before are dropped. */
export async function takeAuditInbox(
  client: CountClient,
  limit: number,
): Promise<{ audit_id: number; content: string }[]> {
  const taken = await client.query<{ audit_id: number }>(
    `delete from audit_inbox where audit_id in (select audit_id from audit_inbox order by audit_id limit $1)
     returning audit_id`,
    [limit],
  )
  if (taken.rows.length === 0) return []
  const { rows } = await client.query<{ audit_id: number; content: string }>(
    `select a.audit_id, ${content} from audit a
      where a.audit_id = any ($1::bigint[]) and not exists (select from audit_seals s where s.audit_id = a.audit_id)
      order by a.audit_id`,
    [taken.rows.map(({ audit_id }) => audit_id)],
  )
  return rows
}

export interface ChainEnd {
  seal_number: number
  mac: Buffer
}

/** The newest seal; null = none yet. */
export async function findChainEnd(client: CountClient): Promise<ChainEnd | null> {
  const { rows } = await client.query<ChainEnd>(
    'select seal_number, mac from audit_seals order by seal_number desc limit 1',
  )
  return rows[0] ?? null
}

export async function insertSeals(
  client: CountClient,
  seals: readonly { seal_number: number; audit_id: number; mac: Buffer }[],
): Promise<void> {
  await client.query(
    'insert into audit_seals (seal_number, audit_id, mac) select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])',
    [seals.map((seal) => seal.seal_number), seals.map((seal) => seal.audit_id), seals.map((seal) => seal.mac)],
  )
}

/** Links after `after` in order of their numbers, with what their rows say now. */
export async function listChain(client: CountClient, after: number, limit: number): Promise<ChainLink[]> {
  const { rows } = await client.query<ChainLink>(
    `select s.seal_number, s.audit_id, s.mac, case when a.audit_id is not null then c.content end as content
       from audit_seals s left join audit a using (audit_id)
       left join lateral (select ${content}) c on true
      where s.seal_number > $1 order by s.seal_number limit $2`,
    [after, limit],
  )
  return rows
}

/** Rows that are neither sealed nor waiting to be: put there past the server. */
export async function listUnsealed(client: CountClient): Promise<number[]> {
  const { rows } = await client.query<{ audit_id: number }>(
    `select audit_id from audit a
      where not exists (select from audit_seals s where s.audit_id = a.audit_id)
        and not exists (select from audit_inbox i where i.audit_id = a.audit_id) order by audit_id limit 100`,
  )
  return rows.map(({ audit_id }) => audit_id)
}

export async function countAuditInbox(client: CountClient): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*) as n from audit_inbox')
  return rows[0]?.n ?? 0
}

export interface AuditRow {
  audit_id: number
  happened_at: Date
  account_id: number | null
  username: string | null
  action: string
  unit_id: number | null
  unit_name: string | null
  subject: Record<string, unknown>
  detail: Record<string, unknown>
  /** Its number in the chain; null while it waits for its seal. */
  seal_number: number | null
}

export interface AuditFilter {
  unit_id: number | null
  account_id: number | null
  /** The noun before the dot, or the whole action. */
  action: string | null
  from: Date | null
  to: Date | null
}

/**
 * Deeds in scope, newest first, before `before`; up to `limit` and one more. Without how many ratings a deed put back through
 * counting: whoever may change a roster could put one minute after another and read off when each rating was given.
 */
export async function listAudit(
  trx: Trx,
  page: { after: { key: string; id: number } | null; limit: number },
  filter: AuditFilter,
): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    select a.audit_id, a.happened_at, a.account_id, username_of_deed(a.audit_id) as username, a.action, a.unit_id,
           u.name as unit_name, a.subject, a.detail - 'requeued' as detail, s.seal_number
      from audit a left join units u on u.unit_id = a.unit_id left join audit_seals s on s.audit_id = a.audit_id
     where ${page.after === null ? sql`true` : sql`a.audit_id < ${page.after.id}`}
       and ${filter.unit_id === null ? sql`true` : sql`a.unit_id = ${filter.unit_id}`}
       and ${filter.account_id === null ? sql`true` : sql`a.account_id = ${filter.account_id}`}
       and ${filter.action === null ? sql`true` : sql`(a.action = ${filter.action} or split_part(a.action, '.', 1) = ${filter.action})`}
       and ${filter.from === null ? sql`true` : sql`a.happened_at >= ${filter.from}`}
       and ${filter.to === null ? sql`true` : sql`a.happened_at < ${filter.to}`}
     order by a.audit_id desc limit ${page.limit + 1}`.execute(trx)
  return rows
}

/** The newest seal, for whoever has an account; null = none yet. */
export async function findAuditHead(trx: Trx): Promise<ChainEnd | null> {
  const { rows } = await sql<ChainEnd>`
    select seal_number, mac from audit_seals order by seal_number desc limit 1`.execute(trx)
  return rows[0] ?? null
}
