/** Ratings stored straight through receiving's own statement, for benches of counting: quicker than posting a million. */
import { randomBytes, randomUUID } from 'node:crypto'
import { packMarks } from '../../server/domain/marks.ts'
import { localDay } from '../../server/domain/time.ts'
import { openPools } from '../../server/queries/database.ts'
import { insertRatings, type RatingRow } from '../../server/queries/ratings.ts'
import { type BenchPostgres, withClient } from './support.ts'

interface Tablet {
  terminal_id: number
  unit_id: number
  counter_id: number
}

/** `count` uncounted ratings, tapped in office hours of the `days` days before the last `skipped` ones, a mark and more each. */
export async function storeBacklog(postgres: BenchPostgres, count: number, days: number, skipped = 0): Promise<void> {
  const tablets = await withClient(postgres.ownerUrl, async (client) => {
    const { rows } = await client.query<Tablet>('select terminal_id, unit_id, counter_id from terminals')
    return rows
  })
  const pools = await openPools({ ownerUrl: postgres.ownerUrl, appUrl: null, ingestUrl: null }, () => {})
  const now = Date.now()
  const received_day = localDay(now)
  const midnight = Math.floor((now + 7 * 3_600_000) / 86_400_000) * 86_400_000 - 7 * 3_600_000
  const row = (place: number): RatingRow => {
    const tablet = tablets[place % tablets.length] as Tablet
    const visit = Math.floor(place / tablets.length)
    // 07:30 to 17:30, a visit each few minutes, days filled in turn.
    const perDay = Math.max(1, Math.round(count / tablets.length / days))
    const day = midnight - (1 + skipped + Math.floor(visit / perDay)) * 86_400_000
    const at = day + 27_000_000 + Math.floor(((visit % perDay) / perDay) * 36_000_000) + (place % 977)
    return {
      ...tablet,
      ...{ rating_id: randomUUID(), local_day: localDay(at), level: 1 + ((place * 7) % 5), catalogue_id: 1 },
      marks: packMarks([
        ...(place % 2 === 0 ? [{ item_id: 1 + (place % 10), kept: true }] : []),
        ...(place % 3 === 0 ? [{ item_id: 1 + ((place + 3) % 10), kept: false }] : []),
      ]),
      ...{ time_quality: 1, shown: 2, voice_used: null, language: 'vi' },
      ...{ corrected_at: at, received_at: now, rated_at: at, received_day },
      ...{ device_epoch: `bench-${tablet.terminal_id}`, sequence: visit + 1, dwell_ms: 2300 },
      ...{ content_mac: randomBytes(16), remark: null, integrity: [] },
    }
  }
  try {
    for (let from = 0; from < count; from += 2000) {
      const size = Math.min(2000, count - from)
      await insertRatings(
        pools.ingest,
        Array.from({ length: size }, (_, place) => row(from + place)),
      )
    }
  } finally {
    await pools.close()
  }
  await withClient(postgres.ownerUrl, (client) => client.query('analyze'))
}
