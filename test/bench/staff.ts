/** People who read reports: accounts with a session in a generated province, and every GET that their pages make. */
import pg from 'pg'
import { addDays, localDay } from '../../server/domain/time.ts'
import { hashToken, newToken } from '../../server/secrets.ts'

export const roles = ['commission', 'administrator', 'unit_leader', 'unit_clerk', 'officer', 'inspector'] as const
export type BenchRole = (typeof roles)[number]

export interface Reader {
  role: BenchRole
  cookie: string
}

export interface Office {
  unit_id: number
  officer_id: number
}

/** One account of each role with a session that lives through the bench; leaders, clerks and officers in the middle unit. */
export async function seatReaders(ownerUrl: string): Promise<{ readers: Reader[]; office: Office }> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Office>(
      `select unit_id, min(officer_id) as officer_id from officers group by 1 order by 1 offset (select count(distinct unit_id) / 2 from officers) limit 1`,
    )
    const office = rows[0] as Office
    const readers: Reader[] = []
    for (const role of roles) {
      const token = newToken()
      const inUnit = role === 'unit_leader' || role === 'unit_clerk' || role === 'officer'
      await client.query(
        `with account as (insert into accounts (username, password_hash) values ($1, 'none') returning account_id),
              held as (insert into account_roles (account_id, role, unit_id, officer_id) select account_id, $2, $3, $4 from account)
         insert into sessions (token_hash, account_id, created_at, last_seen_at) select $5, account_id, now(), now() from account`,
        [
          `${role} ${token.slice(0, 8)}`,
          role,
          inUnit ? office.unit_id : null,
          role === 'officer' ? office.officer_id : null,
          hashToken(token),
        ],
      )
      readers.push({ role, cookie: `__Host-session=${token}` })
    }
    return { readers, office }
  } finally {
    await client.end()
  }
}

export interface Question {
  role: BenchRole
  what: string
  path: string
}

/** Every GET of every role's pages, over a month, over twelve weeks and over 1,100 days. */
export function listQuestions({ unit_id, officer_id }: Office, today = localDay(Date.now())): Question[] {
  const ranges: [string, string][] = [
    ['this month', `from=${today.slice(0, 8)}01&to=${today}`],
    ['12 weeks', `from=${addDays(today, -83)}&to=${today}`],
    ['1,100 days', `from=${addDays(today, -1099)}&to=${today}`],
  ]
  const unit = `/reports/units/${unit_id}`
  const questions: Question[] = []
  const ask = (role: BenchRole, what: string, path: string) => questions.push({ role, what: `${role}: ${what}`, path })
  for (const [name, range] of ranges) {
    for (const role of ['commission', 'administrator', 'unit_leader', 'unit_clerk'] as const) {
      ask(role, `units, ${name}`, `/reports/units?${range}&compare=previous`)
      ask(role, `unit, ${name}`, `${unit}?${range}&compare=previous`)
      ask(role, `weeks, ${name}`, `${unit}/series?${range}&grain=week`)
      ask(role, `months, ${name}`, `${unit}/series?${range}&grain=month`)
    }
    ask('commission', `remarks, ${name}`, `${unit}/remarks?${range}`)
    ask('unit_leader', `officer, ${name}`, `/reports/officers/${officer_id}?${range}`)
    ask('officer', `me, ${name}`, `/reports/me?${range}`)
  }
  // The whole fleet in one answer is asked for by no page: 6,000 tablets are 460 ms.
  ask('administrator', 'fleet, sixty of all units', '/fleet?limit=60')
  ask('administrator', 'fleet, those that need a hand', '/fleet?limit=60&needs_hand=true')
  ask('administrator', 'fleet, searched', '/fleet?limit=60&search=xa%201')
  ask('unit_clerk', 'fleet', `/fleet?unit_id=${unit_id}`)
  for (const noun of ['units', 'counters', 'officers', 'terminals', 'accounts']) ask('administrator', noun, `/${noun}`)
  for (const noun of ['counters', 'officers', 'assignments']) ask('unit_clerk', noun, `/${noun}`)
  ask('inspector', 'integrity reports', '/integrity-reports')
  ask('officer', 'session', '/session')
  return questions
}

/** Milliseconds until the whole answer was there. Throws on any status but 200. */
export async function timeAnswer(url: string, path: string, cookie: string, anew = false): Promise<number> {
  const begun = performance.now()
  const answer = await fetch(`${url}/api/v1${path}`, {
    headers: { cookie, 'accept-encoding': 'identity', ...(anew ? { 'cache-control': 'no-cache' } : {}) },
  })
  await answer.arrayBuffer()
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`)
  return performance.now() - begun
}
