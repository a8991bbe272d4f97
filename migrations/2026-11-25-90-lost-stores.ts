/** A tablet whose store was lost tells how far its numbers had come; receiving may note that, and nothing else of them. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Raises the highest number of a store. The pairing it was given under must be one of the sender's own unit.
    create function note_lost_store(sender integer, claimed integer, epoch text, last bigint) returns void
      language sql security definer set search_path = public, pg_temp as
      $$ insert into device_sequences as d (unit_id, device_epoch, terminal_id, highest, received)
         select s.unit_id, epoch, s.terminal_id, last, 0
           from terminals s join terminals c using (unit_id)
          where s.terminal_id = sender and c.terminal_id = claimed
         on conflict (unit_id, device_epoch) do update
           set highest = greatest(d.highest, excluded.highest), terminal_id = excluded.terminal_id
           where d.highest < excluded.highest or d.terminal_id <> excluded.terminal_id $$;
    revoke execute on function note_lost_store from public;
    grant execute on function note_lost_store to hai_long_ingest;
  `)
    .execute(db)
}
