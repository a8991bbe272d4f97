/** Functions that act as the owner look for tables in `public` first and never in a caller's temporary ones. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    do $$ declare
      f regprocedure;
    begin
      for f in select oid from pg_proc where pronamespace = 'public'::regnamespace and prosecdef loop
        execute format('alter function %s set search_path = public, pg_temp', f);
      end loop;
    end $$;
  `)
    .execute(db)
}
