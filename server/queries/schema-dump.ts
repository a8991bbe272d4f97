/** Writes the schema as PostgreSQL's own catalogue tells it: what migrations/schema.sql holds and a test keeps fresh. */
import type pg from 'pg'

type Reader = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>

async function lines(client: Reader, text: string): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(text)
  return rows.map((row) => row.line)
}

const inPublic = `relnamespace = 'public'::regnamespace and relname not like 'kysely%'`
// The owner's name differs between installations; everything of theirs is theirs by owning it.
const ownRoles = `('hai_long_app', 'hai_long_count', 'hai_long_ingest')`

/**
 * The schema `public` without Kysely's own tables, in a fixed order, so that two databases with the same schema give the
 * same text. To be read and compared, not to be loaded: migrations make databases.
 */
export async function dumpSchema(client: Reader): Promise<string> {
  const extensions = await lines(
    client,
    `select format('create extension %I;', extname) as line from pg_extension where extname <> 'plpgsql' order by 1`,
  )
  const { rows: tables } = await client.query<{ oid: number; name: string; options: string | null; rls: string }>(
    `select oid, relname as name, array_to_string(reloptions, ', ') as options,
            case when relrowsecurity and relforcerowsecurity then 'forced' when relrowsecurity then 'enabled' else 'OFF' end as rls
       from pg_class where relkind in ('r', 'p') and ${inPublic} order by relname`,
  )
  const parts: string[] = []
  for (const table of tables) {
    const columns = await lines(
      client,
      `select format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then ' not null' else '' end,
                case when a.attidentity = 'a' then ' generated always as identity'
                     when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end) as line
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = ${table.oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`,
    )
    const constraints = await lines(
      client,
      `select format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as line
         from pg_constraint where conrelid = ${table.oid} and contype <> 'n' order by contype, conname`,
    )
    const indexes = await lines(
      client,
      `select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i
        where i.indrelid = ${table.oid} and not exists (select from pg_constraint c where c.conindid = i.indexrelid
          and c.conrelid = i.indrelid) order by 1`,
    )
    const policies = await lines(
      client,
      `select format('create policy %I on %I for %s to %s%s%s;', policyname, tablename, lower(cmd), roles[1],
                coalesce(' using (' || qual || ')', ''), coalesce(' with check (' || with_check || ')', '')) as line
         from pg_policies where schemaname = 'public' and tablename = '${table.name}' and policyname <> 'owner_all'
        order by policyname`,
    )
    const triggers = await lines(
      client,
      `select pg_get_triggerdef(oid) || ';' as line from pg_trigger
        where tgrelid = ${table.oid} and not tgisinternal order by tgname`,
    )
    const grants = await lines(
      client,
      `select format('grant %s on %I to %I;', string_agg(lower(p), ', ' order by p), '${table.name}', grantee) as line
         from (select privilege_type as p, grantee from information_schema.role_table_grants
                where table_schema = 'public' and table_name = '${table.name}' and grantee in ${ownRoles}) g
        group by grantee order by grantee`,
    )
    const columnGrants = await lines(
      client,
      `select format('grant %s (%s) on %I to %I;', lower(privilege_type), string_agg(column_name, ', ' order by column_name),
                '${table.name}', grantee) as line
         from information_schema.column_privileges c
        where table_schema = 'public' and table_name = '${table.name}' and grantee in ${ownRoles}
          and not exists (select from information_schema.role_table_grants t where t.table_schema = 'public'
            and t.table_name = c.table_name and t.grantee = c.grantee and t.privilege_type = c.privilege_type)
        group by grantee, privilege_type order by grantee, privilege_type`,
    )
    parts.push(
      [
        `create table ${table.name} (`,
        [...columns, ...constraints].join(',\n'),
        `)${table.options ? ` with (${table.options})` : ''};`,
        `-- row-level security: ${table.rls}`,
        ...indexes,
        ...policies,
        ...triggers,
        ...grants,
        ...columnGrants,
      ].join('\n'),
    )
  }
  const views = await lines(
    client,
    `select format(E'create view %I with (%s) as\\n%s', relname, array_to_string(reloptions, ', '), pg_get_viewdef(oid)) ||
            coalesce((select string_agg(format(E'\\ngrant %s to %I;', lower(a.privilege_type), r.rolname), '' order by r.rolname)
              from aclexplode(relacl) a join pg_roles r on r.oid = a.grantee where r.rolname in ${ownRoles}), '') as line
       from pg_class where relkind = 'v' and ${inPublic} order by relname`,
  )
  const functions = await lines(
    client,
    `select pg_get_functiondef(p.oid) || ';' || coalesce((select string_agg(format(E'\\ngrant execute to %I;', r.rolname), '' order by r.rolname)
              from aclexplode(p.proacl) a join pg_roles r on r.oid = a.grantee where r.rolname in ${ownRoles}), '') as line
       from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by p.proname`,
  )
  return `${[
    '-- The schema after the newest migration, as the catalogue tells it. Written by `npm run schema`; do not edit.',
    ...extensions,
    ...functions,
    ...parts,
    ...views,
  ].join('\n\n')}\n`
}
