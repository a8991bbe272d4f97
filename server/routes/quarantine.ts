/** /quarantine: ratings of ended and unknown pairings. The server keeps them; a person says whether they count. */
import type { Role } from '../contract/accounts.ts'
import { Quarantine, QuarantineDecided, QuarantineDecision } from '../contract/quarantine.ts'
import { mayDecideQuarantine } from '../domain/access.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { decideQuarantine, listQuarantine } from '../queries/quarantine.ts'
import { findTerminal } from '../queries/terminals.ts'
import { placeAccepted } from '../receive/quarantined.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId, readName } from './ids.ts'

/** Clerks set tablets up and end pairings; whether what those said counts is not for the same hand. */
const deciders: readonly Role[] = ['administrator', 'unit_leader']

export async function quarantineRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services

  app.get(
    '/api/v1/quarantine',
    { config: { access: { roles: deciders } }, schema: { response: { 200: Quarantine } } },
    async (request) => {
      const { scope } = staffOf(request)
      const rows = await withScope(pools.app, scope, listQuarantine)
      return {
        items: rows.map((row) => ({
          terminal: { terminal_id: String(row.sent_by), name: row.sent_by_name },
          claimed_terminal_id: row.claimed,
          reason: row.reason,
          counts_at: { unit_id: String(row.counts_in), unit: row.counts_in_name, counter: row.counts_at },
          waiting: row.waiting,
          accepted: row.accepted,
          refused: row.refused,
          first_day: row.first_day,
          last_day: row.last_day,
          may_decide: mayDecideQuarantine(scope, row.counts_in),
        })),
      }
    },
  )

  app.post(
    '/api/v1/quarantine/decisions',
    {
      config: { access: { roles: deciders } },
      schema: { body: QuarantineDecision, response: { 200: QuarantineDecided } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { terminal_id, claimed_terminal_id: claimed, decision, reason } = request.body
      const sent_by = readId(terminal_id)
      const now = new Date(clock.now())
      const decided = await withScope(pools.app, scope, async (trx) => {
        const terminal = (await findTerminal(trx, sent_by)) ?? fail('not_found')
        if (!mayDecideQuarantine(scope, terminal.unit_id)) fail('forbidden')
        const group = (await listQuarantine(trx)).find((row) => row.sent_by === sent_by && row.claimed === claimed)
        if (group && !mayDecideQuarantine(scope, group.counts_in)) fail('forbidden')
        const touched = await decideQuarantine(trx, { sent_by, claimed }, decision, now)
        if (touched === 0) fail('already_decided')
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: decision === 'accepted' ? 'quarantine.accept' : 'quarantine.refuse',
          unit_id: group?.counts_in ?? terminal.unit_id,
          subject: { terminal_id: sent_by, claimed_terminal_id: claimed },
          detail: {
            ratings: touched,
            reason: readName(reason),
            first_day: group?.first_day,
            last_day: group?.last_day,
          },
          at: now,
        })
        return touched
      })
      services.directory.forgetStanding()
      // Decided is decided: what cannot be stored this moment is stored within the half minute.
      await placeAccepted(services).catch((error: unknown) => request.log.warn({ err: error }, 'not yet stored'))
      return { decided }
    },
  )
}
