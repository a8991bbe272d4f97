/** Refuses weak passwords; hashes and checks them with argon2id, a few at a time: each takes 19 MiB and tens of milliseconds of a core. */
import { hash, verify } from '@node-rs/argon2'
import { checkPassword, normalisePassword } from './domain/passwords.ts'
import { ApiError, fail } from './errors.ts'
import { newToken } from './secrets.ts'

// OWASP's first choice for argon2id; the package's default algorithm is argon2id.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const AT_ONCE = 2
const MAX_WAITING = 50

let running = 0
let done = 0
const waiting: (() => void)[] = []
let decoy: Promise<string> | null = null

/** A PHC string with its own salt. Throws `overloaded` when too many are waiting. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalisePassword(password), cost))
}

/**
 * Whether the password is the one of `passwordHash`. With null (no such account) it does the same work and says no, so
 * that the time taken does not tell which names exist. Throws `overloaded` when too many are waiting.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hash(newToken(), cost)
  // A hash that is none (damaged, or put there by hand) opens nothing and costs as much.
  const isHash = passwordHash?.startsWith('$argon2id$') === true
  const compareWith = isHash ? passwordHash : await decoy
  const equal = await inTurn(() => verify(compareWith, normalisePassword(password)))
  return equal && isHash
}

/** Throws `password_too_weak`; the message says what to do instead. */
export function refuseWeakPassword(password: string, username: string, names: readonly string[] = []): void {
  const flaw = checkPassword(password, username, names)
  if (flaw) fail('password_too_weak', { flaw: flaw.flaw }, flaw.message)
}

/** How many hashes this process has computed: what a log-in costs, told without a clock. */
export function hashesDone(): number {
  return done
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new ApiError('overloaded')
    // The one who finishes hands its place over, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running += 1
  try {
    done += 1
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}
