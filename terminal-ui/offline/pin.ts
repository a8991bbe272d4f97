/** The PIN of the service corner: compared on the tablet itself, so that it opens without a network. */

import type { ServicePin } from '../../server/contract/terminals.ts'
import { utf8 } from './crypto.ts'

export const PIN_LENGTH = 6
/** Wrong PINs in a row before a wait, and how long: it doubles, ends at ten minutes, and nobody is shut out for ever. */
export const FREE_TRIES = 5
const FIRST_WAIT_S = 30
const LONGEST_WAIT_S = 600

/** Seconds to wait after so many wrong PINs in a row: 0 for the first four, then 30, 60, 120 … 600. */
export const waitAfter = (failures: number): number =>
  failures < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(failures - FREE_TRIES, 10))

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))

/** Whether `pin` is the one behind the hash (PBKDF2, HMAC-SHA-256, 32 bytes). Throws when salt or hash are no base64. */
export async function isPin(pin: string, { salt, hash, iterations }: ServicePin): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits'])
  const wanted = fromBase64(hash)
  const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt: fromBase64(salt), iterations }
  const bits = new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, wanted.length * 8))
  return wanted.length > 0 && bits.every((byte, place) => byte === wanted[place])
}
