/** Episodes of misuse: leaders read them and ask, the commission decides; accepted requests go through counting. */
import { IdParams, Page, PageQuery } from '../contract/common.ts'
import {
  Decision,
  type Episode,
  EpisodesReport,
  NewProposal,
  NewProposalAnswer,
  Proposal,
  type Proposal as ProposalBody,
} from '../contract/episodes.ts'
import { RangeQuery } from '../contract/reports.ts'
import { mayDecideProposal, mayPropose, mayReadBelowUnit, type Scope } from '../domain/access.ts'
import { dueOn } from '../domain/cases.ts'
import { MIN_FIGURE, wholeFives } from '../domain/disclosure.ts'
import { type EpisodeRule, setsAside } from '../domain/episodes.ts'
import { localDay, parseRange } from '../domain/time.ts'
import { fail } from '../errors.ts'
import { insertAudit } from '../queries/audit.ts'
import { type Trx, withScope } from '../queries/database.ts'
import {
  applyProposal,
  countTouched,
  decideProposal,
  type EpisodeRow,
  insertProposal,
  listEpisodes,
  listProposals,
  listUnitProposals,
  lockProposal,
  type ProposalRow,
} from '../queries/episodes.ts'
import { findUnitHead } from '../queries/reports.ts'
import { type App, type Services, staffOf } from '../services.ts'
import { deadlineCalendar } from './deadlines.ts'
import { readId, refuseImpossibleDays } from './ids.ts'

const PAGE_SIZE = 100

export async function episodesRoutes(app: App, services: Services): Promise<void> {
  const { pools, clock } = services

  app.get(
    '/api/v1/reports/units/:id/episodes',
    {
      config: { access: { roles: ['administrator', 'commission', 'unit_leader'] } },
      schema: { params: IdParams, querystring: RangeQuery, response: { 200: EpisodesReport } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const unitId = readId(request.params.id)
      const range = parseRange(request.query, localDay(clock.now()))
      if ('code' in range) fail(range.code, undefined, range.message)
      return withScope(pools.app, scope, async (trx) => {
        if (!(await findUnitHead(trx, unitId)) || !mayReadBelowUnit(scope, unitId)) fail('not_found')
        const proposals = await listUnitProposals(trx, unitId, range)
        return { ...range, items: writeEpisodes(await listEpisodes(trx, unitId, range), proposals) }
      })
    },
  )

  app.get(
    '/api/v1/proposals',
    {
      config: { access: { roles: ['administrator', 'commission', 'unit_leader'] } },
      schema: { querystring: PageQuery, response: { 200: Page(Proposal) } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const { cursor, limit = String(PAGE_SIZE) } = request.query
      if (cursor !== undefined && !/^[1-9]\d{0,8}$/.test(cursor)) fail('invalid_cursor')
      return withScope(pools.app, scope, async (trx) => {
        const rows = await listProposals(trx, cursor === undefined ? null : Number(cursor), Number(limit) + 1)
        const shown = rows.slice(0, Number(limit))
        const last = shown.at(-1)
        return {
          items: shown.filter((row) => mayReadBelowUnit(scope, row.unit_id)).map(writeProposal),
          next_cursor: rows.length > Number(limit) && last ? String(last.proposal_id) : null,
        }
      })
    },
  )

  app.post(
    '/api/v1/proposals',
    {
      config: { access: { roles: ['unit_leader'] } },
      schema: { body: NewProposal, response: { 201: NewProposalAnswer } },
    },
    async (request, reply) => {
      const { scope } = staffOf(request)
      const { local_day, rule, wants, reason } = request.body
      const unit_id = readId(request.body.unit_id)
      const episode_id = request.body.episode_id == null ? null : readId(request.body.episode_id)
      refuseImpossibleDays(request.body, 'local_day')
      const now = new Date(clock.now())
      const proposal_id = await withScope(pools.app, scope, async (trx) => {
        if (!(await findUnitHead(trx, unit_id)) || !mayPropose(scope, unit_id)) fail('not_found')
        const episode = { unit_id, local_day, rule, episode_id }
        if ((await countTouched(trx, episode, episode_id)) === 0) fail('not_found')
        return propose(trx, scope, { ...episode, wants, reason: reason.trim() }, now)
      })
      return reply.code(201).send({ proposal_id: String(proposal_id) })
    },
  )

  app.patch(
    '/api/v1/proposals/:id',
    {
      config: { access: { roles: ['commission'] } },
      schema: { params: IdParams, body: Decision, response: { 200: Proposal } },
    },
    async (request) => {
      const { scope } = staffOf(request)
      const proposalId = readId(request.params.id)
      const now = new Date(clock.now())
      return withScope(pools.app, scope, async (trx) =>
        writeProposal(await decide(trx, scope, proposalId, request.body, now)),
      )
    },
  )
}

type Asked = Pick<ProposalRow, 'unit_id' | 'local_day' | 'rule' | 'episode_id' | 'wants' | 'reason'>

/** Asks about episodes that are there; its number. Throws the database's `episode_proposals_one_open`. */
export async function propose(trx: Trx, scope: Scope, asked: Asked, now: Date): Promise<number> {
  const { unit_id, local_day, rule, episode_id, wants, reason } = asked
  const today = localDay(now.getTime())
  const proposal_id = await insertProposal(trx, {
    ...asked,
    proposed_by: scope.account_id,
    proposed_at: now,
    due_on: dueOn('proposal', today, await deadlineCalendar(trx, unit_id, today)),
  })
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: 'proposal.create',
    unit_id,
    subject: { proposal_id, episode_id },
    detail: { local_day, rule, wants, reason },
    at: now,
  })
  return proposal_id
}

