/** The public board of a unit: whether it is open, what leaders answered to citizens, and months frozen as they were shown. */
import { type Kysely, sql } from 'kysely'

const definer = 'security definer set search_path = public, pg_temp'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table boards (
      unit_id integer primary key references units (unit_id),
      is_open boolean not null default false,
      -- Where citizens look procedures up; drawn as a code, which holds no more than 180 bytes.
      procedures_url text check (procedures_url ~ '^https://' and octet_length(procedures_url) <= 180),
      version integer not null default 1
    );
    create trigger boards_version before update on boards for each row execute function next_version();

    create table board_answers (
      answer_id integer generated always as identity primary key,
      unit_id integer not null references units (unit_id),
      asked text not null check (length(asked) between 1 and 90),
      done text not null check (length(done) between 1 and 120),
      written_on date not null,
      -- Taken off the board instead of deleted.
      shown boolean not null default true,
      version integer not null default 1
    );
    create index board_answers_unit on board_answers (unit_id, answer_id desc);
    create trigger board_answers_version before update on board_answers for each row execute function next_version();

    -- A month as the public was told of it. What comes later never changes it. Null = too little to be told.
    create table board_months (
      unit_id integer not null references units (unit_id),
      month date not null check (month = date_trunc('month', month)::date),
      closed_on date not null,
      n integer check (n = 0 or n >= 5),
      satisfied integer check (satisfied between 0 and n),
      visits integer check (visits >= n),
      primary key (unit_id, month),
      constraint board_months_month_is_over check (closed_on >= month + interval '1 month'),
      constraint board_months_whole check ((n is null) = (satisfied is null) and (n is not null or visits is null))
    );

    alter table boards enable row level security;
    alter table boards force row level security;
    alter table board_answers enable row level security;
    alter table board_answers force row level security;
    alter table board_months enable row level security;
    alter table board_months force row level security;
    create policy owner_all on boards to current_user using (true) with check (true);
    create policy owner_all on board_answers to current_user using (true) with check (true);
    create policy owner_all on board_months to current_user using (true) with check (true);

    create policy app_select on boards for select to hai_long_app
      using (app_may(unit_id, 'commission', 'administrator', 'unit_leader'));
    create policy app_insert on boards for insert to hai_long_app with check (app_may(unit_id, 'unit_leader'));
    create policy app_update on boards for update to hai_long_app
      using (app_may(unit_id, 'unit_leader')) with check (app_may(unit_id, 'unit_leader'));
    create policy app_select on board_answers for select to hai_long_app
      using (app_may(unit_id, 'commission', 'administrator', 'unit_leader'));
    create policy app_insert on board_answers for insert to hai_long_app with check (app_may(unit_id, 'unit_leader'));
    create policy app_update on board_answers for update to hai_long_app
      using (app_may(unit_id, 'unit_leader')) with check (app_may(unit_id, 'unit_leader'));
    create policy app_select on board_months for select to hai_long_app
      using (app_may(unit_id, 'commission', 'administrator', 'unit_leader'));
    grant select, insert, update on boards, board_answers to hai_long_app;
    -- Months are written by the functions below and by nobody else.
    grant select on board_months to hai_long_app;

    -- Freezes a month from published steps. Told only from five ratings on, without a correction cut off from its origin, and
    -- where each officer has at least three colleagues with five ratings: who takes their own away must not find another's.
    -- Visits only where they are known of every counter and time that was rated.
    create function keep_board_month(unit integer, of_month date, today date) returns void language sql ${definer} as
      $$ with ratings as (
           select coalesce(sum(n1), 0) as n1, coalesce(sum(n2), 0) as n2, coalesce(sum(n3), 0) as n3,
                  coalesce(sum(n4), 0) as n4, coalesce(sum(n5), 0) as n5
             from unit_steps
            where unit_id = unit and not set_aside
              and local_day >= of_month and local_day < of_month + interval '1 month'),
         people as (
           select count(*) filter (where n >= 5) as with_figure, count(*) as officers
             from (select officer_id, sum(n1 + n2 + n3 + n4 + n5) as n from steps
                    where unit_id = unit and not set_aside and officer_id is not null
                      and local_day >= of_month and local_day < of_month + interval '1 month'
                    group by 1) o),
         told as (
           select v.counter_id, v.grain, v.day as first,
                  case grain when 'day' then v.day else (v.day + interval '1 month - 1 day')::date end as last,
                  coalesce(max(v.visits) filter (where procedure_group = ''), sum(v.visits)) as n
             from visits v
            where v.unit_id = unit and v.day >= of_month and v.day < of_month + interval '1 month'
            group by 1, 2, 3, 4),
         counted as (
           select * from told w where grain = 'month' or not exists (
             select from told m where m.grain = 'month' and m.counter_id = w.counter_id)),
         response as (
           select sum(c.n) as visits,
                  coalesce(sum((select sum(n1 + n2 + n3 + n4 + n5) from steps s
                        where s.unit_id = unit and s.counter_id = c.counter_id and not s.set_aside
                          and s.local_day between c.first and c.last)), 0) as ratings
             from counted c),
         whole as (
           select n1 + n2 + n3 + n4 + n5 as n, n4 + n5 as satisfied,
                  least(n1, n2, n3, n4, n5) >= 0
                    and (n1 + n2 + n3 + n4 + n5 = 0
                         or n1 + n2 + n3 + n4 + n5 >= 5 and (officers = 0 or with_figure >= 4)) as shown
             from ratings, people)
         insert into board_months (unit_id, month, closed_on, n, satisfied, visits)
         select unit, of_month, today, case when shown then n end, case when shown then satisfied end,
                case when shown and ratings = n and visits >= n then visits end
           from whole, response
         on conflict do nothing $$;
    revoke execute on function keep_board_month from public;

    -- A leader who opens the board need not wait for the night.
    create function close_board_month(unit integer, of_month date, today date) returns void language sql ${definer} as
      $$ select keep_board_month(unit, of_month, today) where app_may(unit, 'unit_leader') $$;
    -- The night's work, for every open board.
    create function close_board_months(of_month date, today date) returns void language sql ${definer} as
      $$ select keep_board_month(unit_id, of_month, today) from boards b
          where is_open and not exists (select from board_months m where m.unit_id = b.unit_id and m.month >= of_month) $$;
    revoke execute on function close_board_month, close_board_months from public;
    grant execute on function close_board_month to hai_long_app;
    grant execute on function close_board_months to hai_long_count;

    -- All that somebody without a log-in may know of a unit; null where its board is not open.
    create function public_board(unit integer, today date) returns jsonb language sql stable ${definer} as
      $$ select jsonb_build_object(
           'name', u.name, 'kind', u.kind, 'hotline', u.hotline,
           'duty_leader_name', u.duty_leader_name, 'duty_leader_phone', u.duty_leader_phone,
           'hours', coalesce(u.hours, (select value from settings where key = 'hours')),
           'slogan', (select value from settings where key = 'slogan'),
           'procedures_url', b.procedures_url,
           'month', (select jsonb_build_object('month', month, 'closed_on', closed_on, 'n', n, 'satisfied', satisfied,
                                               'visits', visits)
                       from board_months where unit_id = unit order by month desc limit 1),
           'answers', (select coalesce(jsonb_agg(jsonb_build_object('asked', asked, 'done', done) order by answer_id desc), '[]')
                         from (select * from board_answers where unit_id = unit and shown
                                order by answer_id desc limit 3) newest),
           'items', (select coalesce(jsonb_agg(jsonb_build_object('commitment', commitment, 'family', family,
                                                                  'labels', labels) order by position), '[]')
                       from catalogue_items join commitments using (item_id)
                      where family <> 'service'
                        and catalogue_id = coalesce(u.catalogue_id, (select max(catalogue_id) from catalogues))))
           from units u join boards b using (unit_id)
          where unit_id = unit and is_open and (valid_to is null or valid_to >= today) $$;
    revoke execute on function public_board from public;
    grant execute on function public_board to hai_long_app;

    -- Who leads today is known in the unit, not in the province; a leader changes this and nothing else of a unit.
    create function set_unit_contact(unit integer, new_hotline text, leader_name text, leader_phone text) returns void
      language sql ${definer} as
      $$ update units set hotline = new_hotline, duty_leader_name = leader_name, duty_leader_phone = leader_phone
          where unit_id = unit and app_may(unit, 'unit_leader')
            and (hotline, duty_leader_name, duty_leader_phone) is distinct from (new_hotline, leader_name, leader_phone) $$;
    revoke execute on function set_unit_contact from public;
    grant execute on function set_unit_contact to hai_long_app;
  `)
    .execute(db)
}
