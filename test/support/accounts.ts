/** Accounts with a password of their own, for tests that log in through the page; no second factor is asked of them. */
import { hashPassword } from '../../server/password-hashes.ts'
import { type GrantValues, insertAccount } from '../../server/queries/accounts.ts'
import { type Pools, withScope } from '../../server/queries/database.ts'

export const password = 'ruộng bậc thang mùa nước đổ'
const nobody = { account_id: null, roles: ['administrator' as const], units: 'all' as const, officer_id: null }

export async function openAccount(pools: Pools, username: string, ...grants: Partial<GrantValues>[]): Promise<void> {
  const password_hash = await hashPassword(password)
  await withScope(pools.app, nobody, (trx) =>
    insertAccount(trx, {
      username,
      password_hash,
      second_factor_waived: true,
      grants: grants.map((grant) => ({ unit_id: null, officer_id: null, ...grant }) as GrantValues),
    }),
  )
}
