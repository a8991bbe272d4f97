/** What receiving keeps in memory: terminals by token, the catalogue, the epoch. Small, short-lived, refilled from the database. */
import type pg from 'pg'
import type { Catalogue } from '../contract/catalogue.ts'
import {
  type BackupState,
  findBackupState,
  findCatalogueRows,
  findServerState,
  findTerminalById,
  findTerminalsByTokens,
  type ServerState,
  type TerminalRecord,
} from '../queries/terminal-access.ts'
import { hashToken } from '../secrets.ts'
import type { CatalogueIndex } from './prepare.ts'

/**
 * How long another process's revocation may go unnoticed here, counted from before the database was asked; our own is noticed
 * at once through `forgetTerminals`. A request that has passed is stored within the rest of the second.
 */
const TERMINAL_TTL_MS = 500
const CATALOGUE_TTL_MS = 10_000
const EPOCH_TTL_MS = 10_000
const MAX_TERMINALS = 10_000
/** Time servers correct clocks by fractions of a second; a minute back is somebody's hand or an empty battery. */
const CLOCK_TOLERANCE_MS = 60_000

export interface CatalogueView extends CatalogueIndex {
  /** The catalogue with this id, or the newest one for null. */
  published(catalogueId: number | null): Catalogue
}

export interface Directory {
  /** The terminal of a bearer token, revoked ones included; null for an unknown token. */
  terminalByToken(token: string): Promise<TerminalRecord | null>
  /** The same without asking the database; null when it has to be asked. */
  terminalAtHand(token: string): TerminalRecord | null
  /** Any pairing, revoked ones included. */
  terminalById(terminalId: number): Promise<TerminalRecord | null>
  /** Call after a pairing was made, moved or revoked by this process. */
  forgetTerminals(): void
  catalogue(): Promise<CatalogueView>
  /** The same without asking the database; null when it has to be asked. */
  catalogueAtHand(): CatalogueView | null
  epoch(): Promise<string>
  /** What a tablet is told of this body of data: its name, and what a restored one reaches. ISO 8601. */
  standing(): Promise<Standing>
  /** The same without asking the database; null when it has to be asked. */
  standingAtHand(): Standing | null
  /** What backups hold, read from the database after this call: never remembered, and shared by those who ask in one turn. */
  backups(): Promise<BackupState>
  /** Whether anybody ever refused ratings out of quarantine, as of the last look. */
  hasRefused(): boolean
  /** Call after this process decided about quarantine. */
  forgetStanding(): void
  /** The server's time, never behind what it has already counted. */
  now(): number
  /** True while the server's clock lies behind arrivals it has already counted: it must not date anything then. */
  isClockBehind(): boolean
}

export interface Standing {
  epoch: string
  resend_after?: string
}

const tellOf = ({ epoch, restored_through }: ServerState): Standing => ({
  epoch,
  ...(restored_through && { resend_after: restored_through.toISOString() }),
})

interface Kept<T> {
  value: T
  until: number
}

export function createDirectory(pool: pg.Pool, clock: { now(): number }): Directory {
  const byToken = new Map<string, Kept<TerminalRecord>>()
  let catalogue: Kept<Promise<CatalogueView>> | null = null
  let catalogueKept: Kept<CatalogueView> | null = null
  let state: Kept<Promise<ServerState>> | null = null
  let standingKept: Kept<Standing> | null = null
  let refused = false
  let newest = 0
  /** How often `forgetTerminals` was called. */
  let forgotten = 0
  const lookUp = createTokenLookup(pool)
  let backups: Promise<BackupState> | null = null

  // Ages are measured on the monotonic clock, so that a turned wall clock neither freezes nor empties the caches.
  const fresh = <T>(kept: Kept<T> | null | undefined): kept is Kept<T> => !!kept && kept.until > performance.now()

  async function serverState() {
    if (!fresh(state)) {
      const value = findServerState(pool)
      state = { value, until: performance.now() + EPOCH_TTL_MS }
      value.catch(() => {
        state = null
      })
    }
    const { value, until } = state
    const found = await value
    newest = found.counted_through?.getTime() ?? 0
    standingKept = { value: tellOf(found), until }
    refused = found.any_refused
    return found
  }

  return {
    terminalAtHand(token) {
      const kept = byToken.get(token)
      return fresh(kept) ? kept.value : null
    },
    async terminalByToken(token) {
      const kept = byToken.get(token)
      if (fresh(kept)) return kept.value
      const until = performance.now() + TERMINAL_TTL_MS
      const asked = forgotten
      const terminal = await lookUp(token)
      // Unknown tokens are not remembered: guesses must not fill the memory. Nor is what a change has overtaken.
      if (terminal && asked === forgotten) {
        if (byToken.size >= MAX_TERMINALS) byToken.clear()
        byToken.set(token, { value: terminal, until })
      } else byToken.delete(token)
      return terminal
    },
    terminalById: (terminalId) => findTerminalById(pool, terminalId),
    forgetTerminals() {
      forgotten += 1
      byToken.clear()
    },
    async catalogue() {
      if (!fresh(catalogue)) {
        const value = findCatalogueRows(pool).then(indexCatalogue)
        catalogue = { value, until: performance.now() + CATALOGUE_TTL_MS }
        value.catch(() => {
          catalogue = null
        })
      }
      const { value, until } = catalogue
      const found = await value
      catalogueKept = { value: found, until }
      return found
    },
    catalogueAtHand: () => (fresh(catalogueKept) ? catalogueKept.value : null),
    async epoch() {
      return (await serverState()).epoch
    },
    async standing() {
      return tellOf(await serverState())
    },
    standingAtHand: () => (fresh(standingKept) ? standingKept.value : null),
    backups() {
      backups ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        // Whoever asks from here on may have committed after this read.
        backups = null
        return findBackupState(pool)
      })
      return backups
    },
    hasRefused: () => refused,
    forgetStanding: () => {
      state = null
      standingKept = null
      refused = true
    },
    now: () => Math.max(clock.now(), newest),
    isClockBehind: () => clock.now() < newest - CLOCK_TOLERANCE_MS,
  }
}

/** Looks up tokens together: what many tablets ask for in one turn costs one query. */
function createTokenLookup(pool: pg.Pool): (token: string) => Promise<TerminalRecord | null> {
  let gathered: Map<string, Buffer> | null = null
  let answer: Promise<Map<string, TerminalRecord>> | null = null
  return async (token) => {
    gathered ??= new Map()
    const hash = hashToken(token)
    gathered.set(token, hash)
    answer ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      const hashes = [...(gathered as Map<string, Buffer>).values()]
      gathered = null
      answer = null
      return findTerminalsByTokens(pool, hashes)
    })
    return (await answer).get(hash.toString('hex')) ?? null
  }
}

function indexCatalogue(rows: Awaited<ReturnType<typeof findCatalogueRows>>): CatalogueView {
  const catalogues = new Map<number, Catalogue>()
  for (const { catalogue_id, version, commitment, family, kind, labels } of rows) {
    const entry = catalogues.get(catalogue_id) ?? { version, items: [] }
    entry.items.push({ commitment, family, kind, labels })
    catalogues.set(catalogue_id, entry)
  }
  const newestId = Math.max(...catalogues.keys())
  return {
    commitments: new Map(
      rows.map((row) => [row.commitment, { item_id: row.item_id, integrity: row.kind === 'integrity' }]),
    ),
    versions: new Map(rows.map((row) => [row.version, row.catalogue_id])),
    published: (catalogueId) => catalogues.get(catalogueId ?? newestId) as Catalogue,
  }
}
