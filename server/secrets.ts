/** Tokens and the short codes people type: how they are made, and the only form in which they are stored. */
import { createHash, createHmac, pbkdf2, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** Crockford's 32 signs: no I, L, O, U, so that a code read aloud is typed right. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const PAIRING_CODE_LENGTH = 8

/** 256 random bits as 43 URL-safe characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** A token has 256 random bits, so a plain hash of it gives nothing away. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Crockford characters of 5 random bits each. */
export function newCode(length: number): string {
  return Array.from({ length }, () => CROCKFORD[randomInt(CROCKFORD.length)]).join('')
}

/** Eight Crockford characters, 40 bits. */
export function newPairingCode(): string {
  return newCode(PAIRING_CODE_LENGTH)
}

/** As typed by people: case, blanks and dashes do not count, I and L read as 1, O as 0. Null when it can be no code. */
export function normalisePairingCode(typed: string): string | null {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replaceAll('O', '0')
  return code.length === PAIRING_CODE_LENGTH && [...code].every((sign) => CROCKFORD.includes(sign)) ? code : null
}

/** Keyed: 40 bits could be reversed from a plain hash in minutes. */
export function hashPairingCode(code: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`pairing:${code}`).digest()
}

/** OWASP asks more of passwords; a tablet must do these in half a second, and six digits are few whatever the count. */
export const PIN_ITERATIONS = 100_000

/** What a tablet compares a typed PIN with: PBKDF2, HMAC-SHA-256, a salt of its own. */
export async function hashServicePin(pin: string): Promise<{ salt: Buffer; hash: Buffer; iterations: number }> {
  const salt = randomBytes(16)
  return { salt, hash: await derive(pin, salt, PIN_ITERATIONS, 32, 'sha256'), iterations: PIN_ITERATIONS }
}
