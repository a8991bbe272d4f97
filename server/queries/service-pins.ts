/** The PIN of a unit's service corner: set anew by who keeps its roster; what stands cannot be read back. */
import type { Trx } from './database.ts'

export interface ServicePinValues {
  unit_id: number
  salt: Buffer
  hash: Buffer
  iterations: number
  set_by: number
  set_at: Date
}

export async function setServicePin(trx: Trx, { unit_id, ...values }: ServicePinValues): Promise<void> {
  await trx
    .insertInto('service_pins')
    .values({ unit_id, ...values })
    .onConflict((conflict) => conflict.column('unit_id').doUpdateSet(values))
    .execute()
}
