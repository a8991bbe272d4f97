/** The head of the audit chain beside the database: whoever can only write the database cannot cut the log's end unseen. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Head } from './chain.ts'

const fileIn = (dataDir: string) => join(dataDir, 'audit-head.json')

/** Replaces the file in one step; a crash leaves the old one, which is as true as before. */
export function keepHead(dataDir: string, head: Head): void {
  const file = fileIn(dataDir)
  writeFileSync(`${file}.new`, `${JSON.stringify(head)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

/** The head last kept here; null when there is none. */
export function readKeptHead(dataDir: string): Head | null {
  try {
    return parseHead(readFileSync(fileIn(dataDir), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** What `manage audit-head` prints, and what stands at the foot of a report: `12-3f…`. Throws when it is neither. */
export function parseHead(text: string): Head {
  const plain = /^\s*(\d{1,15})-([0-9a-f]{64})\s*$/.exec(text)
  const { seals, mac } = plain ? { seals: Number(plain[1]), mac: plain[2] } : (JSON.parse(text) as Partial<Head>)
  if (!Number.isSafeInteger(seals) || (seals ?? -1) < 0 || !/^[0-9a-f]{64}$/.test(mac ?? '')) {
    throw new SyntaxError('not a head of the audit log')
  }
  return { seals: seals as number, mac: mac as string }
}
