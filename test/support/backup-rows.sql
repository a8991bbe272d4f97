-- A row or more in every table, with values that are hard to carry: see test/api/backups.test.ts.
insert into settings values ('name "quoted"', '{"a": [1, null, "x\n\\y", 1e30, 0.1], "ẵ": {}}'), ('empty', '""');
insert into units (name, kind, valid_from, hours) values
  ('Phường Quyết Thắng', 'ward', '2023-05-01', '{"mon": ["07:30-11:30"]}'),
  (E'Xã \\ "Chiềng Khương"\t,\n{}', 'commune', null, null);
insert into counters (unit_id, name, service) values (1, 'Quầy 1', 'Đất đai'), (2, 'Quầy 1', null);
insert into officers (unit_id, name, signed_on) values (1, 'Lò Thị Ặ', '-infinity'), (2, 'NULL', '0001-01-01 BC');
insert into assignments (unit_id, counter_id, officer_id, during) values
  (1, 1, 1, '[2026-01-01 00:00:00.123456+07,)'), (2, 2, 2, '(2026-01-01 08:00+07,2026-02-01 08:00+07]');
insert into terminals (unit_id, counter_id, name, token_hash, paired_at)
  values (1, 1, '', '\x00ff5c27', now()), (2, 2, ' ', null, null);
insert into terminal_contacts values (1, 1, now(), 3, null, 0, 'v1', '{"battery": 0.5}');
insert into terminal_placements values (1, 1, 1, '2026-01-01 08:00:00.123456+07');
insert into accounts (username, password_hash) values ('Lò', '$argon2id$x'), ('b', 'y');
insert into account_roles (account_id, role, unit_id, officer_id, ended_at)
  values (1, 'officer', 1, 1, null), (2, 'administrator', null, null, '2026-01-01'), (2, 'commission', 2, null, null);
insert into voice_sets (unit_id, language, name, stand_in, state, note, approved_by, approved_at, created_at, changed_at)
  values (null, 'x-thai-den', 'Tiếng Thái ẵ', false, 'draft', E'Nhỏ quá\n"', null, null, now(), now());
insert into voice_clips values (1, 'question', sha256('x'), 'audio/webm', 4080, '\x1a45dfa300ff5c27', 1, now());
insert into voice_sets (unit_id, language, name, created_at, changed_at) values (1, 'hmn', 'Mông', now(), now());
insert into voice_clips select 2, clip, sha256('y'), 'audio/mpeg', 1, 'y', 1, now() from unnest(array[
  'question', 'level_1', 'level_2', 'level_3', 'level_4', 'level_5', 'recorded', 'language']) clip;
update voice_sets set state = 'approved', approved_by = 2, approved_at = now() where voice_set_id = 2;
insert into verified_backups (cut_off, verified_at, sha256, ratings) values (now(), now(), sha256('x'), 9007199254740993);
insert into service_pins values (1, '\x00ff', '\x5c27', 100000, 1, now());
insert into visits (unit_id, counter_id, grain, day, procedure_group, visits) values (1, 1, 'month', '2026-03-01', E'Hộ tịch \\ "x"', 7);
insert into paper_slips (unit_id, counter_id, day, slips) values (1, 1, '2026-03-02', 0);
insert into dossiers (unit_id, grain, day, same_day, early, on_time, overdue) values (1, 'day', '2026-03-02', 1, 2, 3, 4);
insert into unit_predecessors values (1, 2);
insert into holidays (unit_id, day, kind, name) values (1, '2026-12-31', 'off', E'Ngày hội \\ "xã"');
insert into absences (unit_id, officer_id, during) values (1, 1, '[2026-03-01 08:00+07,2026-03-02 08:00+07)');
insert into roster_changes (unit_id, account_id, absence_id, kind, made_at, starts_at, ends_at, reason, places)
  values (1, 1, 1, 'absence', now(), '2026-03-01', null, E'đi \\ "xã"', '[{"counter_id": 1}]');
