/** `manage restore FILE`: loads a backup into an empty database and gives it a new epoch; with `--check` it only reads the file. */
import { fingerprint } from '../../keys.ts'
import { findEmptiness, noteRestored, replaceAll, type TableShape } from '../../queries/backups.ts'
import { isKnownMigration, migrateToLatest } from '../../queries/migrate.ts'
import { checkBackup, type Header, readBackup } from '../backup-file.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Load a backup into an empty database'
export const usage = 'restore FILE [--check]'
export const positionals = ['FILE'] as const
export const options: Command['options'] = {
  check: { type: 'boolean', about: 'Only read the whole file and say what it holds; no database is touched' },
}
export const database: Command['database'] = 'any'

export async function run({ ownerUrl, positionals: [file = ''], values, keys, print }: CommandContext): Promise<void> {
  const { header, counts } = await checkBackup(file)
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  if (values.check) {
    print(`${file} is whole: ${total} rows of ${Object.keys(counts).length} tables from ${header.created_at}.`)
    print(`Ratings: ${counts.ratings ?? 0}. Schema ${header.schema_version}.`)
    if (header.content_key !== fingerprint(keys.content)) print('WARNING: it was made with another DATA_DIR/keys.')
    return
  }
  await prepareSchema(ownerUrl, header)
  const epoch = await replaceAll(ownerUrl, counts, async (loader) => {
    let shape: TableShape | null = null
    for await (const entry of readBackup(file)) {
      if ('table' in entry) shape = entry
      else if ('sequence' in entry) await loader.setSequence(entry)
      else if (shape !== null) await loader.insert(shape, entry.rows)
    }
  })
  await migrateToLatest(ownerUrl)
  await noteRestored(ownerUrl, header.cut_off === undefined ? null : new Date(header.cut_off))
  print(`Restored ${total} rows of ${Object.keys(counts).length} tables from ${header.created_at}.`)
  print(`Ratings: ${counts.ratings ?? 0}. New epoch ${epoch}: tablets will send again what they still keep.`)
  if (header.content_key !== fingerprint(keys.content)) {
    print('WARNING: DATA_DIR/keys here is not the one this backup was made with, so ratings sent again would be')
    print('refused as conflicts. Copy the old folder DATA_DIR/keys here before the server takes ratings.')
  }
}

/** Brings an empty database to the backup's own schema. Throws OperatorError, changing nothing, where that cannot be. */
async function prepareSchema(ownerUrl: string, { schema_version: wanted }: Header): Promise<void> {
  if (!isKnownMigration(wanted)) {
    throw new OperatorError(`This backup has schema ${wanted}, which this version does not know: use a newer one.`)
  }
  const { state, schema_version: found } = await findEmptiness(ownerUrl)
  if (state === 'in_use') {
    throw new OperatorError(
      'The database is not empty: restore into a new one (another DATA_DIR, or an empty database in DATABASE_URL).',
    )
  }
  if (state === 'no_schema') await migrateToLatest(ownerUrl, wanted)
  else if (found !== wanted) {
    throw new OperatorError(
      `The database has schema ${found} and the backup ${wanted}: restore into a database without any schema.`,
    )
  }
}
