/** Remembers which content key a database is served with, so that a lost or foreign keys folder is noticed at once. */
import { openOwnerPool } from './database.ts'

/**
 * Stores `fingerprint` when the database knows none yet, and returns the one it knows. They differ when DATA_DIR/keys
 * is another folder than before: ratings sent again would then be taken for conflicts. The fingerprint gives no key away.
 */
export async function rememberContentKey(ownerUrl: string, fingerprint: string): Promise<string> {
  const pool = openOwnerPool(ownerUrl)
  try {
    await pool.query(
      `insert into settings (key, value) values ('content_key', to_jsonb($1::text)) on conflict do nothing`,
      [fingerprint],
    )
    const { rows } = await pool.query<{ value: string }>(`select value from settings where key = 'content_key'`)
    return rows[0]?.value ?? fingerprint
  } finally {
    await pool.end()
  }
}
