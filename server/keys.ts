/** Secrets that must never lie in the database: made once under DATA_DIR/keys, readable by the server's user alone. */
import { createHmac, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Keys {
  /** HMAC key of `content_mac`: 32 bytes. With so few possible ratings a plain hash could be reversed. */
  readonly content: Buffer
  /** HMAC key of the audit log's chain: 32 bytes. Whoever can write the database cannot re-chain the log. */
  readonly audit: Buffer
  /** HMAC key of short codes that people type (pairing, set-up), which a plain hash would not protect: 32 bytes. */
  readonly codes: Buffer
}

/**
 * Reads the keys of this installation, making the ones that are missing. Servers that share a database must share
 * this folder. Throws when the folder cannot be written or a key file is damaged.
 */
export function loadKeys(dataDir: string): Keys {
  return {
    content: loadSecret(dataDir, 'content'),
    audit: loadSecret(dataDir, 'audit'),
    codes: loadSecret(dataDir, 'codes'),
  }
}

/** 16 hex digits that tell keys apart without giving them away; written into backups. */
export function fingerprint(key: Buffer): string {
  return createHmac('sha256', key).update('hai-long key fingerprint').digest('hex').slice(0, 16)
}

/** Reads the 32-byte secret `name`, or makes it. Two processes may do so at once: both return the same bytes. */
export function loadSecret(dataDir: string, name: string): Buffer {
  const folder = join(dataDir, 'keys')
  const file = join(folder, `${name}.key`)
  return readSecret(file) ?? createSecret(folder, file)
}

function readSecret(file: string): Buffer | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  if (!/^[0-9a-f]{64}$/.test(text)) {
    // Making a new one silently would turn every re-sent rating into a conflict.
    throw new Error(`${file} is damaged: it must hold 64 hexadecimal digits. Put it back from its copy.`)
  }
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
  return Buffer.from(text, 'hex')
}

function createSecret(folder: string, file: string): Buffer {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    // link() fails when the name exists, so the first of two processes wins and no half-written file is ever read.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  const secret = readSecret(file)
  if (secret === null) throw new Error(`${file} vanished while it was being made.`)
  return secret
}
