/** The audit log is sealed: every committed row becomes a link of a chain whose key is not in the database. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- What has been committed and not sealed yet; the sealer empties it within a second.
    create table audit_inbox (
      audit_id bigint primary key references audit
    );
    -- Numbers run 1, 2, 3, … in the order of sealing. mac covers the number, the mac before it and the whole audit row.
    create table audit_seals (
      seal_number bigint primary key check (seal_number > 0),
      audit_id bigint not null unique references audit,
      mac bytea not null check (length(mac) = 32)
    );
    insert into audit_inbox select audit_id from audit;

    alter table audit_inbox enable row level security;
    alter table audit_inbox force row level security;
    alter table audit_seals enable row level security;
    alter table audit_seals force row level security;
    create policy owner_all on audit_inbox to current_user using (true) with check (true);
    create policy owner_all on audit_seals to current_user using (true) with check (true);

    -- Whoever writes a deed puts it into the inbox in the same transaction, and can take nothing out again.
    create policy app_insert on audit_inbox for insert to hai_long_app with check (true);
    grant insert on audit_inbox to hai_long_app;
    grant usage on sequence audit_audit_id_seq to hai_long_app, hai_long_count;

    -- The sealer, and counting, which notes what its rules set aside.
    create policy count_all on audit_inbox for all to hai_long_count using (true) with check (true);
    create policy count_all on audit_seals for all to hai_long_count using (true) with check (true);
    create policy count_all on audit for all to hai_long_count using (true) with check (true);
    grant select, insert, delete on audit_inbox to hai_long_count;
    grant select, insert on audit, audit_seals to hai_long_count;

    -- The head of the chain is printed on reports; a mac tells nothing of what it covers.
    create policy app_select on audit_seals for select to hai_long_app using (app_account() is not null);
    grant select on audit_seals to hai_long_app;

    -- Administrators and inspectors read all of it, a leader what was done in their own unit.
    drop policy app_select on audit;
    create policy app_select on audit for select to hai_long_app
      using (app_has('administrator') or app_has('inspector') or app_may(unit_id, 'unit_leader'));
    create index on audit (happened_at);
    create index on audit (action);

    -- Who did it, for whoever may read that it was done.
    create function username_of_deed(deed bigint) returns text
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.username from audit d join accounts a using (account_id)
          where d.audit_id = deed
            and (app_has('administrator') or app_has('inspector') or app_may(d.unit_id, 'unit_leader')) $$;
    revoke execute on function username_of_deed from public;
    grant execute on function username_of_deed to hai_long_app;
  `)
    .execute(db)
}
