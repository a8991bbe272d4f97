-- The schema after the newest migration, as the catalogue tells it. Written by `npm run schema`; do not edit.

create extension btree_gist;

CREATE OR REPLACE FUNCTION public.add_long_marks(a integer[], b integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN (SELECT array_agg((COALESCE(t.x, 0) + COALESCE(t.y, 0)) ORDER BY t.i) AS array_agg FROM UNNEST(add_long_marks.a, add_long_marks.b) WITH ORDINALITY t(x, y, i))
;

CREATE OR REPLACE FUNCTION public.add_marks(a integer[], b integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (a IS NULL) THEN b WHEN (b IS NULL) THEN a WHEN (GREATEST(cardinality(a), cardinality(b)) > 32) THEN add_long_marks(a, b) ELSE (ARRAY[(COALESCE((a)[1], 0) + COALESCE((b)[1], 0)), (COALESCE((a)[2], 0) + COALESCE((b)[2], 0)), (COALESCE((a)[3], 0) + COALESCE((b)[3], 0)), (COALESCE((a)[4], 0) + COALESCE((b)[4], 0)), (COALESCE((a)[5], 0) + COALESCE((b)[5], 0)), (COALESCE((a)[6], 0) + COALESCE((b)[6], 0)), (COALESCE((a)[7], 0) + COALESCE((b)[7], 0)), (COALESCE((a)[8], 0) + COALESCE((b)[8], 0)), (COALESCE((a)[9], 0) + COALESCE((b)[9], 0)), (COALESCE((a)[10], 0) + COALESCE((b)[10], 0)), (COALESCE((a)[11], 0) + COALESCE((b)[11], 0)), (COALESCE((a)[12], 0) + COALESCE((b)[12], 0)), (COALESCE((a)[13], 0) + COALESCE((b)[13], 0)), (COALESCE((a)[14], 0) + COALESCE((b)[14], 0)), (COALESCE((a)[15], 0) + COALESCE((b)[15], 0)), (COALESCE((a)[16], 0) + COALESCE((b)[16], 0)), (COALESCE((a)[17], 0) + COALESCE((b)[17], 0)), (COALESCE((a)[18], 0) + COALESCE((b)[18], 0)), (COALESCE((a)[19], 0) + COALESCE((b)[19], 0)), (COALESCE((a)[20], 0) + COALESCE((b)[20], 0)), (COALESCE((a)[21], 0) + COALESCE((b)[21], 0)), (COALESCE((a)[22], 0) + COALESCE((b)[22], 0)), (COALESCE((a)[23], 0) + COALESCE((b)[23], 0)), (COALESCE((a)[24], 0) + COALESCE((b)[24], 0)), (COALESCE((a)[25], 0) + COALESCE((b)[25], 0)), (COALESCE((a)[26], 0) + COALESCE((b)[26], 0)), (COALESCE((a)[27], 0) + COALESCE((b)[27], 0)), (COALESCE((a)[28], 0) + COALESCE((b)[28], 0)), (COALESCE((a)[29], 0) + COALESCE((b)[29], 0)), (COALESCE((a)[30], 0) + COALESCE((b)[30], 0)), (COALESCE((a)[31], 0) + COALESCE((b)[31], 0)), (COALESCE((a)[32], 0) + COALESCE((b)[32], 0))])[1:GREATEST(cardinality(a), cardinality(b))] END
;

CREATE OR REPLACE FUNCTION public.administrator_exists()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select exists (select from account_roles r join accounts a using (account_id)
                         where r.role = 'administrator' and r.ended_at is null and a.active) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.adviser_name(account integer)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.username from accounts a
          where a.account_id = account and exists (select from cases c where c.advised_by = account
            and (c.officer_id = app_officer() or app_may(c.unit_id, 'commission', 'unit_leader'))) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.adviser_of(of_case integer)
 RETURNS TABLE(username text, leads boolean, officer text)
 LANGUAGE sql
 STABLE STRICT SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.username,
                exists (select from account_roles r where r.account_id = a.account_id and r.role = 'unit_leader'
                  and r.unit_id = c.unit_id and (r.ended_at is null or r.ended_at >= c.advised_at)),
                (select o.name from account_roles r join officers o using (officer_id)
                  where r.account_id = a.account_id and (r.ended_at is null or r.ended_at >= c.advised_at)
                  order by r.grant_id limit 1)
           from cases c join accounts a on a.account_id = c.advised_by
          where c.case_id = of_case and (c.officer_id = app_officer() or app_may(c.unit_id, 'commission', 'unit_leader')) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.app_account()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.account', true), '')::integer $function$
;

CREATE OR REPLACE FUNCTION public.app_approves_voice(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select app_records_voice(unit) $function$
;

CREATE OR REPLACE FUNCTION public.app_belongs_to_unit()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select string_to_array(coalesce(current_setting('app.roles', true), ''), ',')
             && array['unit_leader', 'unit_clerk', 'officer'] $function$
;

CREATE OR REPLACE FUNCTION public.app_decides(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select app_may(unit, 'commission')
           and not unit = any (app_units('administrator', 'inspector', 'unit_leader', 'unit_clerk', 'officer')) $function$
;

CREATE OR REPLACE FUNCTION public.app_everywhere(VARIADIC wanted text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select exists (select from unnest(string_to_array(coalesce(current_setting('app.grants', true), ''), ',')) as held
                         where split_part(held, ':', 2) = '*' and split_part(held, ':', 1) = any (wanted)) $function$
;

CREATE OR REPLACE FUNCTION public.app_has(role text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select role = any (string_to_array(coalesce(current_setting('app.roles', true), ''), ',')) $function$
;

CREATE OR REPLACE FUNCTION public.app_keeps_roster(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select app_may(unit, 'administrator', 'unit_leader', 'unit_clerk') $function$
;

CREATE OR REPLACE FUNCTION public.app_may(unit integer, VARIADIC wanted text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select app_everywhere(variadic wanted) or unit = any (app_units(variadic wanted)) $function$
;

CREATE OR REPLACE FUNCTION public.app_officer()
 RETURNS integer
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select nullif(current_setting('app.officer', true), '')::integer $function$
;

CREATE OR REPLACE FUNCTION public.app_purpose(wanted text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('app.purpose', true), '') = wanted $function$
;

CREATE OR REPLACE FUNCTION public.app_records_voice(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select case when unit is null then app_everywhere('administrator') else app_keeps_roster(unit) end $function$
;

CREATE OR REPLACE FUNCTION public.app_reports_on(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select case when unit is null then app_everywhere('commission', 'administrator')
                     else app_may(unit, 'commission', 'administrator', 'unit_leader') end $function$
;

CREATE OR REPLACE FUNCTION public.app_sees_colleagues()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select string_to_array(coalesce(current_setting('app.roles', true), ''), ',')
           && array['administrator', 'commission', 'unit_leader', 'unit_clerk'] $function$
;

CREATE OR REPLACE FUNCTION public.app_sees_unit(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(current_setting('app.units', true), '') = '*'
           or unit = any (string_to_array(nullif(nullif(current_setting('app.units', true), '*'), ''), ',')::integer[]) $function$
;

CREATE OR REPLACE FUNCTION public.app_sees_voice(unit integer)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
             or unit is null and app_units('commission', 'unit_leader', 'unit_clerk') <> '{}' $function$
;

CREATE OR REPLACE FUNCTION public.app_units(VARIADIC wanted text[])
 RETURNS integer[]
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$ select coalesce(array_agg(split_part(held, ':', 2)::integer), '{}')
           from unnest(string_to_array(coalesce(current_setting('app.grants', true), ''), ',')) as held
          where split_part(held, ':', 2) not in ('', '*') and split_part(held, ':', 1) = any (wanted) $function$
;

CREATE OR REPLACE FUNCTION public.apply_proposal(proposal integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare
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
         end $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.audit_about_officer(officer integer)
 RETURNS TABLE(happened_at timestamp with time zone, action text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.happened_at, a.action from audit a
          where (app_has('administrator') or officer = app_officer())
            and (a.subject -> 'officer_id' = to_jsonb(officer) or a.subject -> 'officers' @> to_jsonb(officer)
                 or a.detail -> 'officer_id' = to_jsonb(officer))
          order by a.audit_id $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.cases_in_time(unit integer, from_day date, to_day date, today date)
 RETURNS TABLE(unit_id integer, due bigint, in_time bigint, overdue bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ with told as (
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
          group by t.unit_id $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.close_board_month(unit integer, of_month date, today date)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select keep_board_month(unit, of_month, today) where app_may(unit, 'unit_leader') $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.close_board_months(of_month date, today date)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select keep_board_month(unit_id, of_month, today) from boards b
          where is_open and not exists (select from board_months m where m.unit_id = b.unit_id and m.month >= of_month) $function$
;
grant execute to hai_long_count;

CREATE OR REPLACE FUNCTION public.decide_quarantine(sent_by integer, claimed text, wanted text, at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare
           touched bigint;
         begin
           update quarantine q set decision = wanted, decided_at = at
            where q.sent_by_terminal_id = sent_by and q.claimed_terminal_id is not distinct from claimed
              and app_may(q.unit_id, 'administrator', 'unit_leader')
              and (app_everywhere('administrator') or not exists (
                    select from terminals k where k.terminal_id::text = claimed and k.unit_id <> q.unit_id))
              and (q.decision is null or q.decision = 'refused' and wanted = 'accepted')
              and not exists (select from ratings r where r.rating_id = q.rating_id);
           get diagnostics touched = row_count;
           return touched;
         end $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.desk_of_officer(since timestamp with time zone)
 RETURNS TABLE(counter_id integer, counter text, officer text, own boolean, starts_at timestamp with time zone, ends_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.counter_id, c.name, o.name, a.officer_id = app_officer(), lower(a.during), upper(a.during)
           from assignments a join counters c using (counter_id) join officers o on o.officer_id = a.officer_id
          where a.during && tstzrange(since, null)
            and a.counter_id in (select w.counter_id from assignments w
                                  where w.officer_id = app_officer() and w.during && tstzrange(since, null))
          order by c.name, a.counter_id, lower(a.during) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.forget_stored_quarantine()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare
           touched bigint;
         begin
           delete from quarantine q using moments m where m.rating_id = q.rating_id and m.content_mac = q.content_mac;
           get diagnostics touched = row_count;
           return touched;
         end $function$
;
grant execute to hai_long_ingest;

CREATE OR REPLACE FUNCTION public.issuer_name(account integer)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.username from accounts a
          where a.account_id = account
            and exists (select from issued_reports r where r.issued_by = account and app_reports_on(r.unit_id)) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.keep_board_month(unit integer, of_month date, today date)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ with ratings as (
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
         on conflict do nothing $function$
;

CREATE OR REPLACE FUNCTION public.keep_case()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ declare
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
         end $function$
;

CREATE OR REPLACE FUNCTION public.next_version()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin new.version := old.version + 1; return new; end $function$
;

CREATE OR REPLACE FUNCTION public.note_lost_store(sender integer, claimed integer, epoch text, last bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ insert into device_sequences as d (unit_id, device_epoch, terminal_id, highest, received)
         select s.unit_id, epoch, s.terminal_id, last, 0
           from terminals s join terminals c using (unit_id)
          where s.terminal_id = sender and c.terminal_id = claimed
         on conflict (unit_id, device_epoch) do update
           set highest = greatest(d.highest, excluded.highest), terminal_id = excluded.terminal_id
           where d.highest < excluded.highest or d.terminal_id <> excluded.terminal_id $function$
;
grant execute to hai_long_ingest;

CREATE OR REPLACE FUNCTION public.note_voice_clips()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare
           changed integer := case when tg_op = 'DELETE' then old.voice_set_id else new.voice_set_id end;
         begin
           update voice_sets set
             recorders = (select coalesce(array_agg(distinct recorded_by), '{}') from voice_clips where voice_set_id = changed),
             clips = (select count(*) from voice_clips where voice_set_id = changed)
            where voice_set_id = changed and state = 'draft';
           if not found then
             raise check_violation using constraint = 'voice_clips_of_drafts', message = 'only a draft takes clips';
           end if;
           return null;
         end $function$
;

CREATE OR REPLACE FUNCTION public.office_day(moment timestamp with time zone)
 RETURNS date
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$ select (moment at time zone interval '7 hours')::date $function$
;

CREATE OR REPLACE FUNCTION public.officer_counted_in_month(officer integer, in_month date)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) from tallies
          where app_has('inspector') and officer_id = officer and not set_aside and month = in_month
            and unit_id = (select unit_id from officers where officer_id = officer) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.officer_name_for_inspector(officer integer)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select name from officers where app_has('inspector') and officer_id = officer $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.officer_spread(unit integer, months integer[], firsts date[], lasts date[], signs integer[])
 RETURNS TABLE(subjects bigint, n bigint, positive bigint, n_squared double precision, square double precision)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select count(*), coalesce(sum(o.n), 0), coalesce(sum(o.positive), 0),
                coalesce(sum(o.n::float8 * o.n), 0), coalesce(sum(o.positive::float8 * o.positive / o.n), 0)
           from (select sum(n1 + n2 + n3 + n4 + n5) as n, sum(n4 + n5) as positive
                   from (
  with parts as materialized (select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign))
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join step_months on length = 1 and month between first and last
   where not set_aside and (unit is null or unit_id = unit)
  union all
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join steps on length = 0 and local_day between first and last
   where not set_aside and (unit is null or unit_id = unit)) published
                  where app_account() is not null and officer_id is not null
                    and (unit is null or app_sees_unit(unit))
                  group by officer_id
                 having sum(n1 + n2 + n3 + n4 + n5) >= 10
                    and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0) o $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.officers_with_figure(unit integer, except_officer integer, months integer[], firsts date[], lasts date[], signs integer[])
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select count(*) from (
           select officer_id from (
  with parts as materialized (select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign))
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join step_months on length = 1 and month between first and last
   where not set_aside and unit_id = unit
  union all
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join steps on length = 0 and local_day between first and last
   where not set_aside and unit_id = unit) published
            where app_sees_unit(unit) and officer_id <> except_officer
            group by officer_id having sum(n1 + n2 + n3 + n4 + n5) >= 5) others $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.open_case()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ begin
           new.without_leader := new.officer_id is not null and not exists (
             select from account_roles r join accounts a using (account_id)
              where r.role = 'unit_leader' and r.unit_id = new.unit_id and r.ended_at is null and a.active
                and not exists (select from account_roles o where o.account_id = a.account_id and o.officer_id = new.officer_id));
           return new;
         end $function$
;

CREATE OR REPLACE FUNCTION public.public_board(unit integer, today date)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select jsonb_build_object(
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
          where unit_id = unit and is_open and (valid_to is null or valid_to >= today) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.quarantine_groups()
 RETURNS TABLE(unit_id integer, sent_by integer, sent_by_name text, claimed text, reason text, waiting bigint, accepted bigint, refused bigint, first_day date, last_day date, counts_in integer, counts_in_name text, counts_at text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select q.unit_id, q.sent_by_terminal_id, t.name, q.claimed_terminal_id, q.reason,
                count(*) filter (where q.decision is null), count(*) filter (where q.decision = 'accepted'),
                count(*) filter (where q.decision = 'refused'), min(q.local_day), max(q.local_day),
                u.unit_id, u.name, c.name
           from quarantine q
           join terminals t on t.terminal_id = q.sent_by_terminal_id
           left join terminals k on k.terminal_id::text = q.claimed_terminal_id
           join counters c on c.counter_id = coalesce(k.counter_id, t.counter_id)
           join units u on u.unit_id = coalesce(k.unit_id, t.unit_id)
          where app_may(q.unit_id, 'administrator', 'unit_leader')
            and not exists (select from ratings r where r.rating_id = q.rating_id)
          group by q.unit_id, q.sent_by_terminal_id, t.name, q.claimed_terminal_id, q.reason, u.unit_id, u.name, c.name $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.quarantined_of_unit(unit integer)
 RETURNS TABLE(device_epoch text, held bigint, waiting bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select body -> 'rating' ->> 'device_epoch', count(*), count(*) filter (where decision is null) from quarantine q
          where app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk') and unit_id = unit
            and body -> 'rating' ->> 'sequence' is not null
            and not exists (select from ratings r where r.rating_id = q.rating_id)
          group by 1 $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.received_between(unit integer, from_day date, to_day date)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select coalesce(sum(n1 + n2 + n3 + n4 + n5), 0) from unit_tallies
        where app_sees_unit(unit) and unit_id = unit and local_day between from_day and to_day $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.refuse_own_case()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ begin
           if exists (select from account_roles r
                       where r.account_id in (new.advised_by, new.answered_by) and r.officer_id = new.officer_id) then
             raise exception 'case % is their own', new.case_id
               using errcode = 'check_violation', constraint = 'cases_two_people';
           end if;
           return new;
         end $function$
;

CREATE OR REPLACE FUNCTION public.remarks_of_officer(first date, last date)
 RETURNS TABLE(shown_on date, remark text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select r.shown_on, r.masked from remarks r
          where r.officer_id = app_officer() and app_may(r.unit_id, 'officer') and not app_may(r.unit_id, 'commission', 'unit_leader')
            and r.masked is not null and r.shown_on between first and last $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.reopen_visited_days()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare told visits := coalesce(new, old);
         begin
           update terminal_days set judged_version = null
            where judged_version is not null
              and local_day >= told.day
              and local_day < case told.grain when 'day' then told.day + 1 else (told.day + interval '1 month')::date end
              and terminal_id in (select terminal_id from terminals where counter_id = told.counter_id
                                   union select terminal_id from terminal_placements where counter_id = told.counter_id);
           return null;
         end $function$
;

CREATE OR REPLACE FUNCTION public.requeue_counter(counter integer, span tstzrange)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
       declare
         touched bigint;
       begin
         if not exists (select from counters where counter_id = counter and app_keeps_roster(unit_id)) then
           raise insufficient_privilege;
         end if;
         insert into inbox (rating_id)
           select m.rating_id from moments m
            where m.terminal_id in (
                select t.terminal_id from counters c join terminals t using (unit_id, counter_id) where c.counter_id = counter
                union
                select p.terminal_id from counters c join terminal_placements p using (unit_id, counter_id)
                 where c.counter_id = counter)
              and m.counter_id = counter
              and m.corrected_at >= lower(span) and (upper_inf(span) or m.corrected_at < upper(span));
         get diagnostics touched = row_count;
         return touched;
       end $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.response_of_units(from_day date, to_day date)
 RETURNS TABLE(unit_id integer, visits bigint, ratings bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ with told as (
           select v.unit_id, v.counter_id, v.grain, v.day as first,
                  case grain when 'day' then v.day else (v.day + interval '1 month - 1 day')::date end as last,
                  coalesce(max(v.visits) filter (where procedure_group = ''), sum(v.visits)) as n
             from visits v
            where app_may(v.unit_id, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
            group by 1, 2, 3, 4, 5),
         whole as (select * from told where first >= from_day and last <= to_day),
         counted as (
           select * from whole w
            where grain = 'month' or not exists (
              select from whole m
               where m.grain = 'month' and m.counter_id = w.counter_id and w.first between m.first and m.last))
         select c.unit_id, sum(c.n)::bigint,
                coalesce(sum((select sum(n1 + n2 + n3 + n4 + n5) from steps s
                      where s.unit_id = c.unit_id and s.counter_id = c.counter_id and not s.set_aside
                        and s.local_day between c.first and c.last)), 0)::bigint
           from counted c group by 1 $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.rewrite_month(in_month date, after uuid, size integer, OUT last_id uuid, OUT moved integer)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ declare
           ids uuid[];
           written integer;
           part text;
         begin
           select array_agg(rating_id order by rating_id) into ids from (
             select rating_id from ratings
              where local_day >= in_month and local_day < in_month + interval '1 month'
                and (after is null or rating_id > after)
              order by rating_id limit size) batch;
           moved := coalesce(cardinality(ids), 0);
           if moved = 0 then return; end if;
           last_id := ids[moved];
           if exists (select from moments where rating_id = any (ids) and corrected_at is not null) then
             raise exception 'the month % is not closed: moments are still known', in_month using errcode = '55000';
           end if;
           with gone as (delete from ratings where rating_id = any (ids) returning *)
             insert into ratings select * from gone order by rating_id;
           get diagnostics written = row_count;
           if written <> moved then
             raise exception 'of % ratings % were written', moved, written using errcode = 'XX000';
           end if;
           foreach part in array array['verdicts', 'remarks', 'moments'] loop
             execute format(
               'with gone as (delete from %1$I where rating_id = any ($1) returning *)
                  insert into %1$I select * from gone order by rating_id', part) using ids;
           end loop;
         end $function$
;
grant execute to hai_long_count;

CREATE OR REPLACE FUNCTION public.scatter_rows(ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
      $function$
;
grant execute to hai_long_count;

CREATE OR REPLACE FUNCTION public.schedule_maker(account integer)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.username from accounts a
          where a.account_id = account
            and exists (select from report_schedules s where s.made_by = account and app_reports_on(s.unit_id)) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.service_sums(months integer[], firsts date[], lasts date[], signs integer[])
 RETURNS TABLE(service text, n bigint, positive bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select c.service, sum(n1 + n2 + n3 + n4 + n5), sum(n4 + n5)
           from (
  with parts as materialized (select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign))
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join step_months on length = 1 and month between first and last
   where not set_aside and true
  union all
  select unit_id, counter_id, officer_id, sign * n1 as n1, sign * n2 as n2, sign * n3 as n3, sign * n4 as n4, sign * n5 as n5 from parts join steps on length = 0 and local_day between first and last
   where not set_aside and true) published join counters c using (counter_id)
          where app_account() is not null and c.service is not null
          group by c.service
         having count(distinct published.unit_id) >= 3 and sum(n1 + n2 + n3 + n4 + n5) >= 30
            and least(sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)) >= 0 $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.set_unit_contact(unit integer, new_hotline text, leader_name text, leader_phone text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ update units set hotline = new_hotline, duty_leader_name = leader_name, duty_leader_phone = leader_phone
          where unit_id = unit and app_may(unit, 'unit_leader')
            and (hotline, duty_leader_name, duty_leader_phone) is distinct from (new_hotline, leader_name, leader_phone) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.silent_at_desk(at timestamp with time zone, heard_before timestamp with time zone)
 RETURNS TABLE(counter text, last_day date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select c.name, max((coalesce(k.last_contact_at, t.paired_at) at time zone 'Asia/Ho_Chi_Minh')::date)
           from assignments a join counters c using (counter_id) join terminals t on t.counter_id = a.counter_id
           left join terminal_contacts k using (terminal_id)
          where a.officer_id = app_officer() and app_may(a.unit_id, 'officer') and a.during @> at
            and t.revoked_at is null and t.paired_at is not null
            and coalesce(k.last_contact_at, t.paired_at) < heard_before
          group by c.counter_id, c.name order by c.name $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.unattributed_of_unit(unit integer, from_day date, to_day date)
 RETURNS TABLE(counter_id integer, n bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select s.counter_id, sum(n1 + n2 + n3 + n4 + n5) from steps s
          where app_may(unit, 'administrator', 'commission', 'unit_leader', 'unit_clerk')
            and s.unit_id = unit and s.officer_id is null and not s.set_aside and s.local_day between from_day and to_day
          group by 1 having sum(n1 + n2 + n3 + n4 + n5) >= 5 $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.unattributed_shares(units integer[], months integer[], firsts date[], lasts date[], signs integer[])
 RETURNS TABLE(officer_id integer, share double precision)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ with parts as materialized (
           select * from unnest(months, firsts, lasts, signs) as p (length, first, last, sign)),
         published as (
           select m.counter_id, m.officer_id, m.unit_id, sign * (n1 + n2 + n3 + n4 + n5) as n
             from parts join step_months m on length = 1 and m.month between first and last
            where m.unit_id = any (units) and not m.set_aside
           union all
           select s.counter_id, s.officer_id, s.unit_id, sign * (n1 + n2 + n3 + n4 + n5)
             from parts join steps s on length = 0 and s.local_day between first and last
            where s.unit_id = any (units) and not s.set_aside),
         sums as (
           select counter_id, published.officer_id, unit_id, greatest(sum(n), 0) as n from published group by 1, 2, 3),
         places as (
           select counter_id, coalesce(sum(n) filter (where sums.officer_id is null), 0)::float / nullif(sum(n), 0) as open
             from sums group by 1)
         select sums.officer_id, sum(n * places.open)::float / sum(n)
           from sums join places using (counter_id)
          where sums.n > 0 and sums.officer_id is not null
            and ((select app_everywhere('administrator', 'commission', 'unit_leader', 'unit_clerk'))
                 or unit_id = any ((select app_units('administrator', 'commission', 'unit_leader', 'unit_clerk'))::integer[])
                 or sums.officer_id = (select app_officer()))
          group by 1 $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.unit_monitors()
 RETURNS TABLE(unit_id integer, username text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select r.unit_id, a.username from account_roles r join accounts a using (account_id)
          where r.role = 'commission' and r.unit_id is not null and r.ended_at is null and a.active
            and (app_everywhere('administrator', 'commission')
                 or r.unit_id = any (app_units('commission', 'unit_leader'))) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.username_of_deed(deed bigint)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ select a.username from audit d join accounts a using (account_id)
          where d.audit_id = deed
            and (app_has('administrator') or app_has('inspector') or app_may(d.unit_id, 'unit_leader')) $function$
;
grant execute to hai_long_app;

CREATE OR REPLACE FUNCTION public.voice_version(wanted integer)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$ select case when count(*) = 8 then left(encode(sha256(convert_to(
                  string_agg(c.clip || ' ' || encode(c.sha256, 'hex'), ',' order by c.clip), 'UTF8')), 'hex'), 16) end
           from voice_clips c where c.voice_set_id = wanted $function$
;

create table absences (
  absence_id integer not null generated always as identity,
  unit_id integer not null,
  officer_id integer not null,
  during tstzrange not null,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  constraint absences_forward CHECK (((NOT isempty(during)) AND (NOT lower_inf(during)) AND (NOT upper_inf(during)))),
  constraint absences_unit_id_officer_id_fkey FOREIGN KEY (unit_id, officer_id) REFERENCES officers(unit_id, officer_id),
  constraint absences_pkey PRIMARY KEY (absence_id),
  constraint absences_one_at_a_time EXCLUDE USING gist (officer_id WITH =, during WITH &&) WHERE (active)
);
-- row-level security: forced
CREATE INDEX absences_unit_id_officer_id_idx ON public.absences USING btree (unit_id, officer_id);
create policy app_insert on absences for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on absences for select to hai_long_app using ((app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) OR (officer_id = app_officer())));
create policy app_update on absences for update to hai_long_app using (app_keeps_roster(unit_id));
grant insert, select, update on absences to hai_long_app;

create table account_links (
  link_id integer not null generated always as identity,
  token_hash bytea not null,
  account_id integer not null,
  kind text not null,
  created_by integer,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint account_links_kind_check CHECK ((kind = ANY (ARRAY['invitation'::text, 'reset'::text]))),
  constraint account_links_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint account_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES accounts(account_id),
  constraint account_links_pkey PRIMARY KEY (link_id),
  constraint account_links_token_hash_key UNIQUE (token_hash)
);
-- row-level security: forced
CREATE INDEX account_links_account_id_idx ON public.account_links USING btree (account_id);
CREATE INDEX account_links_created_by_idx ON public.account_links USING btree (created_by);
create policy app_insert on account_links for insert to hai_long_app with check (app_has('administrator'::text));
create policy app_select on account_links for select to hai_long_app using ((app_purpose('login'::text) OR app_has('administrator'::text)));
create policy app_update on account_links for update to hai_long_app using ((app_purpose('login'::text) OR app_has('administrator'::text))) with check ((app_purpose('login'::text) OR app_has('administrator'::text)));
create policy count_all on account_links for all to hai_long_count using (true) with check (true);
grant insert, select, update on account_links to hai_long_app;
grant delete, select on account_links to hai_long_count;

create table account_roles (
  account_id integer not null,
  role text not null,
  grant_id integer not null generated always as identity,
  unit_id integer,
  officer_id integer,
  granted_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint account_roles_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'commission'::text, 'inspector'::text, 'unit_leader'::text, 'unit_clerk'::text, 'officer'::text]))),
  constraint account_roles_scope CHECK (
CASE role
    WHEN 'officer'::text THEN ((unit_id IS NOT NULL) AND (officer_id IS NOT NULL))
    WHEN 'unit_leader'::text THEN ((unit_id IS NOT NULL) AND (officer_id IS NULL))
    WHEN 'unit_clerk'::text THEN ((unit_id IS NOT NULL) AND (officer_id IS NULL))
    WHEN 'commission'::text THEN (officer_id IS NULL)
    ELSE ((unit_id IS NULL) AND (officer_id IS NULL))
END),
  constraint account_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint account_roles_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint account_roles_unit_id_officer_id_fkey FOREIGN KEY (unit_id, officer_id) REFERENCES officers(unit_id, officer_id),
  constraint account_roles_pkey PRIMARY KEY (grant_id)
);
-- row-level security: forced
CREATE INDEX account_roles_account_id_idx ON public.account_roles USING btree (account_id);
CREATE INDEX account_roles_unit_id_officer_id_idx ON public.account_roles USING btree (unit_id, officer_id);
CREATE UNIQUE INDEX account_roles_once ON public.account_roles USING btree (account_id, role, unit_id, officer_id) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX account_roles_one_officer ON public.account_roles USING btree (account_id) WHERE ((role = 'officer'::text) AND (ended_at IS NULL));
create policy app_insert on account_roles for insert to hai_long_app with check ((app_has('administrator'::text) OR app_purpose('setup'::text)));
create policy app_select on account_roles for select to hai_long_app using ((app_has('administrator'::text) OR (account_id = app_account()) OR app_purpose('login'::text) OR app_purpose('setup'::text)));
create policy app_update on account_roles for update to hai_long_app using (app_has('administrator'::text)) with check (app_has('administrator'::text));
grant insert, select on account_roles to hai_long_app;
grant update (ended_at) on account_roles to hai_long_app;

create table accounts (
  account_id integer not null generated always as identity,
  username text not null,
  password_hash text,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  password_changed_at timestamp with time zone,
  first_login_at timestamp with time zone,
  second_factor_waived boolean not null default false,
  constraint accounts_pkey PRIMARY KEY (account_id)
);
-- row-level security: forced
CREATE UNIQUE INDEX accounts_username ON public.accounts USING btree (lower(username));
create policy app_insert on accounts for insert to hai_long_app with check ((app_has('administrator'::text) OR app_purpose('setup'::text)));
create policy app_select on accounts for select to hai_long_app using ((app_has('administrator'::text) OR (account_id = app_account()) OR app_purpose('login'::text)));
create policy app_update on accounts for update to hai_long_app using ((app_has('administrator'::text) OR app_purpose('login'::text) OR (app_purpose('own'::text) AND (account_id = app_account())))) with check ((app_has('administrator'::text) OR app_purpose('login'::text) OR (app_purpose('own'::text) AND (account_id = app_account()))));
grant insert, select on accounts to hai_long_app;
grant update (active, first_login_at, password_changed_at, password_hash, second_factor_waived) on accounts to hai_long_app;

create table assignments (
  assignment_id integer not null generated always as identity,
  unit_id integer not null,
  counter_id integer not null,
  officer_id integer not null,
  during tstzrange not null,
  created_at timestamp with time zone not null default now(),
  constraint assignments_forward CHECK (((NOT isempty(during)) AND (NOT lower_inf(during)))),
  constraint assignments_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint assignments_unit_id_officer_id_fkey FOREIGN KEY (unit_id, officer_id) REFERENCES officers(unit_id, officer_id),
  constraint assignments_pkey PRIMARY KEY (assignment_id),
  constraint assignments_one_at_a_time EXCLUDE USING gist (counter_id WITH =, during WITH &&)
);
-- row-level security: forced
CREATE INDEX assignments_unit_id_counter_id_idx ON public.assignments USING btree (unit_id, counter_id);
CREATE INDEX assignments_unit_id_officer_id_idx ON public.assignments USING btree (unit_id, officer_id);
create policy app_delete on assignments for delete to hai_long_app using (app_keeps_roster(unit_id));
create policy app_insert on assignments for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on assignments for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[])) OR (officer_id = ( SELECT app_officer() AS app_officer))));
create policy app_update on assignments for update to hai_long_app using (app_keeps_roster(unit_id)) with check (app_keeps_roster(unit_id));
create policy count_all on assignments for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on assignments to hai_long_app;
grant select on assignments to hai_long_count;

create table audit (
  audit_id bigint not null generated always as identity,
  happened_at timestamp with time zone not null default now(),
  account_id integer,
  action text not null,
  unit_id integer,
  subject jsonb not null default '{}'::jsonb,
  detail jsonb not null default '{}'::jsonb,
  constraint audit_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint audit_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint audit_pkey PRIMARY KEY (audit_id)
);
-- row-level security: forced
CREATE INDEX audit_account_id_idx ON public.audit USING btree (account_id);
CREATE INDEX audit_action_idx ON public.audit USING btree (action);
CREATE INDEX audit_happened_at_idx ON public.audit USING btree (happened_at);
CREATE INDEX audit_unit_id_idx ON public.audit USING btree (unit_id);
create policy app_insert on audit for insert to hai_long_app with check (true);
create policy app_select on audit for select to hai_long_app using ((app_has('administrator'::text) OR app_has('inspector'::text) OR app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]) OR (account_id = app_account())));
create policy count_all on audit for all to hai_long_count using (true) with check (true);
grant insert, select on audit to hai_long_app;
grant insert, select on audit to hai_long_count;

create table audit_inbox (
  audit_id bigint not null,
  constraint audit_inbox_audit_id_fkey FOREIGN KEY (audit_id) REFERENCES audit(audit_id),
  constraint audit_inbox_pkey PRIMARY KEY (audit_id)
);
-- row-level security: forced
create policy app_insert on audit_inbox for insert to hai_long_app with check (true);
create policy count_all on audit_inbox for all to hai_long_count using (true) with check (true);
grant insert on audit_inbox to hai_long_app;
grant delete, insert, select on audit_inbox to hai_long_count;

create table audit_seals (
  seal_number bigint not null,
  audit_id bigint not null,
  mac bytea not null,
  constraint audit_seals_mac_check CHECK ((length(mac) = 32)),
  constraint audit_seals_seal_number_check CHECK ((seal_number > 0)),
  constraint audit_seals_audit_id_fkey FOREIGN KEY (audit_id) REFERENCES audit(audit_id),
  constraint audit_seals_pkey PRIMARY KEY (seal_number),
  constraint audit_seals_audit_id_key UNIQUE (audit_id)
);
-- row-level security: forced
create policy app_select on audit_seals for select to hai_long_app using ((app_account() IS NOT NULL));
create policy count_all on audit_seals for all to hai_long_count using (true) with check (true);
grant select on audit_seals to hai_long_app;
grant insert, select on audit_seals to hai_long_count;

create table blocks (
  block uuid not null,
  counter_id integer not null,
  first_day date not null,
  last_day date not null,
  rating_ids uuid[] not null,
  constraint blocks_check CHECK ((last_day >= first_day)),
  constraint blocks_rating_ids_check CHECK ((cardinality(rating_ids) >= 5)),
  constraint blocks_pkey PRIMARY KEY (block)
);
-- row-level security: forced
CREATE INDEX blocks_counter_id_last_day_idx ON public.blocks USING btree (counter_id, last_day);
create policy count_all on blocks for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on blocks to hai_long_count;

create table board_answers (
  answer_id integer not null generated always as identity,
  unit_id integer not null,
  asked text not null,
  done text not null,
  written_on date not null,
  shown boolean not null default true,
  version integer not null default 1,
  constraint board_answers_asked_check CHECK (((length(asked) >= 1) AND (length(asked) <= 90))),
  constraint board_answers_done_check CHECK (((length(done) >= 1) AND (length(done) <= 120))),
  constraint board_answers_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint board_answers_pkey PRIMARY KEY (answer_id)
);
-- row-level security: forced
CREATE INDEX board_answers_unit ON public.board_answers USING btree (unit_id, answer_id DESC);
create policy app_insert on board_answers for insert to hai_long_app with check (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]));
create policy app_select on board_answers for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]));
create policy app_update on board_answers for update to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text])) with check (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]));
CREATE TRIGGER board_answers_version BEFORE UPDATE ON public.board_answers FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on board_answers to hai_long_app;

create table board_months (
  unit_id integer not null,
  month date not null,
  closed_on date not null,
  n integer,
  satisfied integer,
  visits integer,
  set_aside integer,
  constraint board_months_check CHECK (((satisfied >= 0) AND (satisfied <= n))),
  constraint board_months_check1 CHECK ((visits >= n)),
  constraint board_months_month_check CHECK ((month = (date_trunc('month'::text, (month)::timestamp with time zone))::date)),
  constraint board_months_month_is_over CHECK ((closed_on >= (month + '1 mon'::interval))),
  constraint board_months_n_check CHECK (((n = 0) OR (n >= 5))),
  constraint board_months_set_aside_check CHECK (((set_aside = 0) OR (set_aside >= 5))),
  constraint board_months_whole CHECK ((((n IS NULL) = (satisfied IS NULL)) AND ((n IS NOT NULL) OR (visits IS NULL)))),
  constraint board_months_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint board_months_pkey PRIMARY KEY (unit_id, month)
);
-- row-level security: forced
create policy app_select on board_months for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]));
grant select on board_months to hai_long_app;

create table boards (
  unit_id integer not null,
  is_open boolean not null default false,
  procedures_url text,
  version integer not null default 1,
  constraint boards_procedures_url_check CHECK (((procedures_url ~ '^https://'::text) AND (octet_length(procedures_url) <= 180))),
  constraint boards_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint boards_pkey PRIMARY KEY (unit_id)
);
-- row-level security: forced
create policy app_insert on boards for insert to hai_long_app with check (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]));
create policy app_select on boards for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]));
create policy app_update on boards for update to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text])) with check (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]));
CREATE TRIGGER boards_version BEFORE UPDATE ON public.boards FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on boards to hai_long_app;

