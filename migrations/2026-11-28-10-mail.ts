/** Official reports by e-mail: who is sent which, and an outbox in which a period of a schedule stands once. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- When this database was last filled from a backup: what was mailed after the copy was made is not in it.
    alter table server_state add column restored_at timestamptz;

    create table report_schedules (
      schedule_id integer generated always as identity primary key,
      -- Null = the province's report.
      unit_id integer references units (unit_id),
      calendar text not null check (calendar in ('administrative', 'calendar')),
      span text not null check (span in ('month', 'quarter', 'half', 'year')),
      -- 0 = in the evening of the period's last day, else in the morning so many days later.
      days_after smallint not null check (days_after between 0 and 25),
      language text not null check (language in ('vi', 'en')),
      address text not null check (length(address) <= 254 and address ~ '^[!-~]+@[!-~]+$'),
      -- Reports are issued in the name and with the reach that this account has on the day.
      made_by integer not null references accounts (account_id),
      made_at timestamptz not null,
      ended_at timestamptz
    );
    create index report_schedules_unit on report_schedules (unit_id);
    create index report_schedules_made_by on report_schedules (made_by);
    create unique index report_schedules_once on report_schedules (unit_id, calendar, span, lower(address)) nulls not distinct
      where ended_at is null;

    create table report_mails (
      mail_id integer generated always as identity primary key,
      schedule_id integer not null references report_schedules (schedule_id),
      unit_id integer references units (unit_id),
      from_day date not null,
      to_day date not null,
      -- Null = it could not be issued.
      issued_report_id integer references issued_reports (issued_report_id),
      -- 'sending' is committed before the first word to the mail server and never becomes 'waiting' by itself.
      state text not null check (state in ('waiting', 'sending', 'sent', 'uncertain', 'failed')),
      problem text check (problem in ('unreachable', 'deferred', 'refused', 'gave_up', 'lost', 'may_not_issue', 'ended')),
      -- What the mail server said, as it said it.
      said text check (length(said) <= 300),
      -- Only ever counts on: whoever comes back late with an older number changes nothing.
      attempts integer not null default 0,
      -- Since somebody last asked for it.
      retries integer not null default 0,
      next_try_at timestamptz not null,
      changed_at timestamptz not null,
      -- At most once: one mail for a schedule and a period, whoever makes it.
      constraint report_mails_once unique (schedule_id, from_day, to_day),
      constraint report_mails_days check (from_day <= to_day),
      constraint report_mails_report check (issued_report_id is not null or state = 'failed')
    );
    create index report_mails_unit on report_mails (unit_id);
    create index report_mails_issued_report on report_mails (issued_report_id);
    create index report_mails_waiting on report_mails (next_try_at) where state = 'waiting';

    alter table report_schedules enable row level security;
    alter table report_schedules force row level security;
    alter table report_mails enable row level security;
    alter table report_mails force row level security;
    create policy owner_all on report_schedules to current_user using (true) with check (true);
    create policy owner_all on report_mails to current_user using (true) with check (true);

    -- Who set it up: a reader of the schedule may know the name, though not the account.
    create function schedule_maker(account integer) returns text
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.username from accounts a
          where a.account_id = account
            and exists (select from report_schedules s where s.made_by = account and app_reports_on(s.unit_id)) $$;
    revoke execute on function schedule_maker from public;
    grant execute on function schedule_maker to hai_long_app;

    create policy app_select on report_schedules for select to hai_long_app
      using (app_reports_on(unit_id) or app_purpose('mail'));
    -- Only whoever may issue the report may have it issued on a day.
    create policy app_insert on report_schedules for insert to hai_long_app with check (
      made_by = app_account()
      and case when unit_id is null then app_everywhere('commission') else app_may(unit_id, 'commission', 'unit_leader') end);
    create policy app_update on report_schedules for update to hai_long_app
      using (app_reports_on(unit_id)) with check (app_reports_on(unit_id));
    create policy app_select on report_mails for select to hai_long_app
      using (app_reports_on(unit_id) or app_purpose('mail'));
    create policy app_insert on report_mails for insert to hai_long_app with check (app_purpose('mail'));
    create policy app_update on report_mails for update to hai_long_app
      using (app_reports_on(unit_id) or app_purpose('mail')) with check (app_reports_on(unit_id) or app_purpose('mail'));
    grant select, insert, update (ended_at) on report_schedules to hai_long_app;
    grant select, insert, update (state, problem, said, attempts, retries, next_try_at, changed_at) on report_mails to hai_long_app;
  `)
    .execute(db)
}
