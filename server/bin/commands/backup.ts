/** `manage backup`: every table in one snapshot, while the server runs or not; then the file is read back, and only that counts. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findPlace } from '../../embedded/places.ts'
import { fingerprint } from '../../keys.ts'
import {
  findDataDirectory,
  findEmptiness,
  noteVerifiedBackup,
  type Snapshot,
  withSnapshot,
} from '../../queries/backups.ts'
import { checkBackup, type Entry, writeBackup } from '../backup-file.ts'
import type { Command, CommandContext } from '../command.ts'
import { findDisks, type Whereabouts, whyNotElsewhere } from '../disks.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Write every table, as of one moment, to a file'
export const usage = 'backup FILE | backup --elsewhere FOLDER'
export const positionals = ['FILE?'] as const
export const options: Command['options'] = {
  elsewhere: {
    type: 'string',
    value: 'FOLDER',
    about: 'Write to a folder on another disk than the database; only then do tablets drop their copies',
  },
}
export const complain: NonNullable<Command['complain']> = ({ values, positionals }) =>
  (positionals.length === 0) === (values.elsewhere === undefined)
    ? 'Name one of both: a FILE, or --elsewhere FOLDER with a folder on another disk'
    : null
export const database: Command['database'] = 'any'

export async function run(context: CommandContext): Promise<void> {
  const { ownerUrl, keys, print } = context
  const [named] = context.positionals
  const folder = context.values.elsewhere as string | undefined
  const first = folder === undefined ? [] : await findFirstCopies(context)
  if (folder !== undefined) requireElsewhere(folder, first)
  if ((await findEmptiness(ownerUrl)).state === 'no_schema') {
    throw new OperatorError('The database has no schema yet: there is nothing to back up.')
  }
  const created_at = new Date().toISOString()
  const { counts, file, schema_version, cut_off, generation } = await withSnapshot(ownerUrl, async (snapshot) => {
    const { schema_version, cut_off, generation } = snapshot
    const file = named ?? join(folder as string, fileName(created_at, generation?.number))
    const header = {
      format: 'hai-long backup',
      format_version: 1,
      schema_version,
      created_at,
      cut_off: cut_off.toISOString(),
      content_key: fingerprint(keys.content),
    } as const
    return { ...snapshot, file, counts: await writeBackup(file, header, readEntries(snapshot)) }
  })
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  print(`Wrote ${file}: ${total} rows of ${Object.keys(counts).length} tables, schema ${schema_version}.`)
  const read = await checkBackup(file)
  if (JSON.stringify(read.counts) !== JSON.stringify(counts)) {
    throw new OperatorError(`${file} does not hold what was written: keep the backup before it, and look at the disk.`)
  }
  // Again, of the file itself: a disk that was taken out meanwhile leaves an empty folder on the disk below it.
  if (folder !== undefined) requireElsewhere(file, first)
  const ratings = counts.ratings ?? 0
  const elsewhere = folder !== undefined
  print(`Read it back: whole. Everything before ${cut_off.toISOString()} is in it.`)
  if (generation !== null) {
    const { sha256 } = read
    await noteVerifiedBackup(ownerUrl, { cut_off, verified_at: new Date(), sha256, ratings, generation, elsewhere })
  }
  if (elsewhere && generation !== null) {
    print('Tablets drop their copies of what is in it: keep this file until the next one is made.')
  } else {
    print('Tablets keep their copies: only a backup on another disk lets them go (backup --elsewhere FOLDER).')
  }
  print(`Ratings: ${ratings}. Keep the folder DATA_DIR/keys too, apart from this file.`)
}

/** By its time and by its number, which also tells two of one second apart when the clock was turned. */
const fileName = (created_at: string, generation = 0) =>
  `hai-long-${created_at.slice(0, 19).replaceAll(':', '')}Z-${generation}.gz`

/** Where the database and its keys are, as far as this machine knows. */
async function findFirstCopies({ config, ownerUrl, print }: CommandContext): Promise<Whereabouts[]> {
  const folders = [config.dataDir]
  if (config.databaseUrl === null) folders.push(findPlace(config.dataDir).clusterDir)
  else {
    const folder = await findDataDirectory(ownerUrl)
    if (folder !== null && existsSync(folder)) folders.push(folder)
    else print('The folder of the database is not known here: make sure that it is on another disk than this backup.')
  }
  return folders.filter((folder) => existsSync(folder)).map((folder) => findDisks(folder))
}

/** Throws OperatorError when `path` is missing, or not on another disk than each of `first`. */
function requireElsewhere(path: string, first: readonly Whereabouts[]): void {
  if (!existsSync(path)) throw new OperatorError(`${path} is not there: is the disk plugged in and mounted?`)
  const reason = whyNotElsewhere(findDisks(path), first)
  if (reason === null) return
  throw new OperatorError(
    `${path} is no second place: ${reason}. Name a folder on another disk or another machine, or write a plain backup with: backup FILE`,
  )
}

async function* readEntries(snapshot: Snapshot): AsyncGenerator<Entry> {
  for (const shape of snapshot.tables) {
    yield shape
    for await (const rows of snapshot.readRows(shape)) yield { rows }
  }
  yield* snapshot.sequences
}
