/** A month on a public board says how many ratings came and how many of them were set aside, as every total does. */
import { type Kysely, sql } from 'kysely'

const definer = 'security definer set search_path = public, pg_temp'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Null where it was too little to be told, and of months that were frozen before it was kept.
    alter table board_months add column set_aside integer check (set_aside = 0 or set_aside >= 5);
    create or replace function keep_board_month(unit integer, of_month date, today date) returns void language sql ${definer} as
      $$ with ratings as (
           select coalesce(sum(n1), 0) as n1, coalesce(sum(n2), 0) as n2, coalesce(sum(n3), 0) as n3,
                  coalesce(sum(n4), 0) as n4, coalesce(sum(n5), 0) as n5
             from unit_steps
            where unit_id = unit and not set_aside
              and local_day >= of_month and local_day < of_month + interval '1 month'),
         apart as (
           select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) as n from unit_steps
            where unit_id = unit and set_aside
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
         insert into board_months (unit_id, month, closed_on, n, satisfied, visits, set_aside)
         select unit, of_month, today, case when shown then whole.n end, case when shown then satisfied end,
                case when shown and ratings = whole.n and visits >= whole.n then visits end,
                case when shown and (apart.n = 0 or apart.n >= 5) then apart.n end
           from whole, response, apart
         on conflict do nothing $$;
    create or replace function public_board(unit integer, today date) returns jsonb language sql stable ${definer} as
      $$ select jsonb_build_object(
           'name', u.name, 'kind', u.kind, 'hotline', u.hotline,
           'duty_leader_name', u.duty_leader_name, 'duty_leader_phone', u.duty_leader_phone,
           'hours', coalesce(u.hours, (select value from settings where key = 'hours')),
           'slogan', (select value from settings where key = 'slogan'),
           'procedures_url', b.procedures_url,
           'month', (select jsonb_build_object('month', month, 'closed_on', closed_on, 'n', n, 'satisfied', satisfied,
                                               'visits', visits, 'set_aside', set_aside)
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
  `)
    .execute(db)
}
