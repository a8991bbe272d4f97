/** Once moments are destroyed, rows are laid down anew in the order of their random ids: their place on the disk was the order of visits. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Takes the rows of these ratings out and puts the same rows back, sorted by id, in one transaction: afterwards neither
    -- their place (ctid) nor the transaction that wrote them (xmin) tells in which order they came. Changes no value.
    create function scatter_rows(ids uuid[]) returns void
      language sql security definer set search_path = public, pg_temp as
      $$
        with taken as (delete from ratings where rating_id = any (ids) returning *)
          insert into ratings select * from taken order by rating_id;
        with taken as (delete from verdicts where rating_id = any (ids) returning *)
          insert into verdicts select * from taken order by rating_id;
        with taken as (delete from moments where rating_id = any (ids) returning *)
          insert into moments select * from taken order by rating_id;
        with taken as (delete from remarks where rating_id = any (ids) returning *)
          insert into remarks select * from taken order by rating_id;
        with taken as (delete from episode_ratings where rating_id = any (ids) returning *)
          insert into episode_ratings select * from taken order by rating_id;
      $$;
    revoke execute on function scatter_rows from public;
    grant execute on function scatter_rows to hai_long_count;
  `)
    .execute(db)
}
