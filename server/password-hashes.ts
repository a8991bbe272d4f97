/** Hashes and checks passwords with argon2id, a few at a time: each takes 19 MiB and tens of milliseconds of a core. */
import { hash, verify } from '@node-rs/argon2'
import { normalisePassword } from './domain/passwords.ts'
import { ApiError } from './errors.ts'
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
  const compareWith = passwordHash ?? (await decoy)
  const equal = await inTurn(() => verify(compareWith, normalisePassword(password)))
  return equal && passwordHash !== null
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
