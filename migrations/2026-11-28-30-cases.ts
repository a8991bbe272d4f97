/** Cases: officers' explanations and reviews, matters leaders take up; and a day of answer for these, for doubts and for proposals. */
import { type Kysely, sql } from 'kysely'

/** One of these roles, in the row's unit or everywhere; in brackets of its own, so that it is worked out once for a statement. */
const may = (roles: string) =>
  `((select app_everywhere(${roles})) or unit_id = any ((select app_units(${roles}))::integer[]))`
const own = 'officer_id = (select app_officer())'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- The office's day of a moment: +07:00 all year since 1975.
    create function office_day(moment timestamptz) returns date language sql immutable parallel safe as
      $$ select (moment at time zone interval '7 hours')::date $$;
    -- A member of the commission who does not belong to the unit, whatever else they are.
    create function app_decides(unit integer) returns boolean language sql stable parallel safe as
      $$ select app_may(unit, 'commission')
           and not unit = any (app_units('administrator', 'inspector', 'unit_leader', 'unit_clerk', 'officer')) $$;

    create table cases (
      case_id integer generated always as identity primary key,
      kind text not null check (kind in ('explanation', 'review', 'matter')),
      unit_id integer not null references units,
      officer_id integer,
      title text check (length(title) between 1 and 200),
      words text check (length(words) between 1 and 2000),
      about_from date,
      about_to date,
      opened_by integer not null references accounts,
      opened_at timestamptz not null,
      due_on date not null,
      -- Reviews: until when it is the leader's to advise.
      advise_by date,
      -- There was no leader but the officer concerned when it was opened: the commission stands in.
      without_leader boolean not null default false,
      state text not null default 'new' check (state in ('new', 'accepted', 'in_hand', 'answered')),
      advice text check (advice in ('uphold', 'refuse')),
      advice_text text check (length(advice_text) between 1 and 2000),
      advised_by integer references accounts,
      advised_at timestamptz,
      outcome text check (outcome in ('upheld', 'refused', 'noted', 'done', 'not_done')),
      answer text check (length(answer) between 1 and 2000),
      answered_by integer references accounts,
      answered_at timestamptz,
      foreign key (unit_id, officer_id) references officers (unit_id, officer_id),
      constraint cases_kind check (case kind
        when 'matter' then title is not null and num_nonnulls(officer_id, words, about_from, about_to, advise_by) = 0
        else title is null and num_nulls(officer_id, words, about_from, about_to) = 0
          and (kind = 'review') = (advise_by is not null) end),
      constraint cases_about check (about_to between about_from and about_from + 365 and about_to <= office_day(opened_at)),
      constraint cases_due check (due_on > office_day(opened_at) and (advise_by is null or advise_by <= due_on)),
      constraint cases_advised check (num_nulls(advice, advice_text, advised_by, advised_at) in (0, 4)
        and (advice is null or kind = 'review')),
      constraint cases_answered check (num_nulls(outcome, answer, answered_by, answered_at) in (0, 4)
        and (state = 'answered') = (outcome is not null)),
      constraint cases_outcome check (outcome is null or case kind
        when 'explanation' then outcome = 'noted'
        when 'review' then outcome in ('upheld', 'refused')
        else outcome in ('done', 'not_done') end),
      constraint cases_advice_first check (kind <> 'review' or outcome is null or advice is not null),
      -- Nobody advises on or answers a case of their own, and the one who decides is not the one who advised.
      constraint cases_two_people check (answered_by <> advised_by
        and (kind = 'matter' or (opened_by <> advised_by and opened_by <> answered_by)))
    );
    create unique index cases_one_open on cases (officer_id, kind) where outcome is null and officer_id is not null;
    create index on cases (unit_id, officer_id);
    create index on cases (unit_id, due_on);
    create index on cases (due_on);
    create index on cases (opened_by);
    create index on cases (advised_by);
    create index on cases (answered_by);

    create function open_case() returns trigger language plpgsql security definer set search_path = public, pg_temp as
      $$ begin
           new.without_leader := new.officer_id is not null and not exists (
             select from account_roles r join accounts a using (account_id)
              where r.role = 'unit_leader' and r.unit_id = new.unit_id and r.ended_at is null and a.active
                and not exists (select from account_roles o where o.account_id = a.account_id and o.officer_id = new.officer_id));
           return new;
         end $$;
    create trigger cases_open before insert on cases for each row execute function open_case();

    -- What was said stays said; and who may say it, once more.
    create function keep_case() returns trigger language plpgsql as
      $$ declare
           decides boolean;
           leads boolean;
         begin
           if old.outcome is not null
              or (old.advice is not null and (new.advice, new.advice_text, new.advised_by, new.advised_at)
                    is distinct from (old.advice, old.advice_text, old.advised_by, old.advised_at))
              or (new.kind, new.unit_id, new.officer_id, new.title, new.words, new.about_from, new.about_to, new.opened_by,
                    new.opened_at, new.due_on, new.advise_by, new.without_leader)
                  is distinct from (old.kind, old.unit_id, old.officer_id, old.title, old.words, old.about_from, old.about_to,
                    old.opened_by, old.opened_at, old.due_on, old.advise_by, old.without_leader)
              or array_position(array['new', 'accepted', 'in_hand', 'answered'], new.state)
                   < array_position(array['new', 'accepted', 'in_hand', 'answered'], old.state) then
             raise exception 'what was said in case % stays', old.case_id using errcode = 'check_violation';
           end if;
           if current_user = 'hai_long_app' then
             leads := app_may(new.unit_id, 'unit_leader');
             decides := app_decides(new.unit_id);
             if new.advised_by is distinct from old.advised_by and not (new.advised_by = app_account()
                  and (leads or (decides and (new.without_leader or office_day(new.advised_at) > new.advise_by)))) then
               raise insufficient_privilege;
             end if;
             if new.answered_by is not null and not (new.answered_by = app_account() and case new.kind
                  when 'review' then decides
                  when 'explanation' then leads or (decides and new.without_leader)
                  else leads end) then
               raise insufficient_privilege;
             end if;
           end if;
           return new;
         end $$;
    create trigger cases_keep before update on cases for each row execute function keep_case();

    -- An account that is or was the officer concerned, though another one opened it.
    create function refuse_own_case() returns trigger language plpgsql security definer set search_path = public, pg_temp as
      $$ begin
           if exists (select from account_roles r
                       where r.account_id in (new.advised_by, new.answered_by) and r.officer_id = new.officer_id) then
             raise exception 'case % is their own', new.case_id
               using errcode = 'check_violation', constraint = 'cases_two_people';
           end if;
           return new;
         end $$;
    create trigger cases_own before update on cases for each row execute function refuse_own_case();
    revoke execute on function open_case, keep_case, refuse_own_case from public;

    alter table cases enable row level security;
    alter table cases force row level security;
    create policy owner_all on cases to current_user using (true) with check (true);
    create policy app_select on cases for select to hai_long_app using (
      ${own} or ${may(`'unit_leader'`)}
      or ((kind <> 'explanation' or without_leader) and ${may(`'commission'`)})
      or (kind = 'matter' and ${may(`'unit_clerk'`)}));
    create policy app_insert on cases for insert to hai_long_app with check (
      opened_by = app_account() and case kind
        when 'matter' then app_may(unit_id, 'unit_leader')
        else officer_id = app_officer() and app_may(unit_id, 'officer') end);
    create policy app_update on cases for update to hai_long_app using (
      officer_id is distinct from app_officer()
      and (app_may(unit_id, 'unit_leader') or ((kind = 'review' or without_leader) and app_decides(unit_id))));
    grant select on cases to hai_long_app;
    grant insert (kind, unit_id, officer_id, title, words, about_from, about_to, opened_by, opened_at, due_on, advise_by)
      on cases to hai_long_app;
    grant update (state, advice, advice_text, advised_by, advised_at, outcome, answer, answered_by, answered_at)
      on cases to hai_long_app;

    -- Doubts and proposals: the fifth working day after the one they came on, by the unit's holidays.
    alter table roster_doubts add column due_on date;
    alter table episode_proposals add column due_on date;
  `)
    .execute(db)

  for (const [table, id, opened] of [
    ['roster_doubts', 'doubt_id', 'raised_at'],
    ['episode_proposals', 'proposal_id', 'proposed_at'],
  ]) {
    await sql
      .raw(`
      update ${table} set due_on = found.day from (
        select ${id}, day, row_number() over (partition by ${id} order by day) as place from (
          select t.${id}, t.unit_id, office_day(t.${opened}) + n as day from ${table} t, generate_series(1, 100) n) days
         where coalesce(
           (select h.kind from holidays h where h.active and h.day = days.day and h.unit_id = days.unit_id),
           (select h.kind from holidays h where h.active and h.day = days.day and h.unit_id is null),
           case when extract(isodow from day) < 6 then 'working' else 'off' end) = 'working') found
       where found.${id} = ${table}.${id} and found.place = 5;
      alter table ${table} alter column due_on set not null;
      create index on ${table} (due_on);`)
      .execute(db)
  }

  await sql
    .raw(`
    grant insert (due_on) on episode_proposals to hai_long_app;
    -- A doubt is settled and nothing else of it changes, and not by whom it is about.
    revoke update on roster_doubts from hai_long_app;
    grant update (outcome, answer, settled_at, settled_by) on roster_doubts to hai_long_app;
    alter policy app_update on roster_doubts using (app_keeps_roster(unit_id) and officer_id is distinct from app_officer());

    -- All five kinds in one shape, each row as its own table shows it to the reader; letter and number name one.
    create view case_list with (security_invoker = true) as
      select 'c' as letter, case_id as number, kind, unit_id, officer_id, title, about_from, about_to, words, opened_by,
             office_day(opened_at) as opened_on, due_on, state, advise_by, without_leader,
             advice, advice_text, advised_by, office_day(advised_at) as advised_on,
             outcome, answer, answered_at, office_day(answered_at) as answered_on
        from cases
      union all
      select 'd', doubt_id, 'doubt', unit_id, officer_id, null, day, day, note, null,
             office_day(raised_at), due_on, case when outcome is null then 'new' else 'answered' end, null, false,
             null, null, null, null,
             case outcome when 'corrected' then 'upheld' when 'stands' then 'refused' end, answer, settled_at, office_day(settled_at)
        from roster_doubts where ${own} or ${may(`'commission', 'unit_leader', 'unit_clerk'`)}
      union all
      select 'p', proposal_id, 'proposal', unit_id, null, null, local_day, local_day, reason, proposed_by,
             office_day(proposed_at), due_on, case when outcome is null then 'new' else 'answered' end, null, false,
             null, null, null, null,
             case outcome when 'accepted' then 'upheld' else outcome end, answer, decided_at, office_day(decided_at)
        from episode_proposals where ${may(`'commission', 'unit_leader'`)};
    grant select on case_list to hai_long_app;

    -- Of the cases of each unit whose day of answer lay in a range: how many that day is over for or that were answered,
    -- how many of them in time, how many are open and overdue. Numbers alone; unit null = every unit of the reader's.
    create function cases_in_time(unit integer, from_day date, to_day date, today date)
      returns table (unit_id integer, due bigint, in_time bigint, overdue bigint)
      language sql stable security definer set search_path = public, pg_temp as
      $$ with told as (
           select c.unit_id, c.due_on, office_day(c.answered_at) as answered_on from cases c
            where c.due_on between from_day and to_day
           union all
           select d.unit_id, d.due_on, office_day(d.settled_at) from roster_doubts d where d.due_on between from_day and to_day
           union all
           select p.unit_id, p.due_on, office_day(p.decided_at) from episode_proposals p
            where p.due_on between from_day and to_day)
         select t.unit_id, count(*) filter (where t.due_on < today or t.answered_on is not null),
                count(*) filter (where t.answered_on <= t.due_on),
                count(*) filter (where t.due_on < today and t.answered_on is null)
           from told t
          where (unit is null or t.unit_id = unit)
            and ((select app_everywhere('commission', 'administrator'))
              or t.unit_id = any ((select app_units('commission', 'administrator', 'unit_leader'))::integer[]))
          group by t.unit_id $$;

    -- The user name of whoever advised on a review that the reader may read.
    create function adviser_name(account integer) returns text
      language sql stable security definer set search_path = public, pg_temp as
      $$ select a.username from accounts a
          where a.account_id = account and exists (select from cases c where c.advised_by = account
            and (c.officer_id = app_officer() or app_may(c.unit_id, 'commission', 'unit_leader'))) $$;
    revoke execute on function cases_in_time, adviser_name from public;
    grant execute on function cases_in_time, adviser_name to hai_long_app;
  `)
    .execute(db)
}
