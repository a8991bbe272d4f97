/** Encrypts what the tablet keeps, so that neither staff nor a copied profile reads an answer from the store by looking. */

/**
 * Bodies are padded to whole blocks: the length of a body would otherwise show `true` from `false`, and so praise from
 * blame. One block holds a rating with every tile and a remark of 1,000 characters of 4 bytes.
 */
export const BLOCK_BYTES = 6144

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  body: ArrayBuffer
}

/** A new AES-GCM key that no script can read out again. */
export const createKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** The blanks that bring `json` to a multiple of `size` bytes in UTF-8. */
export const blanksFor = (json: string, size: number): string => ' '.repeat((size - (utf8(json).length % size)) % size)

/** JSON of `value`, padded with blanks (which JSON ignores) to a multiple of `BLOCK_BYTES`. */
export function padJson(value: unknown): Uint8Array<ArrayBuffer> {
  const json = JSON.stringify(value)
  return utf8(json + blanksFor(json, BLOCK_BYTES))
}

/** Encrypts `value` for the record `id`. */
export async function encrypt(key: CryptoKey, id: string, value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return {
    iv,
    body: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(id) }, key, padJson(value)),
  }
}

/** The value encrypted for the record `id`. Throws when the key is another one or the bytes were altered. */
export async function decrypt(key: CryptoKey, id: string, sealed: Sealed): Promise<unknown> {
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: sealed.iv, additionalData: utf8(id) },
    key,
    sealed.body,
  )
  return JSON.parse(new TextDecoder().decode(plain))
}