create table cases (
  case_id integer not null generated always as identity,
  kind text not null,
  unit_id integer not null,
  officer_id integer,
  title text,
  words text,
  about_from date,
  about_to date,
  opened_by integer not null,
  opened_at timestamp with time zone not null,
  due_on date not null,
  advise_by date,
  without_leader boolean not null default false,
  state text not null default 'new'::text,
  advice text,
  advice_text text,
  advised_by integer,
  advised_at timestamp with time zone,
  outcome text,
  answer text,
  answered_by integer,
  answered_at timestamp with time zone,
  constraint cases_about CHECK ((((about_to >= about_from) AND (about_to <= (about_from + 365))) AND (about_to <= office_day(opened_at)))),
  constraint cases_advice_check CHECK ((advice = ANY (ARRAY['uphold'::text, 'refuse'::text]))),
  constraint cases_advice_first CHECK (((kind <> 'review'::text) OR (outcome IS NULL) OR (advice IS NOT NULL))),
  constraint cases_advice_text_check CHECK (((length(advice_text) >= 1) AND (length(advice_text) <= 2000))),
  constraint cases_advised CHECK (((num_nulls(advice, advice_text, advised_by, advised_at) = ANY (ARRAY[0, 4])) AND ((advice IS NULL) OR (kind = 'review'::text)))),
  constraint cases_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 2000))),
  constraint cases_answered CHECK (((num_nulls(outcome, answer, answered_by, answered_at) = ANY (ARRAY[0, 4])) AND ((state = 'answered'::text) = (outcome IS NOT NULL)))),
  constraint cases_due CHECK (((due_on > office_day(opened_at)) AND ((advise_by IS NULL) OR (advise_by <= due_on)))),
  constraint cases_kind CHECK (
CASE kind
    WHEN 'matter'::text THEN ((title IS NOT NULL) AND (num_nonnulls(officer_id, words, about_from, about_to, advise_by) = 0))
    ELSE ((title IS NULL) AND (num_nulls(officer_id, words, about_from, about_to) = 0) AND ((kind = 'review'::text) = (advise_by IS NOT NULL)))
END),
  constraint cases_kind_check CHECK ((kind = ANY (ARRAY['explanation'::text, 'review'::text, 'matter'::text]))),
  constraint cases_outcome CHECK (((outcome IS NULL) OR
CASE kind
    WHEN 'explanation'::text THEN (outcome = 'noted'::text)
    WHEN 'review'::text THEN (outcome = ANY (ARRAY['upheld'::text, 'refused'::text]))
    ELSE (outcome = ANY (ARRAY['done'::text, 'not_done'::text]))
END)),
  constraint cases_outcome_check CHECK ((outcome = ANY (ARRAY['upheld'::text, 'refused'::text, 'noted'::text, 'done'::text, 'not_done'::text]))),
  constraint cases_state_check CHECK ((state = ANY (ARRAY['new'::text, 'accepted'::text, 'in_hand'::text, 'answered'::text]))),
  constraint cases_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200))),
  constraint cases_two_people CHECK (((answered_by <> advised_by) AND ((kind = 'matter'::text) OR ((opened_by <> advised_by) AND (opened_by <> answered_by))))),
  constraint cases_words_check CHECK (((length(words) >= 1) AND (length(words) <= 2000))),
  constraint cases_advised_by_fkey FOREIGN KEY (advised_by) REFERENCES accounts(account_id),
  constraint cases_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES accounts(account_id),
  constraint cases_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES accounts(account_id),
  constraint cases_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint cases_unit_id_officer_id_fkey FOREIGN KEY (unit_id, officer_id) REFERENCES officers(unit_id, officer_id),
  constraint cases_pkey PRIMARY KEY (case_id)
);
-- row-level security: forced
CREATE INDEX cases_advised_by_idx ON public.cases USING btree (advised_by);
CREATE INDEX cases_answered_by_idx ON public.cases USING btree (answered_by);
CREATE INDEX cases_due_on_idx ON public.cases USING btree (due_on);
CREATE INDEX cases_ended ON public.cases USING btree (answered_at) WHERE (answered_at IS NOT NULL);
CREATE INDEX cases_opened_by_idx ON public.cases USING btree (opened_by);
CREATE INDEX cases_unit_id_due_on_idx ON public.cases USING btree (unit_id, due_on);
CREATE INDEX cases_unit_id_officer_id_idx ON public.cases USING btree (unit_id, officer_id);
CREATE INDEX cases_waiting ON public.cases USING btree (due_on) WHERE (answered_at IS NULL);
CREATE UNIQUE INDEX cases_one_open ON public.cases USING btree (officer_id, kind) WHERE ((outcome IS NULL) AND (officer_id IS NOT NULL));
create policy app_insert on cases for insert to hai_long_app with check (((opened_by = app_account()) AND
CASE kind
    WHEN 'matter'::text THEN app_may(unit_id, VARIADIC ARRAY['unit_leader'::text])
    ELSE ((officer_id = app_officer()) AND app_may(unit_id, VARIADIC ARRAY['officer'::text]))
END));
create policy app_select on cases for select to hai_long_app using (((officer_id = ( SELECT app_officer() AS app_officer)) OR (( SELECT app_everywhere(VARIADIC ARRAY['unit_leader'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['unit_leader'::text]) AS app_units)::integer[]))) OR (((kind <> 'explanation'::text) OR without_leader) AND (( SELECT app_everywhere(VARIADIC ARRAY['commission'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text]) AS app_units)::integer[])))) OR ((kind = 'matter'::text) AND (( SELECT app_everywhere(VARIADIC ARRAY['unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['unit_clerk'::text]) AS app_units)::integer[]))))));
create policy app_update on cases for update to hai_long_app using ((((officer_id IS NULL) OR (officer_id IS DISTINCT FROM app_officer())) AND (app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]) OR (((kind = 'review'::text) OR without_leader) AND app_decides(unit_id)))));
CREATE TRIGGER cases_keep BEFORE UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION keep_case();
CREATE TRIGGER cases_open BEFORE INSERT ON public.cases FOR EACH ROW EXECUTE FUNCTION open_case();
CREATE TRIGGER cases_own BEFORE UPDATE ON public.cases FOR EACH ROW EXECUTE FUNCTION refuse_own_case();
grant select on cases to hai_long_app;
grant insert (about_from, about_to, advise_by, due_on, kind, officer_id, opened_at, opened_by, title, unit_id, words) on cases to hai_long_app;
grant update (advice, advice_text, advised_at, advised_by, answer, answered_at, answered_by, outcome, state) on cases to hai_long_app;

create table catalogue_items (
  catalogue_id smallint not null,
  item_id smallint not null,
  "position" smallint not null,
  family text not null,
  kind text not null,
  labels jsonb not null,
  constraint catalogue_items_family_check CHECK ((family = ANY (ARRAY['please'::text, 'always'::text, 'no'::text, 'service'::text]))),
  constraint catalogue_items_kind_check CHECK ((kind = ANY (ARRAY['conduct'::text, 'service'::text, 'integrity'::text]))),
  constraint catalogue_items_catalogue_id_fkey FOREIGN KEY (catalogue_id) REFERENCES catalogues(catalogue_id),
  constraint catalogue_items_item_id_fkey FOREIGN KEY (item_id) REFERENCES commitments(item_id),
  constraint catalogue_items_pkey PRIMARY KEY (catalogue_id, item_id),
  constraint catalogue_items_catalogue_id_position_key UNIQUE (catalogue_id, "position")
);
-- row-level security: forced
CREATE INDEX catalogue_items_item_id_idx ON public.catalogue_items USING btree (item_id);
create policy app_select on catalogue_items for select to hai_long_app using (true);
create policy count_select on catalogue_items for select to hai_long_count using (true);
create policy ingest_select on catalogue_items for select to hai_long_ingest using (true);
grant select on catalogue_items to hai_long_app;
grant select on catalogue_items to hai_long_count;
grant select on catalogue_items to hai_long_ingest;

create table catalogues (
  catalogue_id smallint not null,
  version text not null,
  published_at timestamp with time zone not null default now(),
  constraint catalogues_pkey PRIMARY KEY (catalogue_id),
  constraint catalogues_version_key UNIQUE (version)
);
-- row-level security: forced
create policy app_select on catalogues for select to hai_long_app using (true);
create policy count_select on catalogues for select to hai_long_count using (true);
create policy ingest_select on catalogues for select to hai_long_ingest using (true);
grant select on catalogues to hai_long_app;
grant select on catalogues to hai_long_count;
grant select on catalogues to hai_long_ingest;

create table commitments (
  item_id smallint not null,
  commitment text not null,
  constraint commitments_commitment_check CHECK ((commitment ~ '^[a-z][a-z0-9_]{1,59}$'::text)),
  constraint commitments_item_id_check CHECK (((item_id >= 1) AND (item_id <= 127))),
  constraint commitments_pkey PRIMARY KEY (item_id),
  constraint commitments_commitment_key UNIQUE (commitment)
);
-- row-level security: forced
create policy app_select on commitments for select to hai_long_app using (true);
create policy count_select on commitments for select to hai_long_count using (true);
create policy ingest_select on commitments for select to hai_long_ingest using (true);
grant select on commitments to hai_long_app;
grant select on commitments to hai_long_count;
grant select on commitments to hai_long_ingest;

create table counter_activity (
  counter_id integer not null,
  unit_id integer not null,
  last_day date not null,
  constraint counter_activity_counter_id_fkey FOREIGN KEY (counter_id) REFERENCES counters(counter_id),
  constraint counter_activity_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint counter_activity_pkey PRIMARY KEY (counter_id)
);
-- row-level security: forced
CREATE INDEX counter_activity_unit_id_idx ON public.counter_activity USING btree (unit_id);
create policy app_select on counter_activity for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy count_all on counter_activity for all to hai_long_count using (true) with check (true);
grant select on counter_activity to hai_long_app;
grant delete, insert, select, update on counter_activity to hai_long_count;

create table counters (
  counter_id integer not null generated always as identity,
  unit_id integer not null,
  name text not null,
  service text,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  constraint counters_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint counters_pkey PRIMARY KEY (counter_id),
  constraint counters_in_unit UNIQUE (unit_id, counter_id)
);
-- row-level security: forced
CREATE UNIQUE INDEX counters_name ON public.counters USING btree (unit_id, lower(name)) WHERE active;
create policy app_insert on counters for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on counters for select to hai_long_app using ((( SELECT (COALESCE(current_setting('app.units'::text, true), ''::text) = '*'::text)) OR (unit_id = ANY ((( SELECT string_to_array(NULLIF(NULLIF(current_setting('app.units'::text, true), '*'::text), ''::text), ','::text) AS string_to_array))::integer[]))));
create policy app_update on counters for update to hai_long_app using (app_keeps_roster(unit_id)) with check (app_keeps_roster(unit_id));
create policy count_select on counters for select to hai_long_count using (true);
create policy ingest_select on counters for select to hai_long_ingest using (true);
CREATE TRIGGER counters_version BEFORE UPDATE ON public.counters FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on counters to hai_long_app;
grant select on counters to hai_long_count;
grant select on counters to hai_long_ingest;

create table counting_state (
  singleton boolean not null default true,
  counted_through timestamp with time zone,
  moments_destroyed_through date,
  constraint counting_state_singleton_check CHECK (singleton),
  constraint counting_state_pkey PRIMARY KEY (singleton)
) with (fillfactor=10);
-- row-level security: forced
create policy app_select on counting_state for select to hai_long_app using (true);
create policy count_all on counting_state for all to hai_long_count using (true) with check (true);
create policy ingest_select on counting_state for select to hai_long_ingest using (true);
grant select on counting_state to hai_long_app;
grant select, update on counting_state to hai_long_count;
grant select on counting_state to hai_long_ingest;

create table device_sequences (
  unit_id integer not null,
  device_epoch text not null,
  terminal_id integer not null,
  highest bigint not null,
  received bigint not null,
  repeated bigint not null default 0,
  constraint device_sequences_device_epoch_check CHECK ((length(device_epoch) <= 40)),
  constraint device_sequences_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES terminals(terminal_id),
  constraint device_sequences_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint device_sequences_pkey PRIMARY KEY (unit_id, device_epoch)
) with (fillfactor=70);
-- row-level security: forced
CREATE INDEX device_sequences_terminal_id_idx ON public.device_sequences USING btree (terminal_id);
create policy app_select on device_sequences for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy count_all on device_sequences for all to hai_long_count using (true) with check (true);
grant select on device_sequences to hai_long_app;
grant insert, select, update on device_sequences to hai_long_count;

create table dossiers (
  dossier_id integer not null generated always as identity,
  unit_id integer not null,
  grain text not null,
  day date not null,
  procedure_group text not null default ''::text,
  same_day integer not null,
  early integer not null,
  on_time integer not null,
  overdue integer not null,
  updated_at timestamp with time zone not null default now(),
  constraint dossiers_check CHECK (((grain = 'day'::text) OR (EXTRACT(day FROM day) = (1)::numeric))),
  constraint dossiers_early_check CHECK (((early >= 0) AND (early <= 1000000))),
  constraint dossiers_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
  constraint dossiers_on_time_check CHECK (((on_time >= 0) AND (on_time <= 1000000))),
  constraint dossiers_overdue_check CHECK (((overdue >= 0) AND (overdue <= 1000000))),
  constraint dossiers_procedure_group_check CHECK ((length(procedure_group) <= 200)),
  constraint dossiers_same_day_check CHECK (((same_day >= 0) AND (same_day <= 1000000))),
  constraint dossiers_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint dossiers_pkey PRIMARY KEY (dossier_id),
  constraint dossiers_once UNIQUE (unit_id, grain, day, procedure_group)
);
-- row-level security: forced
create policy app_delete on dossiers for delete to hai_long_app using (app_keeps_roster(unit_id));
create policy app_insert on dossiers for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on dossiers for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]));
create policy app_update on dossiers for update to hai_long_app using (app_keeps_roster(unit_id));
grant delete, insert, select, update on dossiers to hai_long_app;

