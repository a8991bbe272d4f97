/** Staff accounts, log-in and the one-time set-up. */
import { type Static, Type } from 'typebox'
import { Closed, CountedPage, Id, Instant, Nullable } from './common.ts'

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
  officer_name: Nullable(Type.String()),
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
  /** False until the invited person has set a password. */
  has_password: Type.Boolean(),
  has_second_factor: Type.Boolean(),
  /** No second factor is ever asked for: made on the machine itself, or for the demonstration. */
  second_factor_waived: Type.Boolean(),
})
export type Account = Static<typeof Account>

/** `invited`: of those not locked, how many have no password yet. */
export const AccountPage = Closed({ ...CountedPage(Account).properties, invited: Type.Integer() })

const grantScope = { unit_id: Type.Optional(Id), officer_id: Type.Optional(Id) }
/** Leaders and clerks name a unit, officers an officer, the commission a unit or none, the others none. */
export const NewGrant = Closed({ account_id: Id, role: Role, ...grantScope })
export type NewGrant = Static<typeof NewGrant>
export const GrantPatch = Closed({ active: Type.Optional(Type.Literal(false)) })

/** Either one `role` with its scope, or `grants`. Without a password the answer holds an invitation. */
export const NewAccount = Closed({
  username: Username,
  password: Type.Optional(Password),
  role: Type.Optional(Role),
  ...grantScope,
  grants: Type.Optional(Type.Array(Closed({ role: Role, ...grantScope }), { minItems: 1, maxItems: 100 })),
})
export const AccountPatch = Closed({
  active: Type.Optional(Type.Boolean()),
  /** False asks for a second factor from now on; it cannot be waived from a page. */
  second_factor_waived: Type.Optional(Type.Literal(false)),
  /** Takes a lost second factor away: the person sets up another one. */
  reset_second_factor: Type.Optional(Type.Literal(true)),
})

/** A link by which one person sets one password, shown once: the token belongs behind the # of the page's address. */
export const AccountLink = Closed({
  token: Type.String(),
  kind: Type.Enum(['invitation', 'reset']),
  expires_at: Instant,
})
export type AccountLink = Static<typeof AccountLink>
export const NewAccountAnswer = Closed({ ...Account.properties, link: Nullable(AccountLink) })
export type NewAccountAnswer = Static<typeof NewAccountAnswer>

export const LinkToken = Closed({ token: Type.String({ minLength: 1, maxLength: 100 }) })
export const LinkUse = Closed({ ...LinkToken.properties, password: Password })
export const LinkOwner = Closed({
  username: Type.String(),
  kind: AccountLink.properties.kind,
  expires_at: Instant,
})
export type LinkOwner = Static<typeof LinkOwner>

/** What people see and change of their own account. */
export const OwnAccount = Closed({
  username: Type.String(),
  password_changed_at: Nullable(Instant),
  has_second_factor: Type.Boolean(),
  recovery_codes_left: Type.Integer(),
  trusted_devices: Type.Integer(),
  may_trust_device: Type.Boolean(),
})
export type OwnAccount = Static<typeof OwnAccount>
export const PasswordChange = Closed({ password: Password, new_password: Password })
export const PasswordProof = Closed({ password: Password })
export const CodeProof = Closed({ code: Type.String({ minLength: 1, maxLength: 20 }) })
/** For the code generator: as an address (in the QR code) and to be typed. */
export const SecondFactorOffer = Closed({ uri: Type.String(), secret: Type.String() })
export type SecondFactorOffer = Static<typeof SecondFactorOffer>
/** Shown once. */
export const RecoveryCodes = Closed({ recovery_codes: Type.Array(Type.String()) })
export type RecoveryCodes = Static<typeof RecoveryCodes>
export const OwnSession = Closed({
  session_id: Id,
  begun_at: Instant,
  last_seen_at: Instant,
  /** Where it came from: an address, and what the browser says of itself; null when unknown. */
  address: Nullable(Type.String()),
  browser: Nullable(Type.String()),
  second_factor: Type.Boolean(),
  current: Type.Boolean(),
})
export type OwnSession = Static<typeof OwnSession>

export const Login = Closed({
  username: Type.String({ minLength: 1, maxLength: 200 }),
  password: Password,
  /** Six digits of the code generator, or a recovery code. */
  code: Type.Optional(Type.String({ maxLength: 20 })),
  /** Ask for no code on this device for 30 days; only for accounts without a role of the province. */
  trust_device: Type.Optional(Type.Boolean()),
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
  /** `none`: not asked for; `due`: to be set up (until `second_factor_due_at` everything works); `done`: shown. */
  second_factor: Type.Enum(['none', 'due', 'done']),
  second_factor_due_at: Nullable(Instant),
})
export type Session = Static<typeof Session>

export const Setup = Closed({
  token: Type.String({ minLength: 1, maxLength: 100 }),
  username: Username,
  password: Password,
})