insert into roster_doubts (unit_id, officer_id, counter_id, day, part, note, raised_at, due_on)
  values (1, 1, 1, '2026-03-01', 'morning', E'không\nphải', now(), '2026-03-06');
insert into cases (kind, unit_id, officer_id, words, about_from, about_to, opened_by, opened_at, due_on, advise_by) values
  ('review', 1, 1, E'"ẵ\t\\N\n', '2026-02-01', '2026-02-28', 1, '2026-03-02 08:00:00.123456+07', '2026-03-09', '2026-03-05');
update cases set advice = 'uphold', advice_text = E'\\x', advised_by = 2, advised_at = now();
insert into cases (kind, unit_id, title, opened_by, opened_at, due_on) values ('matter', 1, E'Kê "ghế"', 1, now(), '2126-01-01');
insert into imports (account_id, file_name, sha256, language, state, plan_digest, sheets, problems, problem_count, tables, plan_rows, accounts, made_at, changed_at)
  values (1, E'xã "Ặ"\t.csv', sha256('x'), 'vi', 'applying', '\x00ff', '[{"a": null}]', '[]', 0, '{"x": [1e30]}', null, array[2, 1], now(), 'infinity');
insert into sessions (token_hash, account_id, created_at, last_seen_at, address, user_agent)
  values ('\x', 1, now(), now(), '2001:db8::1', E'a "browser"\t');
insert into account_links (token_hash, account_id, kind, created_by, expires_at, used_at)
  values ('\x01', 1, 'reset', 2, 'infinity', null);
insert into second_factors values (1, '\x00ff', now(), 9007199254740993), (2, '\x', null, 0);
insert into recovery_codes values (1, '\x01', null), (1, '\x02', '2026-01-01');
insert into trusted_devices values ('\x', 1, now(), 'infinity');
insert into login_failures (username_hash, address, failed_at) values ('\xdeadbeef', '2001:db8::1/64', now());
insert into setup_links values ('\x5c', 'infinity', null);
insert into audit (account_id, action, unit_id, detail) values (2, 'unit_created', 1, '{"name": "\u0001\\u0000 không"}');
insert into audit (action) values ('unit.create');
insert into audit_inbox values (1);
insert into audit_seals values (9007199254740993, 2, sha256('x'));
insert into ratings
  select md5(n::text)::uuid, 1 + n % 2, 1 + n % 2, 1, date '2026-01-01' + n % 90, 1 + n % 5,
         1, 1, n % 3, n % 2 = 0, 'vi', decode(lpad(to_hex(n), 4, '0'), 'hex') from generate_series(1, 5001) n;
insert into moments
  select rating_id, unit_id, counter_id, terminal_id, now(), now(), null, 'e', 9007199254740993, 0, local_day, '\x00'
    from ratings limit 10;
insert into remarks (rating_id, unit_id, counter_id, local_day, remark)
  select rating_id, unit_id, counter_id, local_day, E'<b>"\\x\\u0041\'\';--\r\n\t\u202e Cảm ơn 🙂' from ratings limit 7;
update remarks set officer_id = 1, shown_on = '2026-02-28' where ctid = '(0,1)';
insert into month_rewrites values ('2026-01-01', 9007199254740993, null, '2026-03-08'), ('2026-02-01', 1, gen_random_uuid(), null);
insert into integrity_reports (unit_id, counter_id, month, items, remark)
  values (1, 1, '2026-01-01', array['no_corruption', 'a,"b', null, 'NULL', '{}'], null), (1, 1, '2026-02-01', '{}', 'x');
insert into quarantine values (gen_random_uuid(), 1, 1, 'x', 'unknown_terminal', now(), '\x01', '{"level": 5}');
insert into device_sequences (unit_id, device_epoch, terminal_id, highest, received) values (1, 'ẵ', 1, 9007199254740993, 2);
insert into undated_ratings
  values (gen_random_uuid(), 1, 1, 1, 'boot', 0.30000000000000004, '\x02', '{"sent_at": null}', '{"level": 1}');