create table episode_proposals (
  proposal_id integer not null generated always as identity,
  unit_id integer not null,
  local_day date not null,
  rule text not null,
  episode_id integer,
  wants text not null,
  reason text not null,
  proposed_by integer not null,
  proposed_at timestamp with time zone not null,
  outcome text,
  answer text,
  decided_by integer,
  decided_at timestamp with time zone,
  due_on date not null,
  constraint episode_proposals_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 1000))),
  constraint episode_proposals_decided CHECK ((((outcome IS NULL) = (decided_at IS NULL)) AND ((outcome IS NULL) = (decided_by IS NULL)))),
  constraint episode_proposals_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint episode_proposals_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 1000))),
  constraint episode_proposals_rule_check CHECK ((rule ~ '^[a-z_]{3,30}$'::text)),
  constraint episode_proposals_two_people CHECK ((decided_by <> proposed_by)),
  constraint episode_proposals_wants_check CHECK ((wants = ANY (ARRAY['restore'::text, 'set_aside'::text]))),
  constraint episode_proposals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES accounts(account_id),
  constraint episode_proposals_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episodes(episode_id) ON DELETE SET NULL,
  constraint episode_proposals_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES accounts(account_id),
  constraint episode_proposals_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint episode_proposals_pkey PRIMARY KEY (proposal_id)
);
-- row-level security: forced
CREATE INDEX episode_proposals_decided_by_idx ON public.episode_proposals USING btree (decided_by);
CREATE INDEX episode_proposals_due_on_idx ON public.episode_proposals USING btree (due_on);
CREATE INDEX episode_proposals_ended ON public.episode_proposals USING btree (decided_at) WHERE (decided_at IS NOT NULL);
CREATE INDEX episode_proposals_episode_id_idx ON public.episode_proposals USING btree (episode_id);
CREATE INDEX episode_proposals_proposed_by_idx ON public.episode_proposals USING btree (proposed_by);
CREATE INDEX episode_proposals_unit_id_local_day_idx ON public.episode_proposals USING btree (unit_id, local_day);
CREATE INDEX episode_proposals_waiting ON public.episode_proposals USING btree (due_on) WHERE (decided_at IS NULL);
CREATE UNIQUE INDEX episode_proposals_one_open ON public.episode_proposals USING btree (unit_id, local_day, rule, COALESCE(episode_id, 0)) WHERE (outcome IS NULL);
create policy app_insert on episode_proposals for insert to hai_long_app with check ((app_may(unit_id, VARIADIC ARRAY['unit_leader'::text]) AND (proposed_by = app_account()) AND (outcome IS NULL)));
create policy app_select on episode_proposals for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]) AS app_units)::integer[]))));
create policy app_update on episode_proposals for update to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['commission'::text])) with check ((decided_by = app_account()));
grant select on episode_proposals to hai_long_app;
grant insert (due_on, episode_id, local_day, proposed_at, proposed_by, reason, rule, unit_id, wants) on episode_proposals to hai_long_app;
grant update (answer, decided_at, decided_by, outcome) on episode_proposals to hai_long_app;

