/** Episodes of misuse: what the rules found on a closed day of a tablet, what a leader asks for and somebody outside decides. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Days of tablets that have ratings, and by which version of the rules each was judged once it was over.
    create table terminal_days (
      terminal_id integer not null,
      local_day date not null,
      -- Null: ratings came or moved since; judged again at night.
      judged_version smallint,
      primary key (terminal_id, local_day)
    );
    create index terminal_days_open on terminal_days (local_day) where judged_version is null;
    insert into terminal_days (terminal_id, local_day)
      select distinct terminal_id, local_day from ratings;
    alter table terminal_days enable row level security;
    alter table terminal_days force row level security;
    create policy owner_all on terminal_days to current_user using (true) with check (true);
    create policy count_all on terminal_days for all to hai_long_count using (true) with check (true);
    grant select, insert, update on terminal_days to hai_long_count;

    create table episodes (
      episode_id integer generated always as identity primary key,
      unit_id integer not null,
      counter_id integer not null,
      terminal_id integer not null references terminals,
      local_day date not null,
      rule text not null check (rule ~ '^[a-z_]{3,30}$'),
      n integer not null check (n >= 0),
      rules_version smallint not null,
      foreign key (unit_id, counter_id) references counters (unit_id, counter_id),
      constraint episodes_once unique (terminal_id, local_day, rule, counter_id)
    );
    create index on episodes (unit_id, local_day);
    create index on episodes (unit_id, counter_id);
    alter table episodes enable row level security;
    alter table episodes force row level security;
    create policy owner_all on episodes to current_user using (true) with check (true);
    create policy count_all on episodes for all to hai_long_count using (true) with check (true);
    create policy app_select on episodes for select to hai_long_app using (
      app_may(unit_id, 'commission', 'administrator', 'unit_leader'));
    grant select, insert, update, delete on episodes to hai_long_count;
    grant select on episodes to hai_long_app;

    -- Which ratings an episode is made of. Read by counting alone: a list of ids would say which rating was tapped in a row.
    create table episode_ratings (
      episode_id integer not null references episodes on delete cascade,
      rating_id uuid not null,
      -- What was decided about it: 0 counts again, 1 set aside; null = nothing, the rule stands.
      outcome smallint check (outcome in (0, 1)),
      primary key (episode_id, rating_id)
    );
    create index episode_ratings_decided on episode_ratings (rating_id) where outcome is not null;
    alter table episode_ratings enable row level security;
    alter table episode_ratings force row level security;
    create policy owner_all on episode_ratings to current_user using (true) with check (true);
    create policy count_all on episode_ratings for all to hai_long_count using (true) with check (true);
    grant select, insert, delete on episode_ratings to hai_long_count;

    -- A leader's request about all episodes of a day and rule (episode_id null: those too small to be told apart) or one.
    create table episode_proposals (
      proposal_id integer generated always as identity primary key,
      unit_id integer not null references units,
      local_day date not null,
      rule text not null check (rule ~ '^[a-z_]{3,30}$'),
      episode_id integer references episodes on delete set null,
      wants text not null check (wants in ('restore', 'set_aside')),
      reason text not null check (length(reason) between 1 and 1000),
      proposed_by integer not null references accounts,
      proposed_at timestamptz not null,
      outcome text check (outcome in ('accepted', 'refused')),
      answer text check (length(answer) between 1 and 1000),
      decided_by integer references accounts,
      decided_at timestamptz,
      constraint episode_proposals_decided check ((outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)),
      -- Nobody decides about their own request.
      constraint episode_proposals_two_people check (decided_by <> proposed_by)
    );
    create unique index episode_proposals_one_open on episode_proposals (unit_id, local_day, rule, coalesce(episode_id, 0))
      where outcome is null;
    create index on episode_proposals (episode_id);
    create index on episode_proposals (unit_id, local_day);
    create index on episode_proposals (proposed_by);
    create index on episode_proposals (decided_by);
    alter table episode_proposals enable row level security;
    alter table episode_proposals force row level security;
    create policy owner_all on episode_proposals to current_user using (true) with check (true);
    create policy app_select on episode_proposals for select to hai_long_app using (
      app_may(unit_id, 'commission', 'administrator', 'unit_leader'));
    create policy app_insert on episode_proposals for insert to hai_long_app with check (
      app_may(unit_id, 'unit_leader') and proposed_by = app_account() and outcome is null);
    create policy app_update on episode_proposals for update to hai_long_app
      using (app_may(unit_id, 'commission')) with check (decided_by = app_account());
    grant select on episode_proposals to hai_long_app;
    grant insert (unit_id, local_day, rule, episode_id, wants, reason, proposed_by, proposed_at)
      on episode_proposals to hai_long_app;
    grant update (outcome, answer, decided_by, decided_at) on episode_proposals to hai_long_app;

    -- Carries an accepted request out: notes it with each rating and puts them all back through counting. How many.
    create function apply_proposal(proposal integer) returns bigint
      language plpgsql security definer set search_path = public, pg_temp as
      $$ declare
           p episode_proposals;
           touched bigint;
         begin
           select * into p from episode_proposals where proposal_id = proposal;
           if p is null or not app_may(p.unit_id, 'commission') or p.outcome is distinct from 'accepted' then
             raise insufficient_privilege;
           end if;
           with touched_ones as (
             update episode_ratings r set outcome = case p.wants when 'restore' then 0 else 1 end
               from episodes e
              where e.episode_id = r.episode_id and e.unit_id = p.unit_id and e.local_day = p.local_day and e.rule = p.rule
                and (e.episode_id = p.episode_id or (p.episode_id is null and e.n < 5))
              returning r.rating_id)
           insert into inbox (rating_id) select distinct rating_id from touched_ones;
           get diagnostics touched = row_count;
           return touched;
         end $$;
    revoke execute on function apply_proposal from public;
    grant execute on function apply_proposal to hai_long_app;
  `)
    .execute(db)
}
