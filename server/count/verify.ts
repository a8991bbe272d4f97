/** Proves that what is shown equals what citizens said: re-derives verdicts, recounts every sum. Changes nothing. */
import type { CountClient } from '../queries/database.ts'
import {
  countStored,
  type Difference,
  findLooseEnds,
  findSumDifferences,
  walkTerminalDays,
} from '../queries/verification.ts'
import { judgeRatings } from './judge.ts'
import { loadJudgeContext } from './judge-context.ts'

export interface Verification {
  ratings: number
  /** Ratings that are stored and not counted (again) yet; no difference, they only wait. */
  inbox: number
  /** Verdicts that were derived again; older ones stand, because their moments are destroyed. */
  rederived: number
  differences: Difference[]
}

/** Runs in one snapshot, so a server may go on receiving and counting meanwhile. */
export async function verifyFigures(client: CountClient): Promise<Verification> {
  await client.query('begin isolation level repeatable read read only')
  try {
    const { ratings, inbox } = await countStored(client)
    const differences: Difference[] = []
    let rederived = 0
    for await (const lot of walkTerminalDays(client)) {
      const verdicts = judgeRatings(lot, await loadJudgeContext(client, lot))
      const stored = new Map(lot.map((rating) => [rating.rating_id, rating]))
      rederived += verdicts.length
      for (const again of verdicts) {
        const shown = stored.get(again.rating_id)
        if (!shown?.judged) continue
        if (shown.officer_id !== again.officer_id || shown.set_aside !== again.set_aside) {
          differences.push({
            what: 'verdict against the rules',
            subject: `rating ${again.rating_id}`,
            shown: `officer ${shown.officer_id ?? 'none'}, rule ${shown.set_aside}`,
            recounted: `officer ${again.officer_id ?? 'none'}, rule ${again.set_aside}`,
          })
        }
      }
    }
    differences.push(...(await findSumDifferences(client)), ...(await findLooseEnds(client)))
    return { ratings, inbox, rederived, differences }
  } finally {
    await client.query('rollback')
  }
}