create table episode_ratings (
  episode_id integer not null,
  rating_id uuid not null,
  outcome smallint,
  constraint episode_ratings_outcome_check CHECK ((outcome = ANY (ARRAY[0, 1]))),
  constraint episode_ratings_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episodes(episode_id) ON DELETE CASCADE,
  constraint episode_ratings_pkey PRIMARY KEY (episode_id, rating_id)
);
-- row-level security: forced
CREATE INDEX episode_ratings_decided ON public.episode_ratings USING btree (rating_id) WHERE (outcome IS NOT NULL);
create policy count_all on episode_ratings for all to hai_long_count using (true) with check (true);
grant delete, insert, select on episode_ratings to hai_long_count;

create table episodes (
  episode_id integer not null generated always as identity,
  unit_id integer not null,
  counter_id integer not null,
  terminal_id integer not null,
  local_day date not null,
  rule text not null,
  n integer not null,
  rules_version smallint not null,
  constraint episodes_n_check CHECK ((n >= 0)),
  constraint episodes_rule_check CHECK ((rule ~ '^[a-z_]{3,30}$'::text)),
  constraint episodes_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES terminals(terminal_id),
  constraint episodes_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint episodes_pkey PRIMARY KEY (episode_id),
  constraint episodes_once UNIQUE (terminal_id, local_day, rule, counter_id)
);
-- row-level security: forced
CREATE INDEX episodes_unit_id_counter_id_idx ON public.episodes USING btree (unit_id, counter_id);
CREATE INDEX episodes_unit_id_local_day_idx ON public.episodes USING btree (unit_id, local_day);
create policy app_select on episodes for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'administrator'::text, 'unit_leader'::text]) AS app_units)::integer[]))));
create policy count_all on episodes for all to hai_long_count using (true) with check (true);
grant select on episodes to hai_long_app;
grant delete, insert, select, update on episodes to hai_long_count;

