/** /units/:id/service-pin: six digits that open the service corner of a unit's tablets. Told once, kept as a salted hash. */
import { IdParams } from '../contract/common.ts'
import { NewServicePin, ServicePinState } from '../contract/units.ts'
import { flawOfPin } from '../domain/service-pins.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { withScope } from '../queries/database.ts'
import { setServicePin } from '../queries/service-pins.ts'
import { findUnit } from '../queries/units.ts'
import { hashServicePin } from '../secrets.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { readId } from './ids.ts'
import { refuseForeignRoster, rosterKeepers } from './roster.ts'

export async function servicePinsRoutes(app: App, { pools, clock }: Services): Promise<void> {
  app.post(
    '/api/v1/units/:id/service-pin',
    {
      config: { access: { roles: rosterKeepers } },
      schema: { params: IdParams, body: NewServicePin, response: { 200: ServicePinState } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      const now = new Date(clock.now())
      await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnit(trx, unitId))) fail('not_found')
        refuseForeignRoster(scope, unitId)
        const flaw = flawOfPin(request.body.pin)
        if (flaw) fail('pin_too_weak', { flaw })
        const hashed = await hashServicePin(request.body.pin)
        await setServicePin(trx, { unit_id: unitId, ...hashed, set_by: scope.account_id, set_at: now })
        await insertAudit(trx, {
          account_id: scope.account_id,
          action: 'unit.service_pin',
          unit_id: unitId,
          subject: { unit_id: unitId },
          at: now,
        })
      })
      return { unit_id: String(unitId), set_at: now.toISOString() }
    },
  )
}
