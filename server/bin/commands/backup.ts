/** `manage backup FILE`: every table in one snapshot, while the server runs or not. */
import { fingerprint } from '../../keys.ts'
import { type Snapshot, withSnapshot } from '../../queries/backups.ts'
import { type Entry, writeBackup } from '../backup-file.ts'
import type { Command, CommandContext } from '../command.ts'

export const summary = 'Write every table, as of one moment, to a file'
export const usage = 'backup FILE'
export const positionals = ['FILE'] as const
export const options: Command['options'] = {}
export const database: Command['database'] = 'as-is'

export async function run({ ownerUrl, positionals: [file = ''], keys, print }: CommandContext): Promise<void> {
  const { counts, schema_version } = await withSnapshot(ownerUrl, async (snapshot) => ({
    schema_version: snapshot.schema_version,
    counts: await writeBackup(
      file,
      {
        format: 'hai-long backup',
        format_version: 1,
        schema_version: snapshot.schema_version,
        created_at: new Date().toISOString(),
        content_key: fingerprint(keys.content),
      },
      readEntries(snapshot),
    ),
  }))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  print(`Wrote ${file}: ${total} rows of ${Object.keys(counts).length} tables, schema ${schema_version}.`)
  print(`Ratings: ${counts.ratings ?? 0}. Keep the folder DATA_DIR/keys too, apart from this file.`)
}

async function* readEntries(snapshot: Snapshot): AsyncGenerator<Entry> {
  for (const shape of snapshot.tables) {
    yield shape
    for await (const rows of snapshot.readRows(shape)) yield { rows }
  }
  yield* snapshot.sequences
}
