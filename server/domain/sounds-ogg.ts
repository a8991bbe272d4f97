/** Ogg (RFC 3533) around Opus (RFC 7845) or Vorbis: pages with checksums, the last of which says that it is the last. */
import { BadSound, isOpusHead, packetMs, type ReadSound, textAt, viewOf } from './sounds.ts'

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

/** Samples an encoder may leave out at the end: one packet of Opus, 120 ms. */
const MAX_TRIMMED = 5760

/** Part of a packet within one page. */
interface Piece {
  page: Uint8Array
  from: number
  to: number
}

/** Reads and cleans `bytes`. Throws BadSound, or RangeError where a page points outside. */
export function readOgg(bytes: Uint8Array): ReadSound {
  const view = viewOf(bytes)
  let [at, number, granule, ended, packets, opusMs] = [0, 0, 0n, false, 0, 0]
  let isOpen = false
  let clock: { rate: number; skip: number; prefix: string } | null = null
  const comments: Piece[] = []
  const serial = view.getUint32(14, true)
  while (at < bytes.length) {
    if (textAt(bytes, at, 4) !== 'OggS' || ended) throw new BadSound('cut_off')
    const segments = view.getUint8(at + 26)
    const body = at + 27 + segments
    const lacing = bytes.subarray(at + 27, body)
    const length = lacing.reduce((sum, part) => sum + part, 0)
    if (body + length > bytes.length) throw new BadSound('cut_off')
    const page = bytes.subarray(at, body + length)
    if (checksum(page) !== view.getUint32(at + 22, true)) throw new BadSound('cut_off')
    // Another stream beside it: a picture, or a second song behind the first.
    if (view.getUint32(at + 14, true) !== serial) throw new BadSound('not_taken')
    if (view.getUint32(at + 18, true) !== number++) throw new BadSound('cut_off')
    const flags = view.getUint8(at + 5)
    if (view.getUint8(at + 4) !== 0 || (flags & ~4) !== (isOpen ? 1 : 0) + (number === 1 ? 2 : 0)) {
      throw new BadSound('cut_off')
    }
    clock ??= clockOf(bytes.subarray(body, body + length), lacing)
    let from = 27 + segments
    for (const part of lacing) {
      const to = from + part
      if (packets === 1) comments.push({ page, from, to })
      if (packets > 1 && !isOpen && clock.rate === 48_000) opusMs += packetMs(page.subarray(from, to))
      from = to
      isOpen = part === 255
      if (!isOpen) packets++
    }
    const reached = view.getBigInt64(at + 6, true)
    // -1: no packet ends on this page.
    if (reached > granule) granule = reached
    ended = (flags & 4) !== 0
    at = body + length
  }
  if (!clock?.rate || !ended) throw new BadSound('cut_off')
  if (clock.prefix === 'OpusTags' && opusMs * 48 > Number(granule) + MAX_TRIMMED) throw new BadSound('not_taken')
  removeComments(comments, clock.prefix)
  return { duration_ms: ((Number(granule) - clock.skip) / clock.rate) * 1000, content: bytes }
}

/** From the first page, which holds one packet of known length. `prefix` = how the packet of comments begins. */
function clockOf(packet: Uint8Array, lacing: Uint8Array) {
  const view = viewOf(packet)
  if (lacing.length !== 1) throw new BadSound('not_taken')
  if (isOpusHead(packet)) return { rate: 48_000, skip: view.getUint16(10, true), prefix: 'OpusTags' }
  if (textAt(packet, 0, 7) !== '\x01vorbis' || packet.length !== 30) throw new BadSound('not_taken')
  return { rate: view.getUint32(12, true), skip: 0, prefix: '\x03vorbis' }
}

/** Writes a packet of the same length that names nothing: all of it is the encoder's name, in spaces. */
function removeComments(pieces: readonly Piece[], prefix: string): void {
  const packet = new Uint8Array(pieces.reduce((sum, { from, to }) => sum + to - from, 0))
  const view = viewOf(packet)
  let read = 0
  for (const { page, from, to } of pieces) {
    packet.set(page.subarray(from, to), read)
    read += to - from
  }
  // Behind the name come four bytes of "no comments", and in Vorbis a bit that ends the packet.
  const end = prefix === 'OpusTags' ? packet.length : packet.length - 1
  const nameLength = end - prefix.length - 8
  if (nameLength < 0 || textAt(packet, 0, prefix.length) !== prefix) throw new BadSound('not_taken')
  packet.fill(0x20, prefix.length + 4, end - 4)
  view.setUint32(prefix.length, nameLength, true)
  view.setUint32(end - 4, 0, true)
  packet.fill(1, end)
  let written = 0
  for (const { page, from, to } of pieces) {
    page.set(packet.subarray(written, written + to - from), from)
    written += to - from
  }
  for (const page of new Set(pieces.map(({ page }) => page))) viewOf(page).setUint32(22, checksum(page), true)
}
