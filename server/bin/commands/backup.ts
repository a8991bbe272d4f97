/** `manage backup FILE`: every table in one snapshot, while the server runs or not; then the file is read back, and only that counts. */
import { fingerprint } from '../../keys.ts'
import { findEmptiness, noteVerifiedBackup, type Snapshot, withSnapshot } from '../../queries/backups.ts'
import { checkBackup, type Entry, writeBackup } from '../backup-file.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Write every table, as of one moment, to a file'
export const usage = 'backup FILE'
export const positionals = ['FILE'] as const
export const options: Command['options'] = {}
export const database: Command['database'] = 'any'

export async function run({ ownerUrl, positionals: [file = ''], keys, print }: CommandContext): Promise<void> {
  if ((await findEmptiness(ownerUrl)).state === 'no_schema') {
    throw new OperatorError('The database has no schema yet: there is nothing to back up.')
  }
  const { counts, schema_version, cut_off } = await withSnapshot(ownerUrl, async (snapshot) => ({
    schema_version: snapshot.schema_version,
    cut_off: snapshot.cut_off,
    counts: await writeBackup(
      file,
      {
        format: 'hai-long backup',
        format_version: 1,
        schema_version: snapshot.schema_version,
        created_at: new Date().toISOString(),
        cut_off: snapshot.cut_off.toISOString(),
        content_key: fingerprint(keys.content),
      },
      readEntries(snapshot),
    ),
  }))
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  print(`Wrote ${file}: ${total} rows of ${Object.keys(counts).length} tables, schema ${schema_version}.`)
  const read = await checkBackup(file)
  if (JSON.stringify(read.counts) !== JSON.stringify(counts)) {
    throw new OperatorError(`${file} does not hold what was written: keep the backup before it, and look at the disk.`)
  }
  const ratings = counts.ratings ?? 0
  const noted = await noteVerifiedBackup(ownerUrl, { cut_off, verified_at: new Date(), sha256: read.sha256, ratings })
  print(`Read it back: whole. Everything before ${cut_off.toISOString()} is in it.`)
  if (noted) print('Tablets are told, and may let go of their copies of it: keep this file until the next one is made.')
  print(`Ratings: ${ratings}. Keep the folder DATA_DIR/keys too, apart from this file.`)
}

async function* readEntries(snapshot: Snapshot): AsyncGenerator<Entry> {
  for (const shape of snapshot.tables) {
    yield shape
    for await (const rows of snapshot.readRows(shape)) yield { rows }
  }
  yield* snapshot.sequences
}