create table holidays (
  holiday_id integer not null generated always as identity,
  unit_id integer,
  day date not null,
  kind text not null,
  name text not null,
  provisional boolean not null default false,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  constraint holidays_kind_check CHECK ((kind = ANY (ARRAY['off'::text, 'working'::text]))),
  constraint holidays_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint holidays_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint holidays_pkey PRIMARY KEY (holiday_id)
);
-- row-level security: forced
CREATE INDEX holidays_unit_id_idx ON public.holidays USING btree (unit_id);
CREATE UNIQUE INDEX holidays_day ON public.holidays USING btree (COALESCE(unit_id, 0), day) WHERE active;
create policy app_insert on holidays for insert to hai_long_app with check ((app_has('administrator'::text) OR app_keeps_roster(unit_id)));
create policy app_select on holidays for select to hai_long_app using (((unit_id IS NULL) OR app_sees_unit(unit_id)));
create policy app_update on holidays for update to hai_long_app using ((app_has('administrator'::text) OR app_keeps_roster(unit_id)));
create policy count_select on holidays for select to hai_long_count using (true);
CREATE TRIGGER holidays_version BEFORE UPDATE ON public.holidays FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on holidays to hai_long_app;
grant select on holidays to hai_long_count;

create table imports (
  import_id integer not null generated always as identity,
  account_id integer not null,
  file_name text not null,
  sha256 bytea not null,
  language text not null,
  state text not null,
  plan_digest bytea not null,
  sheets jsonb not null,
  problems jsonb not null,
  problem_count integer not null,
  tables jsonb,
  plan_rows jsonb,
  done integer not null default 0,
  total integer not null default 0,
  accounts integer[] not null default '{}'::integer[],
  made_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint imports_file_name_check CHECK (((length(file_name) >= 1) AND (length(file_name) <= 200))),
  constraint imports_language_check CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
  constraint imports_state_check CHECK ((state = ANY (ARRAY['checked'::text, 'applying'::text, 'applied'::text, 'stale'::text, 'cancelled'::text]))),
  constraint imports_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint imports_pkey PRIMARY KEY (import_id)
);
-- row-level security: forced
CREATE INDEX imports_account_id_idx ON public.imports USING btree (account_id);
create policy app_delete on imports for delete to hai_long_app using ((account_id = app_account()));
create policy app_insert on imports for insert to hai_long_app with check ((account_id = app_account()));
create policy app_select on imports for select to hai_long_app using ((account_id = app_account()));
create policy app_update on imports for update to hai_long_app using ((account_id = app_account()));
create policy count_all on imports for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on imports to hai_long_app;
grant delete, select on imports to hai_long_count;

create table inbox (
  inbox_id bigint not null generated always as identity,
  rating_id uuid not null,
  constraint inbox_pkey PRIMARY KEY (inbox_id)
) with (autovacuum_vacuum_threshold=5000, autovacuum_vacuum_scale_factor=0.2, autovacuum_vacuum_cost_delay=0);
-- row-level security: forced
create policy count_all on inbox for all to hai_long_count using (true) with check (true);
create policy ingest_all on inbox for all to hai_long_ingest using (true) with check (true);
grant delete, insert, select on inbox to hai_long_count;
grant insert on inbox to hai_long_ingest;

create table integrity_reports (
  report_id uuid not null default gen_random_uuid(),
  rating_id uuid,
  unit_id integer not null,
  counter_id integer not null,
  month date not null,
  items text[] not null,
  remark text,
  officer_id integer,
  constraint integrity_reports_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint integrity_reports_pkey PRIMARY KEY (report_id),
  constraint integrity_reports_rating_id_key UNIQUE (rating_id)
);
-- row-level security: forced
CREATE INDEX integrity_reports_unit_id_month_idx ON public.integrity_reports USING btree (unit_id, month);
create policy app_select on integrity_reports for select to hai_long_app using (app_has('inspector'::text));
create policy count_all on integrity_reports for all to hai_long_count using (true) with check (true);
create policy ingest_all on integrity_reports for all to hai_long_ingest using (true) with check (true);
grant select on integrity_reports to hai_long_count;
grant insert on integrity_reports to hai_long_ingest;
grant select (items, month, officer_id, remark, report_id, unit_id) on integrity_reports to hai_long_app;
grant update (officer_id, rating_id) on integrity_reports to hai_long_count;

create table issued_reports (
  issued_report_id integer not null generated always as identity,
  unit_id integer,
  year smallint not null,
  number integer not null,
  from_day date not null,
  to_day date not null,
  language text not null,
  cut_off timestamp with time zone not null,
  issued_by integer not null,
  audit_head text,
  document jsonb not null,
  docx bytea not null,
  pdf bytea not null,
  xlsx bytea not null,
  constraint issued_reports_days CHECK ((from_day <= to_day)),
  constraint issued_reports_language_check CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
  constraint issued_reports_number_check CHECK ((number > 0)),
  constraint issued_reports_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES accounts(account_id),
  constraint issued_reports_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint issued_reports_pkey PRIMARY KEY (issued_report_id),
  constraint issued_reports_number UNIQUE NULLS NOT DISTINCT (unit_id, year, number)
);
-- row-level security: forced
CREATE INDEX issued_reports_issued_by ON public.issued_reports USING btree (issued_by);
create policy app_insert on issued_reports for insert to hai_long_app with check (
CASE
    WHEN (unit_id IS NULL) THEN app_everywhere(VARIADIC ARRAY['commission'::text])
    ELSE app_may(unit_id, VARIADIC ARRAY['commission'::text, 'unit_leader'::text])
END);
create policy app_select on issued_reports for select to hai_long_app using (app_reports_on(unit_id));
grant insert, select on issued_reports to hai_long_app;

create table letterheads (
  letterhead_id integer not null generated always as identity,
  unit_id integer,
  form text not null,
  superior text not null,
  body text not null,
  place text not null,
  code text not null,
  signer_title text not null,
  signer_name text not null,
  recipients text[] not null,
  constraint letterheads_form_check CHECK ((form = ANY (ARRAY['party'::text, 'state'::text]))),
  constraint letterheads_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint letterheads_pkey PRIMARY KEY (letterhead_id),
  constraint letterheads_unit UNIQUE NULLS NOT DISTINCT (unit_id)
);
-- row-level security: forced
create policy app_insert on letterheads for insert to hai_long_app with check (app_reports_on(unit_id));
create policy app_select on letterheads for select to hai_long_app using (app_reports_on(unit_id));
create policy app_update on letterheads for update to hai_long_app using (app_reports_on(unit_id)) with check (app_reports_on(unit_id));
grant insert, select, update on letterheads to hai_long_app;

create table login_failures (
  failure_id bigint not null generated always as identity,
  username_hash bytea not null,
  address inet not null,
  failed_at timestamp with time zone not null,
  constraint login_failures_pkey PRIMARY KEY (failure_id)
);
-- row-level security: forced
CREATE INDEX login_failures_address_failed_at_idx ON public.login_failures USING btree (address, failed_at);
CREATE INDEX login_failures_username_hash_failed_at_idx ON public.login_failures USING btree (username_hash, failed_at);
create policy app_all on login_failures for all to hai_long_app using (app_purpose('login'::text)) with check (app_purpose('login'::text));
create policy count_all on login_failures for all to hai_long_count using (true) with check (true);
grant delete, insert, select on login_failures to hai_long_app;
grant delete, select on login_failures to hai_long_count;

create table moments (
  rating_id uuid not null,
  unit_id integer not null,
  counter_id integer not null,
  terminal_id integer not null,
  corrected_at timestamp with time zone,
  received_at timestamp with time zone,
  rated_at timestamp with time zone,
  device_epoch text,
  sequence bigint,
  dwell_ms bigint,
  received_day date not null,
  content_mac bytea not null,
  constraint moments_pkey PRIMARY KEY (rating_id)
);
-- row-level security: forced
CREATE INDEX moments_terminal ON public.moments USING btree (terminal_id, corrected_at);
create policy count_all on moments for all to hai_long_count using (true) with check (true);
create policy ingest_all on moments for all to hai_long_ingest using (true) with check (true);
grant delete, select on moments to hai_long_count;
grant insert on moments to hai_long_ingest;
grant update (corrected_at, device_epoch, dwell_ms, rated_at, received_at, sequence) on moments to hai_long_count;
grant select (content_mac, rating_id) on moments to hai_long_ingest;

create table month_rewrites (
  month date not null,
  ratings bigint not null,
  through uuid,
  finished_on date,
  constraint month_rewrites_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint month_rewrites_pkey PRIMARY KEY (month)
);
-- row-level security: forced
create policy count_all on month_rewrites for all to hai_long_count using (true) with check (true);
grant insert, select, update on month_rewrites to hai_long_count;

create table officers (
  officer_id integer not null generated always as identity,
  unit_id integer not null,
  name text not null,
  title text,
  signed_on date,
  active boolean not null default true,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  code text,
  constraint officers_code_form CHECK ((code ~ '^[A-Za-z0-9./-]{1,40}$'::text)),
  constraint officers_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint officers_pkey PRIMARY KEY (officer_id),
  constraint officers_in_unit UNIQUE (unit_id, officer_id)
);
-- row-level security: forced
CREATE UNIQUE INDEX officers_code ON public.officers USING btree (unit_id, code);
create policy app_insert on officers for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on officers for select to hai_long_app using ((( SELECT app_purpose('login'::text) AS app_purpose) OR ( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[])) OR (officer_id = ( SELECT app_officer() AS app_officer))));
create policy app_update on officers for update to hai_long_app using (app_keeps_roster(unit_id)) with check (app_keeps_roster(unit_id));
create policy count_select on officers for select to hai_long_count using (true);
CREATE TRIGGER officers_version BEFORE UPDATE ON public.officers FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on officers to hai_long_app;
grant select (name, unit_id) on officers to hai_long_count;

create table paper_slips (
  paper_slips_id integer not null generated always as identity,
  unit_id integer not null,
  counter_id integer not null,
  day date not null,
  slips integer not null,
  updated_at timestamp with time zone not null default now(),
  constraint paper_slips_slips_check CHECK (((slips >= 0) AND (slips <= 1000))),
  constraint paper_slips_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint paper_slips_pkey PRIMARY KEY (paper_slips_id),
  constraint paper_slips_once UNIQUE (counter_id, day)
);
-- row-level security: forced
CREATE INDEX paper_slips_unit_id_counter_id_day_idx ON public.paper_slips USING btree (unit_id, counter_id, day);
create policy app_delete on paper_slips for delete to hai_long_app using (app_keeps_roster(unit_id));
create policy app_insert on paper_slips for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on paper_slips for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]));
create policy app_update on paper_slips for update to hai_long_app using (app_keeps_roster(unit_id));
grant delete, insert, select, update on paper_slips to hai_long_app;

create table quarantine (
  rating_id uuid not null,
  unit_id integer not null,
  sent_by_terminal_id integer not null,
  claimed_terminal_id text,
  reason text not null,
  received_at timestamp with time zone not null,
  content_mac bytea not null,
  body jsonb not null,
  local_day date,
  decision text,
  decided_at timestamp with time zone,
  constraint quarantine_decided CHECK (((decision IS NULL) = (decided_at IS NULL))),
  constraint quarantine_decision_check CHECK ((decision = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint quarantine_reason_check CHECK ((reason = ANY (ARRAY['terminal_revoked'::text, 'unknown_terminal'::text]))),
  constraint quarantine_pkey PRIMARY KEY (rating_id)
);
-- row-level security: forced
CREATE INDEX quarantine_refused ON public.quarantine USING btree (decision) WHERE (decision = 'refused'::text);
CREATE INDEX quarantine_sent_by_terminal_id_idx ON public.quarantine USING btree (sent_by_terminal_id);
CREATE INDEX quarantine_unit_id_idx ON public.quarantine USING btree (unit_id);
create policy count_all on quarantine for all to hai_long_count using (true) with check (true);
create policy ingest_all on quarantine for all to hai_long_ingest using (true) with check (true);
grant insert, select on quarantine to hai_long_ingest;
grant select (body, received_at) on quarantine to hai_long_count;
grant update (body) on quarantine to hai_long_count;

create table ratings (
  rating_id uuid not null,
  unit_id integer not null,
  counter_id integer not null,
  terminal_id integer not null,
  local_day date not null,
  level smallint not null,
  catalogue_id smallint,
  time_quality smallint not null,
  shown smallint not null default 0,
  voice_used boolean,
  language text not null,
  marks bytea not null default '\x'::bytea,
  constraint ratings_level_check CHECK (((level >= 1) AND (level <= 5))),
  constraint ratings_pkey PRIMARY KEY (rating_id)
) with (autovacuum_vacuum_scale_factor=0.01);
-- row-level security: forced
create policy count_all on ratings for all to hai_long_count using (true) with check (true);
create policy ingest_all on ratings for all to hai_long_ingest using (true) with check (true);
grant select on ratings to hai_long_count;
grant insert on ratings to hai_long_ingest;
grant select (rating_id) on ratings to hai_long_ingest;

create table recovery_codes (
  account_id integer not null,
  code_hash bytea not null,
  used_at timestamp with time zone,
  constraint recovery_codes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint recovery_codes_pkey PRIMARY KEY (account_id, code_hash)
);
-- row-level security: forced
create policy app_delete on recovery_codes for delete to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_insert on recovery_codes for insert to hai_long_app with check ((app_purpose('login'::text) OR (account_id = app_account())));
create policy app_select on recovery_codes for select to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_update on recovery_codes for update to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()))) with check ((app_purpose('login'::text) OR (account_id = app_account())));
grant delete, insert, select, update on recovery_codes to hai_long_app;

