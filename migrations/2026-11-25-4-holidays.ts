/** Holidays as data: the national list for 2026 and 2027, to which administrators and units add their own. */
import { type Kysely, sql } from 'kysely'

/** [day, name, kind, provisional]: days off on weekdays, and Saturdays worked in exchange for one. */
const national: [string, string, 'off' | 'working', boolean][] = [
  ['2026-01-01', 'Tết Dương lịch', 'off', false],
  ['2026-01-02', 'Nghỉ hoán đổi Tết Dương lịch', 'off', false],
  ['2026-01-10', 'Làm bù ngày 2/1', 'working', false],
  ...['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20'].map(
    (day): [string, string, 'off', boolean] => [day, 'Tết Nguyên đán Bính Ngọ', 'off', false],
  ),
  ['2026-04-27', 'Nghỉ bù Giỗ Tổ Hùng Vương', 'off', false],
  ['2026-04-30', 'Ngày Chiến thắng', 'off', false],
  ['2026-05-01', 'Ngày Quốc tế Lao động', 'off', false],
  ['2026-08-22', 'Làm bù ngày 31/8', 'working', false],
  ['2026-08-31', 'Nghỉ hoán đổi Quốc khánh', 'off', false],
  ['2026-09-01', 'Quốc khánh', 'off', false],
  ['2026-09-02', 'Quốc khánh', 'off', false],
  ['2027-01-01', 'Tết Dương lịch', 'off', false],
  // The law fixes how many days; which ones beside the day itself is announced each year.
  ...['2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'].map(
    (day): [string, string, 'off', boolean] => [day, 'Tết Nguyên đán Đinh Mùi', 'off', true],
  ),
  ['2027-04-16', 'Giỗ Tổ Hùng Vương', 'off', false],
  ['2027-04-30', 'Ngày Chiến thắng', 'off', false],
  ['2027-05-03', 'Nghỉ bù Ngày Quốc tế Lao động', 'off', false],
  ['2027-09-02', 'Quốc khánh', 'off', false],
  ['2027-09-03', 'Quốc khánh', 'off', true],
]

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- A day on which offices rest although their week says otherwise, or work although it says rest.
    create table holidays (
      holiday_id integer generated always as identity primary key,
      -- null = in the whole province
      unit_id integer references units,
      day date not null,
      kind text not null check (kind in ('off', 'working')),
      name text not null check (length(name) between 1 and 200),
      provisional boolean not null default false,
      active boolean not null default true,
      created_at timestamptz not null default now()
    );
    create index on holidays (unit_id);
    create unique index holidays_day on holidays (coalesce(unit_id, 0), day) where active;
    alter table holidays enable row level security;
    alter table holidays force row level security;
    create policy owner_all on holidays to current_user using (true) with check (true);
    create policy app_select on holidays for select to hai_long_app using (unit_id is null or app_sees_unit(unit_id));
    create policy app_insert on holidays for insert to hai_long_app
      with check (app_has('administrator') or app_keeps_roster(unit_id));
    create policy app_update on holidays for update to hai_long_app
      using (app_has('administrator') or app_keeps_roster(unit_id));
    create policy count_select on holidays for select to hai_long_count using (true);
    grant select, insert, update on holidays to hai_long_app;
    grant select on holidays to hai_long_count;
  `)
    .execute(db)
  for (const [day, name, kind, provisional] of national) {
    await sql`insert into holidays (day, name, kind, provisional) values (${day}, ${name}, ${kind}, ${provisional})`.execute(
      db,
    )
  }
}
