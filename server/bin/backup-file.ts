/** The file of `manage backup`: gzip over lines of JSON, with a header that says what it is and a footer that proves it whole. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Row, SequenceState, TableShape } from '../queries/backups.ts'
import { OperatorError } from './operator-error.ts'

export interface Header {
  readonly format: 'hai-long backup'
  readonly format_version: 1
  /** Newest migration of the database it was made from. */
  readonly schema_version: string
  readonly created_at: string
  /** Everything committed before it is inside; not in files of before. */
  readonly cut_off?: string
  /** Tells whether the content key beside the restored database is the one its ratings were stored with. */
  readonly content_key: string
}

export type Counts = Record<string, number>

/** After the header: a shape, its rows in lots, the next shape …, the sequences, the footer. */
export type Entry = TableShape | { readonly rows: readonly Row[] } | SequenceState

interface Footer {
  readonly end: true
  readonly counts: Counts
  /** Of every byte before this line, uncompressed. */
  readonly sha256: string
}

/** Writes the file under a temporary name, flushes it to the disk and only then gives it its name, mode 0600. */
export async function writeBackup(file: string, header: Header, entries: AsyncIterable<Entry>): Promise<Counts> {
  const target = resolve(file)
  const draft = `${target}.${process.pid}.part`
  const counts: Counts = {}
  try {
    await pipeline(
      Readable.from(toLines(header, entries, counts)),
      createGzip({ level: 6 }),
      createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }),
    )
    await rename(draft, target)
    await flushFolder(dirname(target))
  } catch (error) {
    await rm(draft, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    if (['ENOENT', 'EACCES', 'EISDIR', 'ENOSPC', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(code ?? '')) {
      throw new OperatorError(`The backup could not be written: ${message}`)
    }
    throw error
  }
  return counts
}

async function* toLines(header: Header, entries: AsyncIterable<Entry>, counts: Counts): AsyncGenerator<string> {
  const hash = createHash('sha256')
  const line = (value: unknown) => {
    const text = `${JSON.stringify(value)}\n`
    hash.update(text)
    return text
  }
  yield line(header)
  let table = ''
  for await (const entry of entries) {
    if ('rows' in entry) {
      counts[table] = (counts[table] ?? 0) + entry.rows.length
      yield entry.rows.map(line).join('')
      continue
    }
    if ('table' in entry) {
      table = entry.table
      counts[table] = 0
    }
    yield line(entry)
  }
  const footer: Footer = { end: true, counts, sha256: hash.digest('hex') }
  yield `${JSON.stringify(footer)}\n`
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/**
 * Reads a whole file and checks it: format, order, counts and checksum. Nothing is kept in memory.
 * Throws OperatorError that tells a foreign file from a damaged and a cut one.
 */
export async function checkBackup(file: string): Promise<{ header: Header; counts: Counts; sha256: Buffer }> {
  const hash = createHash('sha256')
  let header: Header | null = null
  let footer: Footer | null = null
  let table: string | null = null
  const counts: Counts = {}
  const packed = createHash('sha256')
  for await (const text of readLines(file, packed)) {
    if (footer !== null) throw damaged(file)
    const value = parseLine(text, file, header === null)
    if (header === null) {
      header = asHeader(value, file)
    } else if (Array.isArray(value)) {
      if (table === null) throw damaged(file)
      counts[table] = (counts[table] ?? 0) + 1
    } else if ('table' in value) {
      table = String(value.table)
      counts[table] = 0
    } else if ('end' in value) {
      footer = value as unknown as Footer
      continue
    } else if (!('sequence' in value)) {
      throw damaged(file)
    }
    hash.update(`${text}\n`)
  }
  if (header === null) throw foreign(file)
  if (footer === null) throw new OperatorError(`${file} is cut off: its end is missing. Nothing was restored.`)
  if (footer.sha256 !== hash.digest('hex') || JSON.stringify(footer.counts) !== JSON.stringify(counts)) {
    throw damaged(file)
  }
  return { header, counts, sha256: packed.digest() }
}

/** The entries of a file that `checkBackup` has passed, in order, rows in lots of at most 1,000. */
export async function* readBackup(file: string): AsyncGenerator<Entry> {
  let rows: Row[] = []
  let first = true
  for await (const text of readLines(file)) {
    const value = parseLine(text, file, false)
    if (first) {
      first = false
    } else if (Array.isArray(value)) {
      rows.push(value as Row)
      if (rows.length < 1000) continue
      yield { rows }
      rows = []
    } else {
      if (rows.length > 0) yield { rows }
      rows = []
      if (!('end' in value)) yield value as unknown as Entry
    }
  }
}

/** Lines of the unpacked file; `packed` takes in every byte as it lies on the disk. */
async function* readLines(file: string, packed?: Hash): AsyncGenerator<string> {
  const unpacked = createGunzip()
  const source = createReadStream(file)
  source.on('error', (error) => unpacked.destroy(error))
  if (packed) source.on('data', (part) => packed.update(part))
  let rest = ''
  try {
    for await (const part of source.pipe(unpacked).setEncoding('utf8')) {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    throw explainRead(error as NodeJS.ErrnoException, file)
  } finally {
    source.destroy()
  }
  if (rest !== '') yield rest
}

function explainRead({ code, message }: NodeJS.ErrnoException, file: string): OperatorError {
  if (code === 'Z_BUF_ERROR') return new OperatorError(`${file} is cut off: its end is missing. Nothing was restored.`)
  if (code === 'Z_DATA_ERROR') {
    return message.includes('incorrect header check') ? foreign(file) : damaged(file)
  }
  return new OperatorError(`${file} cannot be read: ${message}`)
}

function parseLine(text: string, file: string, isFirst: boolean): Record<string, unknown> | unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Falls through: not JSON is as wrong as a bare number.
  }
  throw isFirst ? foreign(file) : damaged(file)
}

function asHeader(value: Record<string, unknown> | unknown[], file: string): Header {
  const header = value as unknown as Header
  if (header.format !== 'hai-long backup') throw foreign(file)
  if (header.format_version !== 1) {
    throw new OperatorError(`${file} has backup format ${header.format_version}; this program reads format 1.`)
  }
  return header
}

const foreign = (file: string) => new OperatorError(`${file} is no backup of Hài Lòng.`)
const damaged = (file: string) =>
  new OperatorError(`${file} is damaged: its content is not what was written. Nothing was restored.`)