create table remarks (
  rating_id uuid not null,
  unit_id integer not null,
  counter_id integer not null,
  local_day date not null,
  remark text,
  masked text,
  officer_id integer,
  shown_on date,
  constraint remarks_kept CHECK (((remark IS NOT NULL) OR (masked IS NOT NULL))),
  constraint remarks_remark_check CHECK (((length(remark) >= 1) AND (length(remark) <= 1000))),
  constraint remarks_shown CHECK (((officer_id IS NULL) = (shown_on IS NULL))),
  constraint remarks_pkey PRIMARY KEY (rating_id)
) with (autovacuum_vacuum_scale_factor=0.01);
-- row-level security: forced
CREATE INDEX remarks_officer ON public.remarks USING btree (officer_id, shown_on) WHERE (officer_id IS NOT NULL);
CREATE INDEX remarks_unit_id_local_day_idx ON public.remarks USING btree (unit_id, local_day);
CREATE INDEX remarks_unmasked ON public.remarks USING btree (rating_id) WHERE (masked IS NULL);
create policy app_select on remarks for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'unit_leader'::text]) AS app_units)::integer[]))));
create policy count_all on remarks for all to hai_long_count using (true) with check (true);
create policy ingest_all on remarks for all to hai_long_ingest using (true) with check (true);
grant select on remarks to hai_long_count;
grant insert on remarks to hai_long_ingest;
grant select (local_day, masked, unit_id) on remarks to hai_long_app;
grant update (masked, officer_id, remark, shown_on) on remarks to hai_long_count;

create table report_mails (
  mail_id integer not null generated always as identity,
  schedule_id integer not null,
  unit_id integer,
  from_day date not null,
  to_day date not null,
  issued_report_id integer,
  state text not null,
  problem text,
  said text,
  attempts integer not null default 0,
  retries integer not null default 0,
  next_try_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint report_mails_days CHECK ((from_day <= to_day)),
  constraint report_mails_problem_check CHECK ((problem = ANY (ARRAY['unreachable'::text, 'deferred'::text, 'refused'::text, 'gave_up'::text, 'lost'::text, 'may_not_issue'::text, 'ended'::text]))),
  constraint report_mails_report CHECK (((issued_report_id IS NOT NULL) OR (state = 'failed'::text))),
  constraint report_mails_said_check CHECK ((length(said) <= 300)),
  constraint report_mails_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sending'::text, 'sent'::text, 'uncertain'::text, 'failed'::text]))),
  constraint report_mails_issued_report_id_fkey FOREIGN KEY (issued_report_id) REFERENCES issued_reports(issued_report_id),
  constraint report_mails_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES report_schedules(schedule_id),
  constraint report_mails_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint report_mails_pkey PRIMARY KEY (mail_id),
  constraint report_mails_once UNIQUE (schedule_id, from_day, to_day)
);
-- row-level security: forced
CREATE INDEX report_mails_issued_report ON public.report_mails USING btree (issued_report_id);
CREATE INDEX report_mails_unit ON public.report_mails USING btree (unit_id);
CREATE INDEX report_mails_waiting ON public.report_mails USING btree (next_try_at) WHERE (state = 'waiting'::text);
create policy app_insert on report_mails for insert to hai_long_app with check (app_purpose('mail'::text));
create policy app_select on report_mails for select to hai_long_app using ((app_reports_on(unit_id) OR app_purpose('mail'::text)));
create policy app_update on report_mails for update to hai_long_app using ((app_reports_on(unit_id) OR app_purpose('mail'::text))) with check ((app_reports_on(unit_id) OR app_purpose('mail'::text)));
grant insert, select on report_mails to hai_long_app;
grant update (attempts, changed_at, next_try_at, problem, retries, said, state) on report_mails to hai_long_app;

create table report_schedules (
  schedule_id integer not null generated always as identity,
  unit_id integer,
  calendar text not null,
  span text not null,
  days_after smallint not null,
  language text not null,
  address text not null,
  made_by integer not null,
  made_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint report_schedules_address_check CHECK (((length(address) <= 254) AND (address ~ '^[!-~]+@[!-~]+$'::text))),
  constraint report_schedules_calendar_check CHECK ((calendar = ANY (ARRAY['administrative'::text, 'calendar'::text]))),
  constraint report_schedules_days_after_check CHECK (((days_after >= 0) AND (days_after <= 25))),
  constraint report_schedules_language_check CHECK ((language = ANY (ARRAY['vi'::text, 'en'::text]))),
  constraint report_schedules_span_check CHECK ((span = ANY (ARRAY['month'::text, 'quarter'::text, 'half'::text, 'year'::text]))),
  constraint report_schedules_made_by_fkey FOREIGN KEY (made_by) REFERENCES accounts(account_id),
  constraint report_schedules_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint report_schedules_pkey PRIMARY KEY (schedule_id)
);
-- row-level security: forced
CREATE INDEX report_schedules_made_by ON public.report_schedules USING btree (made_by);
CREATE INDEX report_schedules_unit ON public.report_schedules USING btree (unit_id);
CREATE UNIQUE INDEX report_schedules_once ON public.report_schedules USING btree (unit_id, calendar, span, lower(address)) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
create policy app_insert on report_schedules for insert to hai_long_app with check (((made_by = app_account()) AND
CASE
    WHEN (unit_id IS NULL) THEN app_everywhere(VARIADIC ARRAY['commission'::text])
    ELSE app_may(unit_id, VARIADIC ARRAY['commission'::text, 'unit_leader'::text])
END));
create policy app_select on report_schedules for select to hai_long_app using ((app_reports_on(unit_id) OR app_purpose('mail'::text)));
create policy app_update on report_schedules for update to hai_long_app using (app_reports_on(unit_id)) with check (app_reports_on(unit_id));
grant insert, select on report_schedules to hai_long_app;
grant update (ended_at) on report_schedules to hai_long_app;

create table roster_changes (
  change_id integer not null generated always as identity,
  unit_id integer not null,
  account_id integer,
  absence_id integer,
  kind text not null,
  made_at timestamp with time zone not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone,
  reason text,
  places jsonb not null,
  undone_at timestamp with time zone,
  constraint roster_changes_kind_check CHECK ((kind = ANY (ARRAY['change'::text, 'absence'::text, 'week'::text]))),
  constraint roster_changes_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200))),
  constraint roster_changes_absence_id_fkey FOREIGN KEY (absence_id) REFERENCES absences(absence_id),
  constraint roster_changes_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint roster_changes_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint roster_changes_pkey PRIMARY KEY (change_id)
);
-- row-level security: forced
CREATE INDEX roster_changes_absence_id_idx ON public.roster_changes USING btree (absence_id);
CREATE INDEX roster_changes_account_id_idx ON public.roster_changes USING btree (account_id);
CREATE INDEX roster_changes_unit_id_made_at_idx ON public.roster_changes USING btree (unit_id, made_at);
create policy app_insert on roster_changes for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on roster_changes for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]));
create policy app_update on roster_changes for update to hai_long_app using (app_keeps_roster(unit_id));
grant insert, select, update on roster_changes to hai_long_app;

create table roster_doubts (
  doubt_id integer not null generated always as identity,
  unit_id integer not null,
  officer_id integer not null,
  counter_id integer not null,
  day date not null,
  part text not null,
  note text,
  raised_at timestamp with time zone not null,
  outcome text,
  answer text,
  settled_at timestamp with time zone,
  settled_by integer,
  due_on date not null,
  constraint roster_doubts_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 500))),
  constraint roster_doubts_check CHECK (((outcome IS NULL) = (settled_at IS NULL))),
  constraint roster_doubts_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  constraint roster_doubts_outcome_check CHECK ((outcome = ANY (ARRAY['corrected'::text, 'stands'::text]))),
  constraint roster_doubts_part_check CHECK ((part = ANY (ARRAY['morning'::text, 'afternoon'::text, 'day'::text]))),
  constraint roster_doubts_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES accounts(account_id),
  constraint roster_doubts_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint roster_doubts_unit_id_officer_id_fkey FOREIGN KEY (unit_id, officer_id) REFERENCES officers(unit_id, officer_id),
  constraint roster_doubts_pkey PRIMARY KEY (doubt_id)
);
-- row-level security: forced
CREATE INDEX roster_doubts_due_on_idx ON public.roster_doubts USING btree (due_on);
CREATE INDEX roster_doubts_ended ON public.roster_doubts USING btree (settled_at) WHERE (settled_at IS NOT NULL);
CREATE INDEX roster_doubts_settled_by_idx ON public.roster_doubts USING btree (settled_by);
CREATE INDEX roster_doubts_unit_id_counter_id_idx ON public.roster_doubts USING btree (unit_id, counter_id);
CREATE INDEX roster_doubts_unit_id_officer_id_idx ON public.roster_doubts USING btree (unit_id, officer_id);
CREATE INDEX roster_doubts_waiting ON public.roster_doubts USING btree (due_on) WHERE (settled_at IS NULL);
CREATE UNIQUE INDEX roster_doubts_once ON public.roster_doubts USING btree (officer_id, counter_id, day, part) WHERE (outcome IS NULL);
create policy app_insert on roster_doubts for insert to hai_long_app with check ((officer_id = app_officer()));
create policy app_select on roster_doubts for select to hai_long_app using ((app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) OR (officer_id = app_officer())));
create policy app_update on roster_doubts for update to hai_long_app using ((app_keeps_roster(unit_id) AND (officer_id IS DISTINCT FROM app_officer())));
grant insert, select on roster_doubts to hai_long_app;
grant update (answer, outcome, settled_at, settled_by) on roster_doubts to hai_long_app;

create table second_factors (
  account_id integer not null,
  secret bytea not null,
  confirmed_at timestamp with time zone,
  last_step bigint not null default 0,
  constraint second_factors_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint second_factors_pkey PRIMARY KEY (account_id)
);
-- row-level security: forced
create policy app_delete on second_factors for delete to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_insert on second_factors for insert to hai_long_app with check ((app_purpose('login'::text) OR (account_id = app_account())));
create policy app_select on second_factors for select to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_update on second_factors for update to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()))) with check ((app_purpose('login'::text) OR (account_id = app_account())));
grant delete, insert, select, update on second_factors to hai_long_app;

create table server_state (
  singleton boolean not null default true,
  epoch uuid not null default gen_random_uuid(),
  created_at timestamp with time zone not null default now(),
  restored_through timestamp with time zone,
  restored_at timestamp with time zone,
  backup_generation integer not null default 0,
  constraint server_state_backup_generation_check CHECK ((backup_generation >= 0)),
  constraint server_state_singleton_check CHECK (singleton),
  constraint server_state_pkey PRIMARY KEY (singleton)
);
-- row-level security: forced
create policy app_select on server_state for select to hai_long_app using (true);
create policy count_select on server_state for select to hai_long_count using (true);
create policy ingest_select on server_state for select to hai_long_ingest using (true);
grant select on server_state to hai_long_app;
grant select on server_state to hai_long_count;
grant select on server_state to hai_long_ingest;

create table service_pins (
  unit_id integer not null,
  salt bytea not null,
  hash bytea not null,
  iterations integer not null,
  set_by integer not null,
  set_at timestamp with time zone not null,
  constraint service_pins_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts(account_id),
  constraint service_pins_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint service_pins_pkey PRIMARY KEY (unit_id)
);
-- row-level security: forced
CREATE INDEX service_pins_set_by_idx ON public.service_pins USING btree (set_by);
create policy app_insert on service_pins for insert to hai_long_app with check ((app_keeps_roster(unit_id) AND (set_by = app_account())));
create policy app_select on service_pins for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy app_update on service_pins for update to hai_long_app using (app_keeps_roster(unit_id)) with check ((app_keeps_roster(unit_id) AND (set_by = app_account())));
create policy ingest_select on service_pins for select to hai_long_ingest using (true);
grant insert on service_pins to hai_long_app;
grant select (set_at, unit_id) on service_pins to hai_long_app;
grant update (hash, iterations, salt, set_at, set_by) on service_pins to hai_long_app;
grant select (hash, iterations, salt, unit_id) on service_pins to hai_long_ingest;

create table sessions (
  token_hash bytea not null,
  account_id integer not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  session_id integer not null generated always as identity,
  second_factor boolean not null default false,
  address inet,
  user_agent text,
  constraint sessions_user_agent_check CHECK ((length(user_agent) <= 300)),
  constraint sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint sessions_pkey PRIMARY KEY (token_hash),
  constraint sessions_session_id_key UNIQUE (session_id)
);
-- row-level security: forced
CREATE INDEX sessions_account_id_idx ON public.sessions USING btree (account_id);
create policy app_all on sessions for all to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text) OR app_purpose('setup'::text))) with check ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text) OR app_purpose('setup'::text)));
create policy count_all on sessions for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on sessions to hai_long_app;
grant delete, select on sessions to hai_long_count;

create table settings (
  key text not null,
  value jsonb not null,
  constraint settings_pkey PRIMARY KEY (key)
);
-- row-level security: forced
create policy app_select on settings for select to hai_long_app using (true);
create policy count_select on settings for select to hai_long_count using (true);
create policy ingest_select on settings for select to hai_long_ingest using (true);
grant select on settings to hai_long_app;
grant select on settings to hai_long_count;
grant select on settings to hai_long_ingest;

