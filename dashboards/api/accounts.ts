/** The server's calls about accounts: other people's, by an administrator, and one's own. */
import type {
  Account,
  AccountLink,
  LinkOwner,
  NewAccountAnswer,
  OwnAccount,
  OwnSession,
  RecoveryCodes,
  Role,
  SecondFactorOffer,
} from '../../server/contract/accounts.ts'
import { at, call, create, type Options } from '../api.ts'

export const createAccount = (body: Record<string, unknown>) => create<NewAccountAnswer>('accounts', body)
/** An invitation, or a reset where a password was set before. */
export const createLink = (accountId: string) => call<AccountLink>('POST', `/accounts/${at(accountId)}/link`)
export const endSessionsOf = (accountId: string) => call<void>('DELETE', `/accounts/${at(accountId)}/sessions`)
export const addGrant = (body: { account_id: string; role: Role; unit_id?: string; officer_id?: string }) =>
  call<Account>('POST', '/grants', body)
export const endGrant = (grantId: string) => call<Account>('PATCH', `/grants/${at(grantId)}`, { active: false })

export const lookAtLink = (token: string) => call<LinkOwner>('POST', '/account-links/look', { token })
export const usePasswordLink = (token: string, password: string) =>
  call<LinkOwner>('POST', '/account-links/use', { token, password })

export const getOwnAccount = (options?: Options) => call<OwnAccount>('GET', '/account', undefined, options)
export const changePassword = (password: string, newPassword: string) =>
  call<void>('PATCH', '/account', { password, new_password: newPassword })
export const offerSecondFactor = (password: string) =>
  call<SecondFactorOffer>('POST', '/account/second-factor', { password })
export const confirmSecondFactor = (code: string) => call<RecoveryCodes>('PATCH', '/account/second-factor', { code })
export const renewRecoveryCodes = (password: string) =>
  call<RecoveryCodes>('POST', '/account/recovery-codes', { password })
export const forgetDevices = () => call<void>('DELETE', '/account/devices')
export const listOwnSessions = (options?: Options) =>
  call<{ items: OwnSession[] }>('GET', '/account/sessions', undefined, options)
export const endOwnSession = (sessionId: string) => call<void>('DELETE', `/account/sessions/${at(sessionId)}`)
export const endOtherSessions = () => call<void>('DELETE', '/account/sessions')
