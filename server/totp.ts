/** Code generators (RFC 6238): secrets sealed with a key outside the database, codes checked, recovery codes made. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { newCode } from './secrets.ts'

export const STEP_SECONDS = 30
/** A generator whose clock is one step off is still believed, in both directions. */
const WINDOW = 1
export const RECOVERY_CODES = 10

const generatorOf = (secret: Buffer, username: string) =>
  new TOTP({
    issuer: 'Hài Lòng',
    label: username,
    algorithm: 'SHA1', // What every generator knows; HMAC does not suffer from SHA-1's collisions.
    digits: 6,
    period: STEP_SECONDS,
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
  })

export const newTotpSecret = (): Buffer => randomBytes(20)

/** What a generator is given: the address behind the QR code, and the same secret to be typed. */
export function describeTotp(secret: Buffer, username: string): { uri: string; secret: string } {
  const generator = generatorOf(secret, username)
  return { uri: generator.toString(), secret: generator.secret.base32 }
}

/** The time step this code belongs to, in steps since 1970; null when it is no code of now or one step beside it. */
export function stepOfCode(secret: Buffer, code: string, now: number): number | null {
  const digits = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(digits)) return null
  const delta = generatorOf(secret, '').validate({ token: digits, timestamp: now, window: WINDOW })
  return delta === null ? null : Math.floor(now / 1000 / STEP_SECONDS) + delta
}

const sealingKey = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'hai-long second factor', 32))

/** AES-256-GCM, bound to the account: a secret copied to another row opens nothing there. */
export function sealSecret(secret: Buffer, accountId: number, key: Buffer): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), iv)
  cipher.setAAD(Buffer.from(`account:${accountId}`))
  return Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

/** Null when it was sealed under another key, for another account, or altered. */
export function openSecret(sealed: Buffer, accountId: number, key: Buffer): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), sealed.subarray(0, 12))
    decipher.setAAD(Buffer.from(`account:${accountId}`))
    decipher.setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return null
  }
}

/** Ten codes of 50 random bits, `XXXXX-XXXXX`, each good once when the generator is lost. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => newCode(10).replace(/^(.{5})/, '$1-'))
}

/** Keyed, like every short code. Typed with or without the dash, in any case. */
export function hashRecoveryCode(code: string, accountId: number, key: Buffer): Buffer {
  const typed = code.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replaceAll('O', '0')
  return createHmac('sha256', key).update(`recovery:${accountId}:${typed}`).digest()
}
