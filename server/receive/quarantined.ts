/** What a person accepted out of quarantine is stored like any other rating, at the counter where it was tapped. */
import type { Rating, RatingBatch } from '../contract/ratings.ts'
import { type AcceptedRow, findAccepted, forgetStored } from '../queries/quarantine.ts'
import type { Services } from '../services.ts'
import { pairingId, ratingRow, type TapPlace } from './prepare.ts'

const LOOK_EVERY_MS = 30_000
const LOT = 200

type Body = { rating: Rating } & Pick<RatingBatch, 'sent_at' | 'clock_session' | 'sent_ms'>

/** The pairing that the rating names and that is known here, else the one that sent it. */
async function placeOf(row: AcceptedRow, { directory }: Services): Promise<TapPlace | null> {
  const named = row.claimed_terminal_id === null ? null : pairingId(row.claimed_terminal_id)
  const claimed = named === null ? null : await directory.terminalById(named)
  return claimed ?? (await directory.terminalById(row.sent_by_terminal_id))
}

/**
 * Stores what was accepted and forgets it here. May run in several processes and be cut short anywhere: an id is stored
 * once, and only then forgotten. Returns how many.
 */
export async function placeAccepted(services: Services): Promise<number> {
  const { directory, pools, receiver, keys } = services
  // A pairing that may say so sent it again meanwhile.
  await forgetStored(pools.ingest)
  let placed = 0
  let after: string | null = null
  for (;;) {
    const rows: AcceptedRow[] = await findAccepted(pools.ingest, after, LOT)
    const last = rows.at(-1)
    if (!last) return placed
    after = last.rating_id
    const catalogue = await directory.catalogue()
    const places = await Promise.all(rows.map((row) => placeOf(row, services)))
    const known = rows.flatMap((row, index) => {
      const place = places[index]
      return place ? [{ row, place }] : []
    })
    const outcomes = await receiver.receive(
      known.map(({ row, place }) => {
        const { rating, ...envelope } = row.body as Body
        return ratingRow(rating, place, envelope, row.received_at.getTime(), catalogue, keys.content)
      }),
    )
    const done = known.filter((_, index) => outcomes[index] === 'stored' || outcomes[index] === 'duplicate')
    await forgetStored(pools.ingest)
    placed += done.length
    if (done.length < rows.length) {
      services.log.error(
        { kept: rows.length - done.length },
        'accepted ratings whose id is taken by other content stay',
      )
    }
  }
}

/** Looks each half minute, for what another process or one that died has left. Returns the function that ends it. */
export function startPlacing(services: Services): () => void {
  const timer = setInterval(() => {
    placeAccepted(services).catch((error: unknown) => services.log.warn({ err: error }, 'quarantine not looked at'))
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
