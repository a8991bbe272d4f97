/** A small life of an office in every table that receiving and counting write, for tests that look at whole databases. */
import { randomUUID } from 'node:crypto'
import type { TestApp } from './app.ts'
import { assign, batch, createOffice, type Office, pairTablet, rating } from './office.ts'

/** Two units: ratings of six days, counted and published, some waiting, some set aside, one quarantined, one in the inbox. */
export async function populate(server: TestApp): Promise<Office[]> {
  const offices: Office[] = []
  for (const name of ['Phường Quyết Thắng', 'Xã Chiềng Khương']) {
    const office = await createOffice(server.db, { counters: 2, officers: 2, name })
    offices.push(office)
    await assign(server.db, office.counters[0] as number, office.officers[0] as number, '2026-01-01T00:00:00+07:00')
    for (const tablet of office.tablets) {
      const send = (parts: Record<string, unknown>[]) =>
        server.tablet(tablet.token).post('/api/v1/ratings', batch(parts.map((part) => rating(part))))
      const days = [17, 18, 19, 20, 23, 24]
      await send(
        days.flatMap((day) =>
          [8, 9].map((hour) => ({
            level: 1 + ((day + hour) % 5),
            marks: [{ commitment: day % 2 === 0 ? 'always_smile' : 'service_time', kept: hour === 8 }],
            rated_at: `2026-11-${day}T0${hour}:00:00+07:00`,
            comment: `Ngày ${day}`,
            device_epoch: `store-${tablet.terminal_id}`,
            sequence: day * 10 + hour,
          })),
        ),
      )
      // The same hand twice within two seconds, and an accusation.
      await send([
        { rated_at: '2026-11-24T09:30:00+07:00' },
        { rated_at: '2026-11-24T09:30:02+07:00' },
        {
          rated_at: '2026-11-24T09:40:00+07:00',
          marks: [{ commitment: 'no_corruption', kept: false }],
          comment: 'Đòi tiền',
        },
      ])
      await server.tablet(tablet.token).post('/api/v1/terminal/heartbeat', { queue_length: 0, version: '1' })
    }
    const gone = await pairTablet(server.db, office.counters[0] as number)
    await server.db.query('update terminals set revoked_at = now() where terminal_id = $1', [gone.terminal_id])
    await server.tablet(gone.token).post('/api/v1/ratings', batch([rating()]))
    await server.db.query(
      `insert into terminal_placements (terminal_id, unit_id, counter_id, until_at)
       select terminal_id, unit_id, counter_id, '2026-01-01' from terminals where terminal_id = $1`,
      [gone.terminal_id],
    )
    const leader = await server.staff('unit_leader', { unit_id: office.unit_id })
    await leader.post(`/api/v1/units/${office.unit_id}/service-pin`, { pin: '482915' })
    await server.db.query(
      `with made as (insert into voice_sets (unit_id, language, name, created_at, changed_at)
         values ($1, 'hmn', 'Mông', now(), now()) returning voice_set_id)
       insert into voice_clips select voice_set_id, 'question', sha256('x'), 'audio/mpeg', 1, 'x',
         (select min(account_id) from accounts), now() from made`,
      [office.unit_id],
    )
    await leader.post('/api/v1/counters', { unit_id: String(office.unit_id), name: 'Quầy mới' })
  }
  const [office] = offices
  await server.db.query(
    `with absence as (insert into absences (unit_id, officer_id, during)
         values ($1, $3, '[2026-12-01,2026-12-02)') returning absence_id),
       change as (insert into roster_changes (unit_id, absence_id, kind, made_at, starts_at, places)
         select $1, absence_id, 'absence', now(), now(), '[]' from absence)
     insert into roster_doubts (unit_id, officer_id, counter_id, day, part, raised_at, due_on)
       values ($1, $3, $2, '2026-11-20', 'morning', now(), '2026-12-01')`,
    [office?.unit_id, office?.counters[0], office?.officers[0]],
  )
  await server.db.query(
    `insert into imports (account_id, file_name, sha256, language, state, plan_digest, sheets, problems, problem_count, tables, made_at, changed_at)
     select min(account_id), 'x.csv', sha256('x'), 'vi', 'checked', sha256('y'), '[]', '[]', 0, '{}', now(), now() from accounts`,
  )
  await server.db.query(`insert into unit_predecessors values ($1, $2)`, [office?.unit_id, offices[1]?.unit_id])
  await server.db.query(
    `insert into visits (unit_id, counter_id, grain, day, visits) values ($1, $2, 'day', '2026-11-20', 31)`,
    [office?.unit_id, office?.counters[0]],
  )
  await server.db.query(`insert into paper_slips (unit_id, counter_id, day, slips) values ($1, $2, '2026-11-20', 2)`, [
    office?.unit_id,
    office?.counters[0],
  ])
  await server.db.query(
    `insert into dossiers (unit_id, grain, day, same_day, early, on_time, overdue)
     values ($1, 'month', '2026-10-01', 1, 2, 3, 4)`,
    [office?.unit_id],
  )
  await server.count()
  await server.db.query(
    `insert into login_failures (username_hash, address, failed_at) values ('\\x01', '10.0.0.1', now())`,
  )
  await server.db.query(
    `insert into terminal_placements (terminal_id, unit_id, counter_id, until_at)
     select terminal_id, unit_id, counter_id, '2026-01-01' from terminals order by terminal_id limit 1`,
  )
  await server.db.query(
    `insert into undated_ratings (rating_id, unit_id, counter_id, terminal_id, boot_id, uptime_ms, content_mac, envelope, body)
     values (gen_random_uuid(), 1, 1, 1, 'a run', 1, '\\x01', '{}', '{}')`,
  )
  await server.db.query(
    `with episode as (insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version)
       select unit_id, counter_id, terminal_id, local_day, 'straight_lining', 1, 2 from ratings order by rating_id limit 1 returning *),
     member as (insert into episode_ratings
       select episode_id, (select rating_id from ratings order by rating_id limit 1), null from episode)
     insert into episode_proposals (unit_id, local_day, rule, wants, reason, proposed_by, proposed_at, due_on)
       select unit_id, local_day, rule, 'set_aside', 'Cùng một tay', (select max(account_id) from accounts), now(), '2026-12-01' from episode`,
  )
  await server.db.query(
    `insert into cases (kind, unit_id, officer_id, words, about_from, about_to, opened_by, opened_at, due_on)
     values ('explanation', $1, $2, 'Hôm đó mất điện', '2026-11-18', '2026-11-20', (select min(account_id) from accounts),
             '2026-11-24', '2026-12-01')`,
    [office?.unit_id, office?.officers[0]],
  )
  await server.db.query(
    `insert into letterheads (unit_id, form, superior, body, place, code, signer_title, signer_name, recipients)
     select unit_id, 'state', '', upper(name), name, 'BC-UBND', 'CHỦ TỊCH', '', array['Lưu VP'] from units`,
  )
  await server.db.query(
    `insert into issued_reports (unit_id, year, number, from_day, to_day, language, cut_off, issued_by, document, docx, pdf, xlsx)
     select unit_id, 2026, 1, '2026-01-01', '2026-01-31', 'vi', now(), (select min(account_id) from accounts), '{}',
            '\\x00ff', '\\x02', '\\x03' from units`,
  )
  await server.db.query(
    `with made as (
       insert into report_schedules (unit_id, calendar, span, days_after, language, address, made_by, made_at, ended_at)
         select unit_id, 'administrative', 'month', 1, 'vi', 'vanthu@xa.example', issued_by, now(), now() from issued_reports
         returning schedule_id, unit_id)
     insert into report_mails (schedule_id, unit_id, from_day, to_day, issued_report_id, state, problem, said, next_try_at, changed_at)
       select schedule_id, unit_id, '2026-01-01', '2026-01-31', issued_report_id, 'uncertain', 'lost', 'x', now(), now()
         from made join issued_reports using (unit_id)`,
  )
  await server.db.query(
    `with board as (insert into boards (unit_id, is_open, procedures_url) select unit_id, true, 'https://dichvucong.gov.vn' from units),
       answer as (insert into board_answers (unit_id, asked, done, written_on) select unit_id, 'Thiếu ghế', 'Đã kê thêm', '2026-11-20' from units)
     insert into board_months select unit_id, '2026-10-01', '2026-11-06', 20, 18, 31 from units`,
  )
  await server.db.query(
    `insert into verified_backups (cut_off, verified_at, sha256, ratings) values (now(), now(), sha256('x'), 1)`,
  )
  await server.db.query(
    `with one as (select min(account_id) as account_id from accounts),
       link as (insert into account_links (token_hash, account_id, kind, expires_at) select '\\x01', account_id, 'reset', now() from one),
       factor as (insert into second_factors (account_id, secret) select account_id, '\\x02' from one),
       code as (insert into recovery_codes (account_id, code_hash) select account_id, '\\x03' from one)
     insert into trusted_devices select '\\x04', account_id, now(), now() from one`,
  )
  await server.db.query(
    `with sealed as (delete from audit_inbox where audit_id = (select min(audit_id) from audit_inbox) returning audit_id)
     insert into audit_seals select 1, audit_id, sha256('a seal') from sealed`,
  )
  await server.db.query(`insert into month_rewrites values ('2026-01-01', 0, null, '2026-03-08')`)
  await server.db.query(`insert into setup_links (token_hash, expires_at) values ($1, now())`, [
    Buffer.from(randomUUID()),
  ])
  await server.tablet(offices[0]?.tablets[0]?.token as string).post('/api/v1/ratings', batch([rating()]))
  return offices
}

/** The names of the product's own tables. */
export async function listTables(server: Pick<TestApp, 'db'>): Promise<string[]> {
  const rows = await server.db.query<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and relname not like 'kysely%' order by 1`,
  )
  return rows.map((row) => row.name)
}

/** Rows and a digest of each table's whole content. */
export async function digestTables(
  server: Pick<TestApp, 'db'>,
): Promise<Record<string, { n: number; digest: string }>> {
  const digests: Record<string, { n: number; digest: string }> = {}
  for (const table of await listTables(server)) {
    const [row] = await server.db.query<{ n: number; digest: string }>(
      `select count(*)::int as n, coalesce(md5(string_agg(r::text, '|' order by r::text)), '') as digest from ${table} r`,
    )
    digests[table] = row as { n: number; digest: string }
  }
  return digests
}
