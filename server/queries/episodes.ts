/** SQL of episodes: what people read of them, ask and decide about them. What the night finds: `closed-days.ts`. */
import { sql } from 'kysely'
import type { Trx } from './database.ts'

export interface EpisodeRow {
  episode_id: number
  counter_id: number
  counter_name: string
  terminal_id: number
  terminal_name: string
  local_day: string
  rule: string
  n: number
}

/** Episodes of a unit, newest day first; only days before `today`, for the running one is not judged. */
export async function listEpisodes(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<EpisodeRow[]> {
  return trx
    .selectFrom('episodes as e')
    .innerJoin('counters as c', 'c.counter_id', 'e.counter_id')
    .innerJoin('terminals as t', 't.terminal_id', 'e.terminal_id')
    .select(['episode_id', 'e.counter_id', 'c.name as counter_name', 'e.terminal_id', 't.name as terminal_name'])
    .select(['local_day', 'rule', 'n'])
    .where('e.unit_id', '=', unitId)
    .where('local_day', '>=', range.from)
    .where('local_day', '<=', range.to)
    .where('n', '>', 0)
    .orderBy('local_day', 'desc')
    .orderBy('rule')
    .orderBy('c.name')
    .execute()
}

export interface ProposalRow {
  proposal_id: number
  unit_id: number
  unit_name: string
  local_day: string
  rule: string
  episode_id: number | null
  wants: 'restore' | 'set_aside'
  reason: string
  proposed_by: number
  proposed_at: Date
  due_on: string
  outcome: 'accepted' | 'refused' | null
  answer: string | null
  decided_at: Date | null
}

const proposalColumns = sql.raw(`p.proposal_id, p.unit_id, u.name as unit_name, p.local_day, p.rule, p.episode_id,
  p.wants, p.reason, p.proposed_by, p.proposed_at, p.due_on, p.outcome, p.answer, p.decided_at`)

/** Requests of one unit about days of the range; newest first. */
export async function listUnitProposals(
  trx: Trx,
  unitId: number,
  range: { from: string; to: string },
): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where p.unit_id = ${unitId} and p.local_day between ${range.from} and ${range.to}
     order by p.proposal_id desc`.execute(trx)
  return rows
}

/** Requests of all visible units, those without an answer first, older than `before`; newest first. */
export async function listProposals(trx: Trx, before: number | null, limit: number): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where ${before}::int is null or p.proposal_id < ${before}
     order by p.proposal_id desc limit ${limit}`.execute(trx)
  return rows
}

/** The request, locked until the transaction ends; undefined when there is none or the reader may not know. */
export async function lockProposal(trx: Trx, proposalId: number): Promise<ProposalRow | undefined> {
  const { rows } = await sql<ProposalRow>`
    select ${proposalColumns} from episode_proposals p join units u using (unit_id)
     where p.proposal_id = ${proposalId} for update of p`.execute(trx)
  return rows[0]
}

/** Episodes that a request about this day and rule would touch; `episodeId` null = those too small to be told apart. */
export async function countTouched(
  trx: Trx,
  { unit_id, local_day, rule }: { unit_id: number; local_day: string; rule: string },
  episodeId: number | null,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from episodes
     where unit_id = ${unit_id} and local_day = ${local_day} and rule = ${rule} and n > 0
       and (episode_id = ${episodeId}::int and n >= 5 or ${episodeId}::int is null and n < 5)`.execute(trx)
  return rows[0]?.n ?? 0
}

export async function insertProposal(
  trx: Trx,
  row: Pick<
    ProposalRow,
    'unit_id' | 'local_day' | 'rule' | 'episode_id' | 'wants' | 'reason' | 'proposed_by' | 'due_on'
  > & {
    proposed_at: Date
  },
): Promise<number> {
  const { proposal_id } = await trx
    .insertInto('episode_proposals')
    .values(row)
    .returning('proposal_id')
    .executeTakeFirstOrThrow()
  return proposal_id
}

export async function decideProposal(
  trx: Trx,
  proposalId: number,
  decision: { outcome: 'accepted' | 'refused'; answer: string; decided_by: number; decided_at: Date },
): Promise<void> {
  await trx.updateTable('episode_proposals').set(decision).where('proposal_id', '=', proposalId).execute()
}

/** Puts the ratings of an accepted request back through counting with what was decided; how many there are. */
export async function applyProposal(trx: Trx, proposalId: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`select apply_proposal(${proposalId}) as n`.execute(trx)
  return rows[0]?.n ?? 0
}
