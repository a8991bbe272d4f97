/** The disk of the embedded database: what a first start needs, and one sentence for the many errors of a full one. */
import { statfsSync } from 'node:fs'
import { EmbeddedError } from './errors.ts'

/** Measured: 62 MB once the schema is there. PostgreSQL then keeps up to 80 MB of its log for reuse (`min_wal_size`). */
export const FIRST_START_MB = 150
/** PostgreSQL extends its log by 16 MB at once. Where it cannot, it ends, and its clients only see a lost connection. */
const FULL_BELOW_MB = 17

/** What users other than root may still write. */
function freeMegabytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return Math.floor((bavail * bsize) / 2 ** 20)
}

/** Throws EmbeddedError when an empty database would soon fill the disk of `dir`. */
export function requireRoom(dir: string): void {
  const free = freeMegabytes(dir)
  if (free >= FIRST_START_MB) return
  throw new EmbeddedError(
    `The disk of ${dir} has ${free} MB free, and a first start needs ${FIRST_START_MB} MB: make room there, or set DATA_DIR to a folder on another disk.`,
  )
}

/** The error for the operator when `error` says that a disk is full, or the disk of `dir` is; else `error` itself. */
export function explainFullDisk(error: unknown, dir: string): unknown {
  const free = freeMegabytes(dir)
  if (free >= FULL_BELOW_MB && !namesFullDisk(error)) return error
  return new EmbeddedError(
    `The disk of ${dir} ran full (${free} MB are free now): make room there, then try again. Nothing that was stored is lost.`,
    { cause: error },
  )
}

/** True when the system or PostgreSQL (`disk_full`) gave this as the reason, or as the reason of the reason. */
export function namesFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return (
    code === 'ENOSPC' ||
    code === '53100' ||
    /No space left on device|Check free disk space/.test(error.message) ||
    namesFullDisk(error.cause)
  )
}
