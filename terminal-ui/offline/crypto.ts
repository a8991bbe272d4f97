/** Encrypts what the tablet keeps, so that neither staff nor a copied profile reads an answer from the store by looking. */

/**
 * Bodies are padded to whole blocks: the length of a body would otherwise tell `true` from `false`,
 * and so praise from blame. One block holds a rating with all thirteen marks.
 */
export const BLOCK_BYTES = 2048

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  body: ArrayBuffer
}

/** A new AES-GCM key that no script can read out again. */
export const createKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

/** JSON of `value`, padded with blanks (which JSON ignores) to a multiple of `BLOCK_BYTES` in UTF-8. */
export function padJson(value: unknown): Uint8Array<ArrayBuffer> {
  const plain = new TextEncoder().encode(JSON.stringify(value))
  const padded = new Uint8Array(Math.ceil(plain.length / BLOCK_BYTES) * BLOCK_BYTES).fill(0x20)
  padded.set(plain)
  return padded
}

/** Encrypts `value` for the record `id`. */
export async function encrypt(key: CryptoKey, id: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const additionalData = new TextEncoder().encode(id)
  return { iv, body: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, padJson(value)) }
}

/** The value encrypted for the record `id`. Throws when the key is another one or the bytes were altered. */
export async function decrypt(key: CryptoKey, id: string, sealed: Sealed): Promise<unknown> {
  const additionalData = new TextEncoder().encode(id)
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData }, key, sealed.body)
  return JSON.parse(new TextDecoder().decode(plain))
}
