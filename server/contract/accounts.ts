/** Staff accounts, log-in and the one-time set-up. */
import { type Static, Type } from 'typebox'
import { Closed, Id, Nullable } from './common.ts'

export const roles = ['administrator', 'commission', 'inspector', 'unit_leader', 'unit_clerk', 'officer'] as const
export type Role = (typeof roles)[number]
export const Role = Type.Enum(roles as unknown as Role[])

/** Letters, digits, dot, dash, underscore; compared without regard to case. */
export const Username = Type.String({ minLength: 2, maxLength: 60, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })
/** Whole length is checked by the password rule, which says what to do; this bound only keeps hashing cheap. */
export const Password = Type.String({ minLength: 1, maxLength: 256 })

/** One role and where it is held. `unit_id` null = the whole province; `officer_id` only for `officer`. */
export const Grant = Closed({
  grant_id: Id,
  role: Role,
  unit_id: Nullable(Id),
  officer_id: Nullable(Id),
})
export type Grant = Static<typeof Grant>

export const Account = Closed({
  account_id: Id,
  username: Type.String(),
  grants: Type.Array(Grant),
  /** The roles among `grants`, each once. */
  roles: Type.Array(Role),
  /** The first unit among `grants`; null for province roles. */
  unit_id: Nullable(Id),
  officer_id: Nullable(Id),
  active: Type.Boolean(),
})
export type Account = Static<typeof Account>

const grantScope = { unit_id: Type.Optional(Id), officer_id: Type.Optional(Id) }
/** Leaders and clerks name a unit, officers an officer, the commission a unit or none, the others none. */
export const NewGrant = Closed({ account_id: Id, role: Role, ...grantScope })
export type NewGrant = Static<typeof NewGrant>
export const GrantPatch = Closed({ active: Type.Optional(Type.Literal(false)) })

/** Either one `role` with its scope, or `grants`. */
export const NewAccount = Closed({
  username: Username,
  password: Password,
  role: Type.Optional(Role),
  ...grantScope,
  grants: Type.Optional(Type.Array(Closed({ role: Role, ...grantScope }), { minItems: 1, maxItems: 100 })),
})
export const AccountPatch = Closed({ active: Type.Optional(Type.Boolean()) })

export const Login = Closed({
  username: Type.String({ minLength: 1, maxLength: 200 }),
  password: Password,
  code: Type.Optional(Type.String({ maxLength: 20 })),
})

export const Session = Closed({
  account: Closed({
    account_id: Id,
    username: Type.String(),
    unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
    officer: Nullable(Closed({ officer_id: Id, name: Type.String() })),
  }),
  roles: Type.Array(Role),
  /** Every role with its place; `account.unit` and `account.officer` are the first ones. */
  grants: Type.Array(
    Closed({
      role: Role,
      unit: Nullable(Closed({ unit_id: Id, name: Type.String() })),
      officer: Nullable(Closed({ officer_id: Id, name: Type.String() })),
    }),
  ),
  second_factor: Type.Enum(['none', 'due', 'done']),
})
export type Session = Static<typeof Session>

export const Setup = Closed({
  token: Type.String({ minLength: 1, maxLength: 100 }),
  username: Username,
  password: Password,
})