insert into inbox (rating_id) select rating_id from ratings limit 3;
insert into verdicts select rating_id, null, 0, (row_number() over (order by rating_id) % 128)::int::"char", 1::"char" from ratings;
insert into tallies (unit_id, counter_id, officer_id, month, set_aside, n5, marks)
  values (1, 1, 1, '2026-01-01', false, 5, array[0, 2, null, 7]), (1, 1, null, '2026-01-01', true, 1, null);
insert into unit_tallies (unit_id, local_day, set_aside, n5) values (1, '2026-01-01', false, 5);
insert into waiting select rating_id, 1, 1, null, false, -1, true from ratings limit 4;
insert into blocks select '00000000-0000-4000-8000-00000000000a', 1, '2026-01-01', '2026-01-02', array_agg(rating_id)
  from (select rating_id from ratings limit 5) r;
insert into steps (unit_id, counter_id, officer_id, local_day, set_aside, changes, n5) values (1, 1, 1, '2026-01-01', false, 5, 5);
insert into unit_tally_spans (unit_id, starts_on, months, set_aside, n5) values (1, '2026-01-01', 12, false, 5);
insert into unit_step_spans (unit_id, starts_on, months, set_aside, n5) values (1, '2026-01-01', 1, true, -5);
insert into step_months (unit_id, counter_id, officer_id, month, set_aside, n5, marks)
  values (1, 1, null, '2026-01-01', false, 5, array[0, 2, null, 7]);
insert into counter_activity (counter_id, unit_id, last_day) values (1, 1, '2026-01-01');
insert into unit_steps (unit_id, local_day, set_aside, n5) values (1, '2026-01-01', false, 5);
insert into terminal_days values (1, '2026-01-01', null), (1, '2026-01-02', 2);
insert into episodes (unit_id, counter_id, terminal_id, local_day, rule, n, rules_version) values (1, 1, 1, '2026-01-01', 'burst', 6, 2);
insert into episode_ratings select 1, rating_id, nullif(n % 3, 2) from (select rating_id, row_number() over () as n from ratings limit 6) r;
insert into episode_proposals (unit_id, local_day, rule, episode_id, wants, reason, proposed_by, proposed_at, due_on)
  values (1, '2026-01-01', 'burst', 1, 'restore', E'Lớp học\t"đến thăm"', 1, now(), '2026-01-08');
insert into letterheads (unit_id, form, superior, body, place, code, signer_title, signer_name, recipients)
  values (1, 'state', '', 'XÃ "A"', E'x\ty', 'BC', '', '', array['a,b', null, '{}']);
insert into issued_reports (unit_id, year, number, from_day, to_day, language, cut_off, issued_by, document, docx, pdf, xlsx)
  values (1, 2026, 1, '2026-01-01', '2026-01-31', 'vi', now(), (select min(account_id) from accounts), '{"a": [null, 0.1]}',
          '\x000aff5c', '\x', '\x0d0a');
insert into report_schedules (unit_id, calendar, span, days_after, language, address, made_by, made_at)
  values (1, 'calendar', 'year', 25, 'en', 'a''b@xa.example', (select min(account_id) from accounts), now());
insert into report_mails (schedule_id, unit_id, from_day, to_day, issued_report_id, state, problem, said, next_try_at, changed_at)
  select (select max(schedule_id) from report_schedules), 1, '2026-01-01', '2026-01-31', max(issued_report_id), 'failed', 'refused',
         E'550 "ẵ"\t\\N', now(), now() from issued_reports;
insert into boards (unit_id, is_open, procedures_url) values (1, true, 'https://x/ă');
insert into board_answers (unit_id, asked, done, written_on, shown) values (1, E'"ẵ\t', E'\\x', '2026-11-01', false);
insert into board_months values (1, '2026-10-01', '2026-11-06', null, null, null), (1, '2026-09-01', '2026-10-06', 10, 0, 10);
select setval('units_unit_id_seq', 4711, true);
