/** Issued reports, frozen with their files, and the letterheads they are written under. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table letterheads (
      letterhead_id integer generated always as identity primary key,
      -- Null = the province's own; a unit without one writes under its name.
      unit_id integer references units (unit_id),
      form text not null check (form in ('party', 'state')),
      superior text not null,
      body text not null,
      place text not null,
      code text not null,
      signer_title text not null,
      signer_name text not null,
      recipients text[] not null,
      constraint letterheads_unit unique nulls not distinct (unit_id)
    );

    create table issued_reports (
      issued_report_id integer generated always as identity primary key,
      -- Null = the whole province.
      unit_id integer references units (unit_id),
      year smallint not null,
      number integer not null check (number > 0),
      from_day date not null,
      to_day date not null,
      language text not null check (language in ('vi', 'en')),
      -- When the figures were read. What comes later does not change the files.
      cut_off timestamptz not null,
      issued_by integer not null references accounts (account_id),
      audit_head text,
      document jsonb not null,
      docx bytea not null,
      pdf bytea not null,
      xlsx bytea not null,
      constraint issued_reports_days check (from_day <= to_day),
      constraint issued_reports_number unique nulls not distinct (unit_id, year, number)
    );
    create index issued_reports_issued_by on issued_reports (issued_by);

    insert into letterheads (unit_id, form, superior, body, place, code, signer_title, signer_name, recipients)
      values (null, 'party', 'TỈNH ỦY SƠN LA', 'BAN DÂN VẬN', 'Sơn La', 'BC/BDVTU', 'TRƯỞNG BAN', '',
              array['Thường trực Tỉnh ủy (để báo cáo)', 'Các đơn vị thực hiện mô hình', 'Lưu Văn phòng']);

    alter table letterheads enable row level security;
    alter table letterheads force row level security;
    alter table issued_reports enable row level security;
    alter table issued_reports force row level security;
    create policy owner_all on letterheads to current_user using (true) with check (true);
    create policy owner_all on issued_reports to current_user using (true) with check (true);

    -- Whoever writes under a letterhead: the province's commission, a unit's leader; administrators keep them in order.
    create function app_reports_on(unit integer) returns boolean language sql stable parallel safe as
      $$ select case when unit is null then app_everywhere('commission', 'administrator')
                     else app_may(unit, 'commission', 'administrator', 'unit_leader') end $$;
    -- Who issued it: a reader of the report may know the name, though not the account.
    create function issuer_name(account integer) returns text
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.username from accounts a
          where a.account_id = account
            and exists (select from issued_reports r where r.issued_by = account and app_reports_on(r.unit_id)) $$;
    revoke execute on function issuer_name from public;
    grant execute on function issuer_name to hai_long_app;
    create policy app_select on letterheads for select to hai_long_app using (app_reports_on(unit_id));
    create policy app_insert on letterheads for insert to hai_long_app with check (app_reports_on(unit_id));
    create policy app_update on letterheads for update to hai_long_app
      using (app_reports_on(unit_id)) with check (app_reports_on(unit_id));
    create policy app_select on issued_reports for select to hai_long_app using (app_reports_on(unit_id));
    -- An administrator keeps letterheads and reads, but signs nothing.
    create policy app_insert on issued_reports for insert to hai_long_app with check (
      case when unit_id is null then app_everywhere('commission') else app_may(unit_id, 'commission', 'unit_leader') end);
    grant select, insert, update on letterheads to hai_long_app;
    -- Never an update, never a delete: what was issued stays as it was.
    grant select, insert on issued_reports to hai_long_app;
  `)
    .execute(db)
}
