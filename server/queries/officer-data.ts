/** Everything that is held about one officer, table by table, as far as the scope of the transaction lets it be seen. */
import { sql } from 'kysely'
import type { OfficerData } from '../contract/officer-data.ts'
import type { Trx } from './database.ts'

const ms = (bound: 'lower' | 'upper') => sql`(extract(epoch from ${sql.raw(bound)}(a.during)) * 1000)::bigint`

/** Null when the officer is out of scope. */
export async function findOfficerData(trx: Trx, officerId: number): Promise<OfficerData | null> {
  const all = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> => (await query.execute(trx)).rows
  const [officer] = await all(sql<OfficerData['officer']>`
    select o.unit_id, u.name as unit, o.code, o.name, o.title, o.signed_on, o.active, o.created_at
      from officers o join units u using (unit_id) where o.officer_id = ${officerId}`)
  if (!officer) return null
  // Also accounts that were theirs once.
  const accounts = await all(sql<OfficerData['accounts'][number]>`
    select a.account_id, a.username, a.active, a.created_at, a.first_login_at, a.password_changed_at,
           exists (select from second_factors f where f.account_id = a.account_id and f.confirmed_at is not null) as second_factor
      from accounts a
     where exists (select from account_roles r where r.account_id = a.account_id and r.officer_id = ${officerId})
     order by a.account_id`)
  const own = sql`any (${accounts.map(({ account_id }) => account_id)}::integer[])`
  return {
    officer,
    accounts,
    grants: await all(sql<OfficerData['grants'][number]>`
      select a.username, r.role, u.name as unit, r.granted_at, r.ended_at
        from account_roles r join accounts a using (account_id) left join units u on u.unit_id = r.unit_id
       where r.account_id = ${own} order by r.grant_id`),
    devices: await all(sql<OfficerData['devices'][number]>`
      select a.username, d.created_at, d.expires_at
        from trusted_devices d join accounts a using (account_id)
       where d.account_id = ${own} order by d.created_at`),
    stays: await all(sql<OfficerData['stays'][number]>`
      select c.name as counter, ${ms('lower')} as from, ${ms('upper')} as to
        from assignments a join counters c using (unit_id, counter_id)
       where a.officer_id = ${officerId} order by lower(a.during)`),
    absences: await all(sql<OfficerData['absences'][number]>`
      select ${ms('lower')} as from, ${ms('upper')} as to, a.active from absences a
       where a.officer_id = ${officerId} order by lower(a.during)`),
    doubts: await all(sql<OfficerData['doubts'][number]>`
      select c.name as counter, d.day, d.part, d.note, d.raised_at, d.due_on, d.outcome, d.answer, d.settled_at
        from roster_doubts d join counters c using (unit_id, counter_id)
       where d.officer_id = ${officerId} order by d.raised_at`),
    cases: await all(sql<OfficerData['cases'][number]>`
      select kind, about_from, about_to, words, opened_at, due_on, advice, advice_text, advised_at, outcome, answer, answered_at
        from cases where officer_id = ${officerId} order by opened_at, case_id`),
    sessions: await all(sql<OfficerData['sessions'][number]>`
      select a.username, s.created_at, s.last_seen_at, host(s.address) as address, s.user_agent
        from sessions s join accounts a using (account_id)
       where s.account_id = ${own} order by s.created_at`),
    // What was done about them, and what they did themselves: a deed that is both stands once.
    deeds: await all(sql<OfficerData['deeds'][number]>`
      select happened_at, action from audit_about_officer(${officerId})
      union all
      select happened_at, action from audit
       where account_id = ${own}
         and (subject -> 'officer_id' = to_jsonb(${officerId}::integer)
              or subject -> 'officers' @> to_jsonb(${officerId}::integer)
              or detail -> 'officer_id' = to_jsonb(${officerId}::integer)) is not true
       order by happened_at`),
  }
}
