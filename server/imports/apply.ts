/** Applies an import behind the request that asked for it: one transaction, progress told beside it, all or nothing. */
import type { Scope } from '../domain/access.ts'
import type { PlannedRow } from '../domain/imports/base.ts'
import { toApiError } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  findImportTables,
  type ImportRecord,
  setImportAccounts,
  setImportProgress,
  setImportState,
} from '../queries/imports.ts'
import type { Services } from '../services.ts'
import { planImport, type Said } from './load.ts'
import { Stale, tellingRows, type Written, writePlan } from './write.ts'

/** Rows in one line of the audit log. */
const AUDIT_ROWS = 500
class Cancelled extends Error {}

export interface Application {
  /** Settles when the plan was made anew and is the one that was shown (true), or is not (false). */
  readonly planned: Promise<boolean>
  readonly finished: Promise<void>
}

/** Starts it; never throws. An interruption leaves the base untouched and the import `checked`, to be applied again. */
export function applyImport(
  services: Pick<Services, 'pools' | 'clock' | 'log'>,
  scope: Scope,
  record: ImportRecord,
  ownSession: Buffer | null,
): Application {
  let settle: (same: boolean) => void = () => {}
  const planned = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  const finished = run(services, scope, record, ownSession, settle).finally(() => settle(false))
  return { planned, finished }
}

async function run(
  { pools, clock, log }: Pick<Services, 'pools' | 'clock' | 'log'>,
  scope: Scope,
  record: ImportRecord,
  ownSession: Buffer | null,
  settle: (same: boolean) => void,
): Promise<void> {
  const { import_id } = record
  const beside = <T>(work: (trx: Trx) => Promise<T>) => withScope(pools.app, scope, work)
  const now = new Date(clock.now())
  let toldAt = Number.NEGATIVE_INFINITY
  const step = async (done: number) => {
    // Told beside the transaction, or nobody would see it; asked at the same time whether to go on.
    if (performance.now() - toldAt < 300 && done > 0) return
    toldAt = performance.now()
    const goOn = await beside((trx) => setImportProgress(trx, import_id, done, new Date(clock.now())))
    if (!goOn) throw new Cancelled()
  }
  try {
    await beside(async (trx) => {
      const said = (await findImportTables(trx, import_id)) as Said | null
      if (said === null) throw new Cancelled()
      const plan = await planImport(trx, scope, said, { now: now.getTime(), language: record.language })
      if (!plan.digest.equals(record.plan_digest) || plan.problems.length > 0) throw new Stale('another plan')
      settle(true)
      const written = await writePlan(trx, plan, { now, ownSession, step })
      await setImportAccounts(trx, import_id, written.accounts)
      if (!(await setImportState(trx, import_id, ['applying'], 'applied', new Date(clock.now())))) throw new Cancelled()
      await tellAudit(trx, scope, record, plan.rows, written, now)
    })
  } catch (error) {
    if (error instanceof Cancelled) return
    const stale = error instanceof Stale || isConstraint(error)
    const next = stale ? 'stale' : 'checked'
    if (!stale) log.error({ err: error, import: import_id }, 'an import was interrupted; nothing of it was written')
    // Also when the session has ended, for which the import stopped.
    const unguarded = { ...scope, guard: undefined }
    const leave = (trx: Trx) => setImportState(trx, import_id, ['applying'], next, new Date(clock.now()))
    await withScope(pools.app, unguarded, leave).catch((failure: unknown) =>
      log.error({ err: failure, import: import_id }, 'the state of an import was not told'),
    )
  }
}

/** The plan knew of no breach, so somebody was faster. */
function isConstraint(error: unknown): boolean {
  const known = toApiError(error)
  return known !== null && known.status < 500 && known.code !== 'forbidden' && known.code !== 'login_required'
}

const subjects = {
  units: 'units',
  counters: 'counters',
  officers: 'officers',
  accounts: 'accounts',
  assignments: 'counters',
  visits: 'counters',
  dossiers: 'units',
} as const

/** One line for the whole, and for each noun and unit what happened to which row, so that a unit finds it in its own log. */
async function tellAudit(
  trx: Trx,
  scope: Scope,
  record: ImportRecord,
  rows: readonly PlannedRow[],
  { idOf, requeued }: Written,
  at: Date,
): Promise<void> {
  const { import_id, file_name, sha256, sheets } = record
  const { account_id } = scope
  await insertAudit(trx, {
    ...{ account_id, action: 'import.apply', unit_id: null, at },
    subject: { import_id },
    detail: { file_name, sha256: sha256.toString('hex'), sheets, requeued },
  })
  for (const group of tellingRows(rows).values()) {
    for (let place = 0; place < group.length; place += AUDIT_ROWS) {
      const lot = group.slice(place, place + AUDIT_ROWS)
      const first = lot[0] as PlannedRow
      const noun = subjects[first.row.noun]
      const ids = lot.flatMap(({ subject }) => (subject === null ? [] : [idOf(noun, subject)]))
      const people = lot.flatMap(({ officer_id }) => (officer_id === null ? [] : [idOf('officers', officer_id)]))
      await insertAudit(trx, {
        ...{ account_id, action: `import.${first.row.noun}`, at },
        unit_id: first.unit_id === null ? null : idOf('units', first.unit_id),
        subject: {
          import_id,
          [noun]: [...new Set(ids)],
          ...(people.length > 0 ? { officers: [...new Set(people)] } : {}),
        },
        detail: {
          rows: lot.map(({ row, subject }) => ({
            id: subject === null ? null : idOf(noun, subject),
            line: row.line,
            what: row.label,
            outcome: row.outcome,
            changes: row.changes,
          })),
        },
      })
    }
  }
}
