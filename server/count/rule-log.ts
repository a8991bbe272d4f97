/** What rules set aside or take back stands in the audit log: one row per rule and run, with how many and a digest of which. */
import { createHash } from 'node:crypto'
import { type AsideRule, MISUSE_VERSION, unpackRule } from '../domain/misuse.ts'
import { insertRuleAudit } from '../queries/audit.ts'
import type { VerdictRow } from '../queries/counting.ts'
import type { CountClient, RatingToJudge } from '../queries/database.ts'

interface Exclusion {
  action: 'rule.set_aside' | 'rule.take_back'
  rule: AsideRule
  ids: string[]
}

/** Changed verdicts by rule and direction; a rating that goes from one rule to another is in both lists. Pure. */
export function sumExclusions(
  changed: readonly Pick<VerdictRow, 'rating_id' | 'set_aside'>[],
  before: ReadonlyMap<string, Pick<RatingToJudge, 'set_aside'>>,
): Exclusion[] {
  const found = new Map<string, Exclusion>()
  const add = (action: Exclusion['action'], code: number, id: string) => {
    const rule = unpackRule(code)
    if (rule === null) return
    const entry = found.get(`${action} ${rule}`) ?? { action, rule, ids: [] }
    entry.ids.push(id)
    found.set(`${action} ${rule}`, entry)
  }
  for (const { rating_id, set_aside } of changed) {
    const old = before.get(rating_id)?.set_aside ?? 0
    if (old === set_aside) continue
    add('rule.take_back', old, rating_id)
    add('rule.set_aside', set_aside, rating_id)
  }
  return [...found.values()]
}

/** SHA-256 over the sorted ids, one a line: whoever holds the ratings can say which they were, nobody else can. */
export function digestIds(ids: readonly string[]): string {
  return createHash('sha256')
    .update(
      [...ids]
        .sort()
        .map((id) => `${id}\n`)
        .join(''),
    )
    .digest('hex')
}

/** In the transaction of the lot; `now` in epoch ms. Without unit and by the hour: the moment would be that of somebody's visit. */
export async function noteExclusions(
  client: CountClient,
  changed: readonly VerdictRow[],
  before: ReadonlyMap<string, RatingToJudge>,
  now: number,
): Promise<void> {
  for (const { action, rule, ids } of sumExclusions(changed, before)) {
    await insertRuleAudit(client, now, {
      action,
      subject: { rule, rules_version: MISUSE_VERSION },
      detail: { count: ids.length, digest: digestIds(ids) },
    })
  }
}
