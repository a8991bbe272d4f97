/** Whether the database could store a rating now; writes nothing that stays. */
import type pg from 'pg'

/** False on a standby, and where an operator or a manager of PostgreSQL has made the database read-only. */
export async function acceptsWrites(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ read_only: boolean }>(
    `select current_setting('transaction_read_only') = 'on' as read_only`,
  )
  return rows[0]?.read_only === false
}

/**
 * Does what storing a rating needs, in a few milliseconds: takes 2 MB of new space on the disk of the data (a temporary file,
 * gone at once; an update in place would succeed on a full disk), then commits a durable record in the write-ahead log.
 * Throws what PostgreSQL says, such as 53100.
 */
export async function tryWrite(pool: pg.Pool): Promise<void> {
  // Several statements in one message are one transaction, so the settings end with it, also after an error.
  await pool.query(
    `set local work_mem = '64kB';
     set local temp_tablespaces = '';
     select count(*) from generate_series(1, 100000);
     select pg_logical_emit_message(true, 'hai-long', 'ready')`,
  )
}
