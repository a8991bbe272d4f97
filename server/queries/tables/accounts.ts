/** Who may log in, how, and the log of what they did. */
import type { Generated } from 'kysely'
import type { Json } from './json.ts'

export interface AccountTables {
  accounts: {
    account_id: Generated<number>
    username: string
    password_hash: string | null
    password_changed_at: Date | null
    first_login_at: Date | null
    second_factor_waived: Generated<boolean>
    active: Generated<boolean>
    created_at: Generated<Date>
  }
  account_roles: {
    grant_id: Generated<number>
    account_id: number
    role: string
    unit_id: number | null
    officer_id: number | null
    granted_at: Generated<Date>
    ended_at: Date | null
  }
  sessions: {
    session_id: Generated<number>
    token_hash: Buffer
    account_id: number
    created_at: Date
    last_seen_at: Date
    second_factor: Generated<boolean>
    address: string | null
    user_agent: string | null
  }
  account_links: {
    link_id: Generated<number>
    token_hash: Buffer
    account_id: number
    kind: 'invitation' | 'reset'
    created_by: number | null
    expires_at: Date
    used_at: Date | null
  }
  second_factors: { account_id: number; secret: Buffer; confirmed_at: Date | null; last_step: Generated<number> }
  recovery_codes: { account_id: number; code_hash: Buffer; used_at: Date | null }
  trusted_devices: { token_hash: Buffer; account_id: number; created_at: Date; expires_at: Date }
  login_failures: { failure_id: Generated<number>; username_hash: Buffer; address: string; failed_at: Date }
  setup_links: { token_hash: Buffer; expires_at: Date; used_at: Date | null }
  audit: {
    audit_id: Generated<number>
    happened_at: Generated<Date>
    account_id: number | null
    action: string
    unit_id: number | null
    subject: Json<unknown>
    detail: Json<unknown>
  }
  audit_inbox: { audit_id: number }
  audit_seals: { seal_number: number; audit_id: number; mac: Buffer }
}
