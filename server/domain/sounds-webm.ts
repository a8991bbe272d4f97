/** WebM (Matroska) as browsers record it: one Opus track, in clusters whose length nobody knew when they were begun. */
import { BadSound, textAt, viewOf } from './sounds.ts'

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
/** Elements that are walked into; all others are read, or passed over, whole. EBML head, segment, info, tracks, track, cluster, block group. */
const masters = new Set([0x1a45dfa3, SEGMENT, 0x1549a966, 0x1654ae6b, 0xae, CLUSTER, 0xa0])
const [DOC_TYPE, TIMECODE_SCALE, TRACK_TYPE, CODEC] = [0x4282, 0x2ad7b1, 0x83, 0x86]
const [TIMECODE, SIMPLE_BLOCK, BLOCK] = [0xe7, 0xa3, 0xa1]
const AUDIO = 2

/** A number of one to eight bytes that says its own length; `value` null = "not known". */
function numberAt(bytes: Uint8Array, at: number, keepMark: boolean): { value: number | null; length: number } {
  const first = bytes[at]
  if (first === undefined || first === 0) throw new BadSound('cut_off')
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) throw new BadSound('cut_off')
  let value = keepMark ? first : first & (0xff >> length)
  let full = (first & (0xff >> length)) === 0xff >> length
  for (let place = 1; place < length; place++) {
    const byte = bytes[at + place] as number
    value = value * 256 + byte
    full &&= byte === 0xff
  }
  return { value: full && !keepMark ? null : value, length }
}

const unsigned = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

/** How long an Opus packet sounds, from its first bytes (RFC 6716, 3.1), in milliseconds. */
function packetMs(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const config = toc >> 3
  const sizes = config < 12 ? [10, 20, 40, 60] : config < 16 ? [10, 20] : [2.5, 5, 10, 20]
  const frame = sizes[config % sizes.length] as number
  const count = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? (packet[1] ?? 0) & 63 : 2
  return frame * count
}

/** Milliseconds of sound. Throws BadSound, or RangeError where an element points outside. */
export function readWebm(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  let [at, cluster, end, blocks, scale] = [0, 0, 0, 0, 1_000_000]
  const codecs: string[] = []
  while (at < bytes.length) {
    const id = numberAt(bytes, at, true)
    const size = numberAt(bytes, at + id.length, false)
    const start = at + id.length + size.length
    if (size.value !== null && start + size.value > bytes.length) throw new BadSound('cut_off')
    if (masters.has(id.value as number)) {
      at = start
      continue
    }
    if (size.value === null) throw new BadSound('no_sound')
    const content = bytes.subarray(start, start + size.value)
    switch (id.value) {
      case DOC_TYPE:
        if (textAt(content, 0, content.length) !== 'webm') throw new BadSound('not_taken')
        break
      case TIMECODE_SCALE:
        scale = unsigned(content)
        break
      case TRACK_TYPE:
        if (unsigned(content) !== AUDIO) throw new BadSound('not_taken')
        break
      case CODEC:
        codecs.push(textAt(content, 0, content.length))
        break
      case TIMECODE:
        cluster = unsigned(content)
        break
      case SIMPLE_BLOCK:
      case BLOCK: {
        const track = numberAt(content, 0, false).length
        const relative = view.getInt16(start + track)
        const began = ((cluster + relative) * scale) / 1_000_000
        end = Math.max(end, began + packetMs(content.subarray(track + 3)))
        blocks++
        break
      }
    }
    at = start + size.value
  }
  if (codecs.length !== 1 || codecs[0] !== 'A_OPUS') throw new BadSound('not_taken')
  if (blocks === 0) throw new BadSound('cut_off')
  return end
}
