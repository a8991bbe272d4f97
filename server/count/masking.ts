/** Masks remarks for display, and destroys their raw text after 90 days: masked once more, with the names known by then. */
import { maskRemark, officerPattern } from '../domain/masking.ts'
import type { CountClient } from '../queries/database.ts'
import {
  destroyQuarantinedWords,
  findOfficerNames,
  findRawRemarks,
  findUnmaskedRemarks,
  type RawRemark,
  saveMasked,
} from '../queries/retention.ts'

const AT_ONCE = 500

async function mask(client: CountClient, remarks: readonly RawRemark[], destroy: boolean): Promise<void> {
  const names = await findOfficerNames(client, [...new Set(remarks.map(({ unit_id }) => unit_id))])
  const patterns = new Map([...names].map(([unit_id, all]) => [unit_id, officerPattern(all)]))
  const masked = remarks.map(({ rating_id, unit_id, remark }) => ({
    rating_id,
    masked: maskRemark(remark, patterns.get(unit_id) ?? null),
  }))
  await saveMasked(client, masked, destroy)
}

/** Up to 500 remarks that came since; nobody reads one before. In the transaction of whoever counts. Returns how many. */
export async function maskNewRemarks(client: CountClient): Promise<number> {
  const remarks = await findUnmaskedRemarks(client, AT_ONCE)
  if (remarks.length > 0) await mask(client, remarks, false)
  return remarks.length
}

/** Destroys the raw words of days before `day`; returns how many remarks and how many ratings in quarantine lost them. */
export async function destroyRawRemarks(
  client: CountClient,
  day: string,
): Promise<{ remarks: number; quarantined: number }> {
  let remarks = 0
  for (;;) {
    const raw = await findRawRemarks(client, day, AT_ONCE)
    if (raw.length === 0) break
    await mask(client, raw, true)
    remarks += raw.length
  }
  return { remarks, quarantined: await destroyQuarantinedWords(client, day) }
}
