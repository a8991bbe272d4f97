/** The three pilot units since May 2023, put into an empty database so that the first start has something to show. */
import { Kysely, PostgresDialect, sql } from 'kysely'
import { openOwnerPool, type Tables } from './database.ts'

const pilotUnits = [
  {
    name: 'Phường Quyết Thắng',
    kind: 'ward',
    counters: [
      ['Quầy 1', 'Hộ tịch, chứng thực'],
      ['Quầy 2', 'Đất đai, xây dựng, môi trường'],
      ['Quầy 3', 'Lao động, người có công và xã hội'],
      ['Quầy 4', 'Cư trú, an ninh trật tự'],
    ],
  },
  {
    name: 'Xã Chiềng Khương',
    kind: 'commune',
    counters: [
      ['Quầy 1', 'Hộ tịch, chứng thực'],
      ['Quầy 2', 'Đất đai, nông nghiệp và môi trường'],
      ['Quầy 3', 'Lao động, người có công và xã hội'],
    ],
  },
  {
    name: 'Thị trấn Mộc Châu',
    kind: 'township',
    counters: [
      ['Quầy 1', 'Hộ tịch, chứng thực'],
      ['Quầy 2', 'Đất đai, xây dựng, môi trường'],
      ['Quầy 3', 'Văn hóa, lao động và xã hội'],
      ['Quầy 4', 'Cư trú, an ninh trật tự'],
    ],
  },
] as const

/**
 * Creates the pilot units with sample counters, and no officers, when the database holds no unit at all. Safe when
 * several processes start at once: they wait for each other, and the later ones find the units there.
 * @returns whether this call created them.
 */
export async function ensurePilotUnits(ownerUrl: string): Promise<boolean> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: openOwnerPool(ownerUrl) }) })
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('hai-long pilot units', 0))`.execute(trx)
      if (await trx.selectFrom('units').select('unit_id').limit(1).executeTakeFirst()) return false
      for (const { counters, ...unit } of pilotUnits) {
        const { unit_id } = await trx.insertInto('units').values(unit).returning('unit_id').executeTakeFirstOrThrow()
        await trx
          .insertInto('counters')
          .values(counters.map(([name, service]) => ({ unit_id, name, service })))
          .execute()
      }
      return true
    })
  } finally {
    await db.destroy()
  }
}
