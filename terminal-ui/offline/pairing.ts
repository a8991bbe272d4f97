/** Pairing: eight Crockford characters against a token. */
import { call } from './api.ts'
import { isObject } from './shape.ts'
import { keepPairing, type Tablet } from './tablet.ts'

export const CODE_LENGTH = 8
/** Crockford's base 32: no I, L, O, U, so that nothing is misread. */
export const CODE_SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The code signs in `text`, in order: small letters count, I and L are read as 1, O as 0, everything else is left out. */
export function codeSigns(text: string): string {
  const plain = text.toUpperCase().replace(/[IL]/g, '1').replace(/O/g, '0')
  return [...plain].filter((sign) => CODE_SIGNS.includes(sign)).join('')
}

const LINK = /^#pair=(.*)$/

/** Whether the page was opened by a link `/terminal/#pair=CODE`: behind the # a code reaches no log. */
export const isPairLink = (): boolean => LINK.test(location.hash)

/** The code of such a link, taken out of the address, for it is good once; null when there is none. */
export function takeLinkedCode(): string | null {
  const [, text] = LINK.exec(location.hash) ?? []
  if (text === undefined) return null
  history.replaceState(null, '', location.pathname + location.search)
  const code = codeSigns(text)
  return code.length === CODE_LENGTH ? code : null
}

/** `busy` = the server asks to wait; `unreachable` = no answer of ours. */
export type PairingResult = 'paired' | 'refused' | 'busy' | 'unreachable'

/** Exchanges `code` for a token and keeps it. Throws `StoreFailure` when the token cannot be kept. */
export async function pair(tablet: Tablet, code: string): Promise<PairingResult> {
  // The old token ends the pairing this tablet leaves, so that its queue counts where it was tapped.
  const token = tablet.pairing.value?.token
  const body = { pairing_code: code }
  const reply = await call({ method: 'POST', path: 'terminals/pair', body, ...(token ? { token } : {}) })
  if (!reply) return 'unreachable'
  if (reply.status === 429 || reply.status === 503) return 'busy'
  const { json } = reply
  if (reply.status === 201 && isObject(json) && typeof json.terminal_token === 'string' && isObject(json.terminal)) {
    await keepPairing(tablet, { terminal_id: String(json.terminal.terminal_id), token: json.terminal_token })
    return 'paired'
  }
  return reply.status >= 400 && reply.status < 500 && json !== undefined ? 'refused' : 'unreachable'
}