/** Decides about it, once; what is accepted goes back through counting. Throws `not_found`, `forbidden`, `already_decided`. */
export async function decide(
  trx: Trx,
  scope: Scope,
  proposalId: number,
  { outcome, answer }: Decision,
  now: Date,
): Promise<ProposalRow> {
  const row = (await lockProposal(trx, proposalId)) ?? fail('not_found')
  // Somebody who belongs to the unit may hold a role of the province too; this is not for them to decide.
  if (!mayDecideProposal(scope, row)) fail('forbidden')
  if (row.outcome !== null) fail('already_decided')
  const decision = { outcome, answer: answer.trim(), decided_by: scope.account_id, decided_at: now }
  await decideProposal(trx, proposalId, decision)
  const requeued = outcome === 'accepted' ? await applyProposal(trx, proposalId) : 0
  await insertAudit(trx, {
    account_id: scope.account_id,
    action: `proposal.${outcome}`,
    unit_id: row.unit_id,
    subject: { proposal_id: proposalId, episode_id: row.episode_id },
    detail: { local_day: row.local_day, rule: row.rule, wants: row.wants, answer, requeued },
    at: now,
  })
  return { ...row, ...decision }
}

const keyOf = (row: { local_day: string; rule: string; episode_id: number | null }) =>
  `${row.local_day}/${row.rule}/${row.episode_id ?? 'small'}`

/** Each large episode by itself; the small ones of a day and rule as one line without place or number. */
function writeEpisodes(rows: readonly EpisodeRow[], proposals: readonly ProposalRow[]): Episode[] {
  // Newest first, so the first one found is the one that stands.
  const newest = new Map<string, ProposalRow>()
  for (const proposal of proposals) if (!newest.has(keyOf(proposal))) newest.set(keyOf(proposal), proposal)
  const items = new Map<string, Episode>()
  for (const row of rows) {
    const large = row.n >= MIN_FIGURE
    const key = keyOf({ ...row, episode_id: large ? row.episode_id : null })
    const proposal = newest.get(key)
    items.set(key, {
      episode_id: large ? String(row.episode_id) : null,
      local_day: row.local_day,
      rule: row.rule as EpisodeRule,
      sets_aside: setsAside(row.rule as EpisodeRule),
      counter: large ? { counter_id: String(row.counter_id), name: row.counter_name } : null,
      terminal: large ? { terminal_id: String(row.terminal_id), name: row.terminal_name } : null,
      at_least: wholeFives(row.n),
      proposal: proposal ? writeProposal(proposal) : null,
    })
  }
  return [...items.values()]
}

function writeProposal(row: ProposalRow): ProposalBody {
  return {
    proposal_id: String(row.proposal_id),
    unit_id: String(row.unit_id),
    unit_name: row.unit_name,
    local_day: row.local_day,
    rule: row.rule as EpisodeRule,
    episode_id: row.episode_id === null ? null : String(row.episode_id),
    wants: row.wants,
    reason: row.reason,
    proposed_at: row.proposed_at.toISOString(),
    due_on: row.due_on,
    outcome: row.outcome,
    answer: row.answer,
    decided_at: row.decided_at?.toISOString() ?? null,
  }
}
