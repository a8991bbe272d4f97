/** Files inside JSON. */

/**
 * The bytes of a base64 text, with or without its padding; null for anything else: Node passes over what is none, and what
 * is left would be another file. Linear: `/=+$/` on a text of 1 MB of `=` took minutes.
 */
export function readBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  const whole = bytes.toString('base64')
  return text === whole || text === whole.replace(/={1,2}$/, '') ? bytes : null
}