create table setup_links (
  token_hash bytea not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint setup_links_pkey PRIMARY KEY (token_hash)
);
-- row-level security: forced
create policy app_all on setup_links for all to hai_long_app using (app_purpose('setup'::text)) with check (app_purpose('setup'::text));
create policy count_all on setup_links for all to hai_long_count using (true) with check (true);
grant insert, select, update on setup_links to hai_long_app;
grant delete, select on setup_links to hai_long_count;

create table step_months (
  unit_id integer not null,
  counter_id integer not null,
  officer_id integer,
  month date not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint step_months_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint step_months_grain UNIQUE NULLS NOT DISTINCT (unit_id, month, counter_id, officer_id, set_aside)
) with (fillfactor=90);
-- row-level security: forced
CREATE INDEX step_months_month ON public.step_months USING btree (month);
CREATE INDEX step_months_officer ON public.step_months USING btree (officer_id, month) WHERE (officer_id IS NOT NULL);
create policy app_select on step_months for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'unit_leader'::text]) AS app_units)::integer[])) OR (officer_id = ( SELECT app_officer() AS app_officer))));
create policy count_all on step_months for all to hai_long_count using (true) with check (true);
grant select on step_months to hai_long_app;
grant delete, insert, select, update on step_months to hai_long_count;

create table steps (
  unit_id integer not null,
  counter_id integer not null,
  officer_id integer,
  local_day date not null,
  set_aside boolean not null,
  changes smallint not null,
  n1 smallint not null default 0,
  n2 smallint not null default 0,
  n3 smallint not null default 0,
  n4 smallint not null default 0,
  n5 smallint not null default 0,
  service_only smallint not null default 0,
  marks smallint[],
  constraint steps_changes_check CHECK ((changes >= 5))
);
-- row-level security: forced
CREATE INDEX steps_day ON public.steps USING btree (local_day);
CREATE INDEX steps_officer ON public.steps USING btree (officer_id, local_day) WHERE (officer_id IS NOT NULL);
CREATE INDEX steps_unit ON public.steps USING btree (unit_id, local_day);
create policy app_select on steps for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'unit_leader'::text]) AS app_units)::integer[])) OR (officer_id = ( SELECT app_officer() AS app_officer))));
create policy count_all on steps for all to hai_long_count using (true) with check (true);
grant select on steps to hai_long_app;
grant delete, insert, select, update on steps to hai_long_count;

create table tallies (
  unit_id integer not null,
  counter_id integer not null,
  officer_id integer,
  month date not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint month_tallies_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
  constraint tallies_grain UNIQUE NULLS NOT DISTINCT (unit_id, month, counter_id, officer_id, set_aside)
) with (fillfactor=90);
-- row-level security: forced
create policy count_all on tallies for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on tallies to hai_long_count;

create table terminal_contacts (
  terminal_id integer not null,
  unit_id integer not null,
  last_contact_at timestamp with time zone not null,
  queue_length integer,
  oldest_at timestamp with time zone,
  rejected_length integer,
  version text,
  details jsonb,
  constraint terminal_contacts_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES terminals(terminal_id),
  constraint terminal_contacts_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint terminal_contacts_pkey PRIMARY KEY (terminal_id)
) with (fillfactor=50);
-- row-level security: forced
CREATE INDEX terminal_contacts_unit_id_idx ON public.terminal_contacts USING btree (unit_id);
create policy app_select on terminal_contacts for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy ingest_all on terminal_contacts for all to hai_long_ingest using (true) with check (true);
grant select on terminal_contacts to hai_long_app;
grant insert, select, update on terminal_contacts to hai_long_ingest;

create table terminal_days (
  terminal_id integer not null,
  local_day date not null,
  judged_version smallint,
  constraint terminal_days_pkey PRIMARY KEY (terminal_id, local_day)
);
-- row-level security: forced
CREATE INDEX terminal_days_open ON public.terminal_days USING btree (local_day) WHERE (judged_version IS NULL);
create policy count_all on terminal_days for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on terminal_days to hai_long_count;

create table terminal_placements (
  terminal_id integer not null,
  unit_id integer not null,
  counter_id integer not null,
  until_at timestamp with time zone not null,
  constraint terminal_placements_terminal_id_fkey FOREIGN KEY (terminal_id) REFERENCES terminals(terminal_id),
  constraint terminal_placements_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint terminal_placements_pkey PRIMARY KEY (terminal_id, until_at)
);
-- row-level security: forced
CREATE INDEX terminal_placements_unit_id_counter_id_idx ON public.terminal_placements USING btree (unit_id, counter_id);
create policy app_insert on terminal_placements for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on terminal_placements for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy count_select on terminal_placements for select to hai_long_count using (true);
create policy ingest_select on terminal_placements for select to hai_long_ingest using (true);
grant insert, select on terminal_placements to hai_long_app;
grant select on terminal_placements to hai_long_count;
grant select on terminal_placements to hai_long_ingest;

create table terminals (
  terminal_id integer not null generated always as identity,
  unit_id integer not null,
  counter_id integer not null,
  name text not null,
  pairing_code_hash bytea,
  pairing_code_expires_at timestamp with time zone,
  token_hash bytea,
  paired_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint terminals_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint terminals_pkey PRIMARY KEY (terminal_id),
  constraint terminals_pairing_code_hash_key UNIQUE (pairing_code_hash),
  constraint terminals_token_hash_key UNIQUE (token_hash)
);
-- row-level security: forced
CREATE INDEX terminals_unit_id_counter_id_idx ON public.terminals USING btree (unit_id, counter_id);
create policy app_insert on terminals for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on terminals for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))));
create policy app_update on terminals for update to hai_long_app using (app_keeps_roster(unit_id)) with check (app_keeps_roster(unit_id));
create policy count_select on terminals for select to hai_long_count using (true);
create policy ingest_select on terminals for select to hai_long_ingest using (true);
create policy ingest_update on terminals for update to hai_long_ingest using (true) with check (true);
grant select on terminals to hai_long_count;
grant select on terminals to hai_long_ingest;
grant insert (counter_id, name, pairing_code_expires_at, pairing_code_hash, unit_id) on terminals to hai_long_app;
grant select (counter_id, created_at, name, paired_at, pairing_code_expires_at, revoked_at, terminal_id, unit_id) on terminals to hai_long_app;
grant update (counter_id, name, pairing_code_expires_at, pairing_code_hash, revoked_at) on terminals to hai_long_app;
grant update (paired_at, pairing_code_expires_at, pairing_code_hash, revoked_at, token_hash) on terminals to hai_long_ingest;

create table trusted_devices (
  token_hash bytea not null,
  account_id integer not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint trusted_devices_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint trusted_devices_pkey PRIMARY KEY (token_hash)
);
-- row-level security: forced
CREATE INDEX trusted_devices_account_id_idx ON public.trusted_devices USING btree (account_id);
create policy app_delete on trusted_devices for delete to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_insert on trusted_devices for insert to hai_long_app with check ((app_purpose('login'::text) OR (account_id = app_account())));
create policy app_select on trusted_devices for select to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()) OR app_has('administrator'::text)));
create policy app_update on trusted_devices for update to hai_long_app using ((app_purpose('login'::text) OR (account_id = app_account()))) with check ((app_purpose('login'::text) OR (account_id = app_account())));
create policy count_all on trusted_devices for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on trusted_devices to hai_long_app;
grant delete, select on trusted_devices to hai_long_count;

create table undated_ratings (
  rating_id uuid not null,
  unit_id integer not null,
  counter_id integer not null,
  terminal_id integer not null,
  boot_id text not null,
  uptime_ms double precision not null,
  content_mac bytea not null,
  envelope jsonb not null,
  body jsonb not null,
  constraint undated_ratings_pkey PRIMARY KEY (rating_id)
);
-- row-level security: forced
create policy app_select on undated_ratings for select to hai_long_app using ((( SELECT (COALESCE(current_setting('app.units'::text, true), ''::text) = '*'::text)) OR (unit_id = ANY ((( SELECT string_to_array(NULLIF(NULLIF(current_setting('app.units'::text, true), '*'::text), ''::text), ','::text) AS string_to_array))::integer[]))));
create policy ingest_all on undated_ratings for all to hai_long_ingest using (true) with check (true);
grant delete, insert, select on undated_ratings to hai_long_ingest;
grant select (unit_id) on undated_ratings to hai_long_app;

create table unit_predecessors (
  unit_id integer not null,
  predecessor_id integer not null,
  constraint unit_predecessors_other CHECK ((unit_id <> predecessor_id)),
  constraint unit_predecessors_predecessor_id_fkey FOREIGN KEY (predecessor_id) REFERENCES units(unit_id),
  constraint unit_predecessors_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint unit_predecessors_pkey PRIMARY KEY (unit_id, predecessor_id)
);
-- row-level security: forced
CREATE INDEX unit_predecessors_predecessor_id_idx ON public.unit_predecessors USING btree (predecessor_id);
create policy app_delete on unit_predecessors for delete to hai_long_app using (app_has('administrator'::text));
create policy app_insert on unit_predecessors for insert to hai_long_app with check (app_has('administrator'::text));
create policy app_select on unit_predecessors for select to hai_long_app using ((app_sees_unit(unit_id) OR app_sees_unit(predecessor_id)));
grant delete, insert, select on unit_predecessors to hai_long_app;

create table unit_step_spans (
  unit_id integer not null,
  starts_on date not null,
  months smallint not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint unit_tally_spans_months_check CHECK ((months = ANY (ARRAY[1, 12]))),
  constraint unit_step_spans_pkey PRIMARY KEY (unit_id, months, starts_on, set_aside)
) with (fillfactor=80);
-- row-level security: forced
CREATE INDEX unit_step_spans_start ON public.unit_step_spans USING btree (months, starts_on);
create policy app_select on unit_step_spans for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text, 'officer'::text]) AS app_units)::integer[]))));
create policy count_all on unit_step_spans for all to hai_long_count using (true) with check (true);
grant select on unit_step_spans to hai_long_app;
grant delete, insert, select, update on unit_step_spans to hai_long_count;

create table unit_steps (
  unit_id integer not null,
  local_day date not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint unit_steps_pkey PRIMARY KEY (unit_id, local_day, set_aside)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=90);
-- row-level security: forced
CREATE INDEX unit_steps_day ON public.unit_steps USING btree (local_day);
create policy app_select on unit_steps for select to hai_long_app using ((( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text, 'officer'::text]) AS app_units)::integer[]))));
create policy count_all on unit_steps for all to hai_long_count using (true) with check (true);
grant select on unit_steps to hai_long_app;
grant delete, insert, select, update on unit_steps to hai_long_count;

create table unit_tallies (
  unit_id integer not null,
  local_day date not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint unit_tallies_pkey PRIMARY KEY (unit_id, local_day, set_aside)
) with (autovacuum_vacuum_scale_factor=0.05, fillfactor=90);
-- row-level security: forced
CREATE INDEX unit_tallies_day ON public.unit_tallies USING btree (local_day);
create policy app_select on unit_tallies for select to hai_long_app using (((NOT ( SELECT app_belongs_to_unit() AS app_belongs_to_unit)) AND (( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_units)::integer[])))));
create policy count_all on unit_tallies for all to hai_long_count using (true) with check (true);
grant select on unit_tallies to hai_long_app;
grant delete, insert, select, update on unit_tallies to hai_long_count;

create table unit_tally_spans (
  unit_id integer not null,
  starts_on date not null,
  months smallint not null,
  set_aside boolean not null,
  n1 integer not null default 0,
  n2 integer not null default 0,
  n3 integer not null default 0,
  n4 integer not null default 0,
  n5 integer not null default 0,
  service_only integer not null default 0,
  marks integer[],
  constraint unit_tally_spans_months_check CHECK ((months = ANY (ARRAY[1, 12]))),
  constraint unit_tally_spans_pkey PRIMARY KEY (unit_id, months, starts_on, set_aside)
) with (fillfactor=80);
-- row-level security: forced
CREATE INDEX unit_tally_spans_start ON public.unit_tally_spans USING btree (months, starts_on);
create policy app_select on unit_tally_spans for select to hai_long_app using (((NOT ( SELECT app_belongs_to_unit() AS app_belongs_to_unit)) AND (( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_everywhere) OR (unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'administrator'::text]) AS app_units)::integer[])))));
create policy count_all on unit_tally_spans for all to hai_long_count using (true) with check (true);
grant select on unit_tally_spans to hai_long_app;
grant delete, insert, select, update on unit_tally_spans to hai_long_count;

create table units (
  unit_id integer not null generated always as identity,
  name text not null,
  kind text not null,
  valid_from date,
  valid_to date,
  hotline text,
  duty_leader_name text,
  duty_leader_phone text,
  hours jsonb,
  catalogue_id smallint,
  created_at timestamp with time zone not null default now(),
  version integer not null default 1,
  counters_only boolean not null default false,
  code text,
  area text,
  constraint units_area_check CHECK (((length(area) >= 1) AND (length(area) <= 200))),
  constraint units_code_form CHECK ((code ~ '^[A-Za-z0-9.-]{1,20}$'::text)),
  constraint units_kind_check CHECK ((kind = ANY (ARRAY['ward'::text, 'commune'::text, 'township'::text, 'province_centre'::text]))),
  constraint units_validity CHECK ((valid_from <= valid_to)),
  constraint units_catalogue_id_fkey FOREIGN KEY (catalogue_id) REFERENCES catalogues(catalogue_id),
  constraint units_pkey PRIMARY KEY (unit_id)
);
-- row-level security: forced
CREATE INDEX units_catalogue_id_idx ON public.units USING btree (catalogue_id);
CREATE UNIQUE INDEX units_code ON public.units USING btree (code);
create policy app_insert on units for insert to hai_long_app with check (app_has('administrator'::text));
create policy app_select on units for select to hai_long_app using ((( SELECT (COALESCE(current_setting('app.units'::text, true), ''::text) = '*'::text)) OR (unit_id = ANY ((( SELECT string_to_array(NULLIF(NULLIF(current_setting('app.units'::text, true), '*'::text), ''::text), ','::text) AS string_to_array))::integer[])) OR ( SELECT app_purpose('login'::text) AS app_purpose)));
create policy app_update on units for update to hai_long_app using (app_has('administrator'::text)) with check (app_has('administrator'::text));
create policy count_select on units for select to hai_long_count using (true);
create policy ingest_select on units for select to hai_long_ingest using (true);
CREATE TRIGGER units_version BEFORE UPDATE ON public.units FOR EACH ROW EXECUTE FUNCTION next_version();
grant insert, select, update on units to hai_long_app;
grant select on units to hai_long_count;
grant select on units to hai_long_ingest;

