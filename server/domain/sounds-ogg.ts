/** Ogg (RFC 3533) around Opus (RFC 7845) or Vorbis: pages with checksums, the last of which says that it is the last. */
import { BadSound, textAt, viewOf } from './sounds.ts'

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value & 0x80000000 ? 0x04c11db7 : 0)
  return value >>> 0
})

/** The checksum of a page, its own four bytes at 22 taken as nought. */
function checksum(page: Uint8Array): number {
  let value = 0
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : (page[at] as number)
    value = ((value << 8) ^ (table[((value >>> 24) ^ byte) & 255] as number)) >>> 0
  }
  return value
}

/** Milliseconds of sound. Throws BadSound, or RangeError where a page points outside. */
export function readOgg(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  let [at, number, granule, ended] = [0, 0, 0n, false]
  let clock: { rate: number; skip: number } | null = null
  const serial = view.getUint32(14, true)
  while (at < bytes.length) {
    if (textAt(bytes, at, 4) !== 'OggS') throw new BadSound('cut_off')
    const segments = view.getUint8(at + 26)
    const body = at + 27 + segments
    const length = bytes.subarray(at + 27, body).reduce((sum, part) => sum + part, 0)
    if (body + length > bytes.length) throw new BadSound('cut_off')
    const page = bytes.subarray(at, body + length)
    if (checksum(page) !== view.getUint32(at + 22, true)) throw new BadSound('cut_off')
    // Another stream beside it: a picture, or a second song behind the first.
    if (view.getUint32(at + 14, true) !== serial) throw new BadSound('not_taken')
    if (view.getUint32(at + 18, true) !== number++) throw new BadSound('cut_off')
    if (!clock) {
      if (textAt(bytes, body, 8) === 'OpusHead') clock = { rate: 48_000, skip: view.getUint16(body + 10, true) }
      else if (textAt(bytes, body, 7) === '\x01vorbis') clock = { rate: view.getUint32(body + 12, true), skip: 0 }
      else throw new BadSound('not_taken')
    }
    const reached = view.getBigInt64(at + 6, true)
    // -1: no packet ends on this page.
    if (reached > granule) granule = reached
    ended = (view.getUint8(at + 5) & 4) !== 0
    at = body + length
  }
  if (!clock?.rate || !ended) throw new BadSound('cut_off')
  return ((Number(granule) - clock.skip) / clock.rate) * 1000
}
