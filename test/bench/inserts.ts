/** The yardstick of storing: single-row INSERTs, each its own transaction, by so many connections. */
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type BenchPostgres, withClient } from './support.ts'

const table = 'create table if not exists one_insert (id uuid primary key, unit_id int, level smallint, at timestamptz)'
const insert = (id: string) => `insert into one_insert values (${id}, 7, 5, now())`

/** Where Debian keeps it, or the path; null = this machine has none. */
function findPgbench(): string | null {
  if (spawnSync('pgbench', ['--version']).status === 0) return 'pgbench'
  try {
    const [newest] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a))
    const file = join('/usr/lib/postgresql', newest ?? '', 'bin', 'pgbench')
    return spawnSync(file, ['--version']).status === 0 ? file : null
  } catch {
    return null
  }
}

/** Rows a second, and what sent them. */
export async function oneInsertEach(
  postgres: BenchPostgres,
  connections: number,
  seconds: number,
): Promise<{ rate: number; program: string }> {
  const url = databaseUrl(postgres)
  await withClient(url, async (client) => {
    await client.query(table)
  })
  const pgbench = findPgbench()
  if (pgbench === null) return { rate: await byNode(url, connections, seconds), program: 'pg client in Node' }
  const script = join(postgres.dir, 'one-insert.sql')
  writeFileSync(script, `${insert('gen_random_uuid()')};\n`)
  const options = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(connections),
    '-j',
    '2',
    '-T',
    String(Math.ceil(seconds)),
    '-f',
    script,
  ]
  const child = spawn(pgbench, [...options, url], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  for await (const part of child.stdout) said += part
  return { rate: Number(/tps = ([\d.]+)/.exec(said)?.[1]), program: 'pgbench' }
}

/** The superuser's connection to the product's own database. */
export function databaseUrl({ superuserUrl, ownerUrl }: BenchPostgres): string {
  const url = new URL(superuserUrl)
  url.pathname = new URL(ownerUrl).pathname
  return url.href
}

async function byNode(url: string, connections: number, seconds: number): Promise<number> {
  const clients = Array.from({ length: connections }, () => new pg.Client(url))
  await Promise.all(clients.map((client) => client.connect()))
  const end = performance.now() + seconds * 1000
  let stored = 0
  const insertUntil = async (client: pg.Client) => {
    while (performance.now() < end) {
      await client.query({ name: 'one', text: insert('$1'), values: [randomUUID()] })
      stored += 1
    }
  }
  await Promise.all(clients.map(insertUntil))
  await Promise.all(clients.map((client) => client.end()))
  return stored / seconds
}
