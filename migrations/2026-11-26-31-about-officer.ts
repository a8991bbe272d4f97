/** What the audit log says about an officer, for that officer: when and what, but neither the words around it nor other people. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create function audit_about_officer(officer integer)
      returns table (happened_at timestamptz, action text)
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.happened_at, a.action from audit a
          where (app_has('administrator') or officer = app_officer())
            and (a.subject -> 'officer_id' = to_jsonb(officer) or a.subject -> 'officers' @> to_jsonb(officer)
                 or a.detail -> 'officer_id' = to_jsonb(officer))
          order by a.audit_id $$;
    revoke execute on function audit_about_officer from public;
    grant execute on function audit_about_officer to hai_long_app;
  `)
    .execute(db)
}