create table verdicts (
  rating_id uuid not null,
  officer_id integer,
  set_aside smallint not null default 0,
  noted "char" not null default (0)::"char",
  rules_version "char" not null,
  constraint verdicts_pkey PRIMARY KEY (rating_id)
) with (autovacuum_vacuum_scale_factor=0.01);
-- row-level security: forced
create policy count_all on verdicts for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on verdicts to hai_long_count;

create table verified_backups (
  backup_id integer not null generated always as identity,
  cut_off timestamp with time zone not null,
  verified_at timestamp with time zone not null,
  sha256 bytea not null,
  ratings bigint not null,
  epoch uuid,
  generation integer,
  elsewhere boolean not null default false,
  withdrawn_at timestamp with time zone,
  constraint verified_backups_generation_check CHECK ((generation > 0)),
  constraint verified_backups_ratings_check CHECK ((ratings >= 0)),
  constraint verified_backups_sha256_check CHECK ((length(sha256) = 32)),
  constraint verified_backups_pkey PRIMARY KEY (backup_id)
);
-- row-level security: forced
create policy app_select on verified_backups for select to hai_long_app using (true);
create policy ingest_select on verified_backups for select to hai_long_ingest using (true);
grant select on verified_backups to hai_long_app;
grant select on verified_backups to hai_long_ingest;

create table visits (
  visit_id integer not null generated always as identity,
  unit_id integer not null,
  counter_id integer not null,
  grain text not null,
  day date not null,
  procedure_group text not null default ''::text,
  visits integer not null,
  updated_at timestamp with time zone not null default now(),
  constraint visits_check CHECK (((grain = 'day'::text) OR (EXTRACT(day FROM day) = (1)::numeric))),
  constraint visits_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'month'::text]))),
  constraint visits_procedure_group_check CHECK ((length(procedure_group) <= 200)),
  constraint visits_visits_check CHECK (((visits >= 0) AND (visits <= 100000))),
  constraint visits_unit_id_counter_id_fkey FOREIGN KEY (unit_id, counter_id) REFERENCES counters(unit_id, counter_id),
  constraint visits_pkey PRIMARY KEY (visit_id),
  constraint visits_once UNIQUE (counter_id, grain, day, procedure_group)
);
-- row-level security: forced
CREATE INDEX visits_unit_id_counter_id_day_idx ON public.visits USING btree (unit_id, counter_id, day);
create policy app_delete on visits for delete to hai_long_app using (app_keeps_roster(unit_id));
create policy app_insert on visits for insert to hai_long_app with check (app_keeps_roster(unit_id));
create policy app_select on visits for select to hai_long_app using (app_may(unit_id, VARIADIC ARRAY['administrator'::text, 'commission'::text, 'unit_leader'::text, 'unit_clerk'::text]));
create policy app_update on visits for update to hai_long_app using (app_keeps_roster(unit_id));
create policy count_select on visits for select to hai_long_count using (true);
CREATE TRIGGER visits_reopen AFTER INSERT OR DELETE OR UPDATE ON public.visits FOR EACH ROW EXECUTE FUNCTION reopen_visited_days();
grant delete, insert, select, update on visits to hai_long_app;
grant select on visits to hai_long_count;

create table voice_clips (
  voice_set_id integer not null,
  clip text not null,
  sha256 bytea not null,
  media_type text not null,
  duration_ms integer not null,
  content bytea not null,
  recorded_by integer not null,
  recorded_at timestamp with time zone not null,
  constraint voice_clips_clip_check CHECK ((clip = ANY (ARRAY['question'::text, 'level_1'::text, 'level_2'::text, 'level_3'::text, 'level_4'::text, 'level_5'::text, 'recorded'::text, 'language'::text]))),
  constraint voice_clips_content_check CHECK (((length(content) >= 1) AND (length(content) <= 300000))),
  constraint voice_clips_duration_ms_check CHECK (((duration_ms >= 1) AND (duration_ms <= 15000))),
  constraint voice_clips_media_type_check CHECK ((media_type = ANY (ARRAY['audio/mpeg'::text, 'audio/ogg'::text, 'audio/webm'::text, 'audio/mp4'::text, 'audio/wav'::text]))),
  constraint voice_clips_sha256_check CHECK ((length(sha256) = 32)),
  constraint voice_clips_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts(account_id),
  constraint voice_clips_voice_set_id_fkey FOREIGN KEY (voice_set_id) REFERENCES voice_sets(voice_set_id),
  constraint voice_clips_pkey PRIMARY KEY (voice_set_id, clip)
);
-- row-level security: forced
CREATE INDEX voice_clips_recorded_by_idx ON public.voice_clips USING btree (recorded_by);
CREATE INDEX voice_clips_sha256_idx ON public.voice_clips USING btree (sha256);
create policy app_insert on voice_clips for insert to hai_long_app with check (((recorded_by = app_account()) AND (EXISTS ( SELECT
   FROM voice_sets s
  WHERE ((s.voice_set_id = voice_clips.voice_set_id) AND app_records_voice(s.unit_id))))));
create policy app_select on voice_clips for select to hai_long_app using ((EXISTS ( SELECT
   FROM voice_sets s
  WHERE (s.voice_set_id = voice_clips.voice_set_id))));
create policy app_update on voice_clips for update to hai_long_app using ((EXISTS ( SELECT
   FROM voice_sets s
  WHERE ((s.voice_set_id = voice_clips.voice_set_id) AND app_records_voice(s.unit_id))))) with check (((recorded_by = app_account()) AND (EXISTS ( SELECT
   FROM voice_sets s
  WHERE ((s.voice_set_id = voice_clips.voice_set_id) AND app_records_voice(s.unit_id))))));
create policy ingest_select on voice_clips for select to hai_long_ingest using ((EXISTS ( SELECT
   FROM voice_sets s
  WHERE (s.voice_set_id = voice_clips.voice_set_id))));
CREATE TRIGGER note_voice_clips AFTER INSERT OR DELETE OR UPDATE ON public.voice_clips FOR EACH ROW EXECUTE FUNCTION note_voice_clips();
grant insert, select on voice_clips to hai_long_app;
grant select on voice_clips to hai_long_ingest;
grant update (content, duration_ms, media_type, recorded_at, recorded_by, sha256) on voice_clips to hai_long_app;

create table voice_sets (
  voice_set_id integer not null generated always as identity,
  unit_id integer,
  language text not null,
  name text not null,
  stand_in boolean not null default false,
  state text not null default 'draft'::text,
  note text,
  recorders integer[] not null default '{}'::integer[],
  clips smallint not null default 0,
  approved_by integer,
  approved_at timestamp with time zone,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  constraint voice_sets_approval CHECK (((state <> ALL (ARRAY['approved'::text, 'replaced'::text])) OR ((approved_by IS NOT NULL) AND (approved_at IS NOT NULL)))),
  constraint voice_sets_language_check CHECK (((length(language) <= 35) AND (language ~ '^([a-z]{2,3}(-[A-Za-z0-9]{1,8})*|x(-[A-Za-z0-9]{1,8})+)$'::text))),
  constraint voice_sets_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40))),
  constraint voice_sets_note_check CHECK (((length(note) >= 1) AND (length(note) <= 500))),
  constraint voice_sets_second_person CHECK (((approved_by IS NULL) OR (approved_by <> ALL (recorders)))),
  constraint voice_sets_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'approved'::text, 'replaced'::text, 'withdrawn'::text]))),
  constraint voice_sets_whole CHECK (((state <> ALL (ARRAY['submitted'::text, 'approved'::text])) OR (clips = 8))),
  constraint voice_sets_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES accounts(account_id),
  constraint voice_sets_unit_id_fkey FOREIGN KEY (unit_id) REFERENCES units(unit_id),
  constraint voice_sets_pkey PRIMARY KEY (voice_set_id)
);
-- row-level security: forced
CREATE INDEX voice_sets_approved_by_idx ON public.voice_sets USING btree (approved_by);
CREATE INDEX voice_sets_unit_id_idx ON public.voice_sets USING btree (unit_id);
CREATE UNIQUE INDEX voice_sets_one_approved ON public.voice_sets USING btree (COALESCE(unit_id, 0), language) WHERE (state = 'approved'::text);
CREATE UNIQUE INDEX voice_sets_one_open ON public.voice_sets USING btree (COALESCE(unit_id, 0), language) WHERE (state = ANY (ARRAY['draft'::text, 'submitted'::text]));
create policy app_insert on voice_sets for insert to hai_long_app with check (app_records_voice(unit_id));
create policy app_select on voice_sets for select to hai_long_app using (app_sees_voice(unit_id));
create policy app_update on voice_sets for update to hai_long_app using (app_approves_voice(unit_id)) with check (app_approves_voice(unit_id));
create policy ingest_select on voice_sets for select to hai_long_ingest using ((state = ANY (ARRAY['approved'::text, 'replaced'::text])));
grant select on voice_sets to hai_long_app;
grant select on voice_sets to hai_long_ingest;
grant insert (changed_at, created_at, language, name, stand_in, unit_id) on voice_sets to hai_long_app;
grant update (approved_at, approved_by, changed_at, name, note, stand_in, state) on voice_sets to hai_long_app;

create table waiting (
  rating_id uuid not null,
  unit_id integer not null,
  counter_id integer not null,
  officer_id integer,
  set_aside boolean not null,
  sign smallint not null,
  shown boolean not null default false,
  constraint waiting_sign_check CHECK ((sign = ANY (ARRAY['-1'::integer, 1]))),
  constraint waiting_once UNIQUE NULLS NOT DISTINCT (counter_id, officer_id, set_aside, rating_id)
) with (autovacuum_vacuum_threshold=5000, autovacuum_vacuum_scale_factor=0.2);
-- row-level security: forced
create policy count_all on waiting for all to hai_long_count using (true) with check (true);
grant delete, insert, select, update on waiting to hai_long_count;

create view case_list with (security_invoker=true) as
 SELECT 'c'::text AS letter,
    cases.case_id AS number,
    cases.kind,
    cases.unit_id,
    cases.officer_id,
    cases.title,
    cases.about_from,
    cases.about_to,
    cases.words,
    cases.opened_by,
    office_day(cases.opened_at) AS opened_on,
    cases.due_on,
    cases.state,
    cases.advise_by,
    cases.without_leader,
    cases.advice,
    cases.advice_text,
    cases.advised_by,
    office_day(cases.advised_at) AS advised_on,
    cases.outcome,
    cases.answer,
    cases.answered_at,
    office_day(cases.answered_at) AS answered_on
   FROM cases
UNION ALL
 SELECT 'd'::text AS letter,
    roster_doubts.doubt_id AS number,
    'doubt'::text AS kind,
    roster_doubts.unit_id,
    roster_doubts.officer_id,
    NULL::text AS title,
    roster_doubts.day AS about_from,
    roster_doubts.day AS about_to,
    roster_doubts.note AS words,
    NULL::integer AS opened_by,
    office_day(roster_doubts.raised_at) AS opened_on,
    roster_doubts.due_on,
        CASE
            WHEN (roster_doubts.outcome IS NULL) THEN 'new'::text
            ELSE 'answered'::text
        END AS state,
    NULL::date AS advise_by,
    false AS without_leader,
    NULL::text AS advice,
    NULL::text AS advice_text,
    NULL::integer AS advised_by,
    NULL::date AS advised_on,
        CASE roster_doubts.outcome
            WHEN 'corrected'::text THEN 'upheld'::text
            WHEN 'stands'::text THEN 'refused'::text
            ELSE NULL::text
        END AS outcome,
    roster_doubts.answer,
    roster_doubts.settled_at AS answered_at,
    office_day(roster_doubts.settled_at) AS answered_on
   FROM roster_doubts
  WHERE ((roster_doubts.officer_id = ( SELECT app_officer() AS app_officer)) OR (( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_everywhere) OR (roster_doubts.unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'unit_leader'::text, 'unit_clerk'::text]) AS app_units)::integer[]))))
UNION ALL
 SELECT 'p'::text AS letter,
    episode_proposals.proposal_id AS number,
    'proposal'::text AS kind,
    episode_proposals.unit_id,
    NULL::integer AS officer_id,
    NULL::text AS title,
    episode_proposals.local_day AS about_from,
    episode_proposals.local_day AS about_to,
    episode_proposals.reason AS words,
    episode_proposals.proposed_by AS opened_by,
    office_day(episode_proposals.proposed_at) AS opened_on,
    episode_proposals.due_on,
        CASE
            WHEN (episode_proposals.outcome IS NULL) THEN 'new'::text
            ELSE 'answered'::text
        END AS state,
    NULL::date AS advise_by,
    false AS without_leader,
    NULL::text AS advice,
    NULL::text AS advice_text,
    NULL::integer AS advised_by,
    NULL::date AS advised_on,
        CASE episode_proposals.outcome
            WHEN 'accepted'::text THEN 'upheld'::text
            ELSE episode_proposals.outcome
        END AS outcome,
    episode_proposals.answer,
    episode_proposals.decided_at AS answered_at,
    office_day(episode_proposals.decided_at) AS answered_on
   FROM episode_proposals
  WHERE (( SELECT app_everywhere(VARIADIC ARRAY['commission'::text, 'unit_leader'::text]) AS app_everywhere) OR (episode_proposals.unit_id = ANY (( SELECT app_units(VARIADIC ARRAY['commission'::text, 'unit_leader'::text]) AS app_units)::integer[])));
grant select to hai_long_app;
