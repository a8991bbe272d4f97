/**
 * What a recording is, read from its bytes and never from its name: its form, how long it sounds, whether its end is there,
 * and what is left of it without tags, pictures and whatever else is no sound.
 */
import type { SoundType } from '../contract/voices.ts'
import { readMp4 } from './sounds-mp4.ts'
import { readOgg } from './sounds-ogg.ts'
import { readWebm } from './sounds-webm.ts'

export interface Sound {
  media_type: SoundType
  duration_ms: number
  /** The recording without metadata. The samples themselves can be any bytes: how a clip is served makes those harmless. */
  content: Uint8Array
}

/** What the reader of one form returns. */
export type ReadSound = Pick<Sound, 'duration_ms' | 'content'>

/** `no_sound`: none of the forms taken. `cut_off`: the end is missing. `not_taken`: the right wrapping around something else. */
export type SoundFlaw = 'no_sound' | 'cut_off' | 'not_taken'

/** A recording that cannot be taken, and why. */
export class BadSound extends Error {
  readonly flaw: SoundFlaw
  constructor(flaw: SoundFlaw) {
    super(flaw)
    this.flaw = flaw
  }
}

/** Bytes a header field of an encoder or a codec needs at most. */
export const MAX_FIELD_BYTES = 64

/** ASCII of `length` bytes from `at`. */
export const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** How long an Opus packet sounds, from its first bytes (RFC 6716, 3.1), in milliseconds. */
export function packetMs(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const config = toc >> 3
  const sizes = config < 12 ? [10, 20, 40, 60] : config < 16 ? [10, 20] : [2.5, 5, 10, 20]
  const frame = sizes[config % sizes.length] as number
  const count = (toc & 3) === 0 ? 1 : (toc & 3) === 3 ? (packet[1] ?? 0) & 63 : 2
  return frame * count
}

/** Whether it is the head of an Opus stream and nothing more (RFC 7845, 5.1). */
export const isOpusHead = (packet: Uint8Array): boolean =>
  textAt(packet, 0, 8) === 'OpusHead' && packet.length === (packet[18] === 0 ? 19 : 21 + (packet[9] ?? 0))

/** Reads mp3, ogg (Opus, Vorbis), webm (Opus), mp4 (AAC, Opus) and wav (PCM). Returns the flaw for anything else. */
export function readSound(bytes: Uint8Array): Sound | SoundFlaw {
  try {
    const sound = read(Uint8Array.from(bytes))
    return sound.duration_ms > 0 ? { ...sound, duration_ms: Math.ceil(sound.duration_ms) } : 'no_sound'
  } catch (error) {
    if (error instanceof BadSound) return error.flaw
    // A length that points outside the file.
    if (error instanceof RangeError) return 'cut_off'
    throw error
  }
}

function read(bytes: Uint8Array): Sound {
  if (bytes.length < 12) throw new BadSound('no_sound')
  if (textAt(bytes, 0, 4) === 'OggS') return { media_type: 'audio/ogg', ...readOgg(bytes) }
  if (viewOf(bytes).getUint32(0) === 0x1a45dfa3) return { media_type: 'audio/webm', ...readWebm(bytes) }
  if (textAt(bytes, 4, 4) === 'ftyp') return { media_type: 'audio/mp4', ...readMp4(bytes) }
  if (textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WAVE') {
    return { media_type: 'audio/wav', ...readWav(bytes) }
  }
  return { media_type: 'audio/mpeg', ...readMp3(bytes) }
}

/** RIFF: chunks of a name, a length and content. Of these `fmt ` and `data` are kept. */
function readWav(bytes: Uint8Array): ReadSound {
  const view = viewOf(bytes)
  let format: Uint8Array | null = null
  let bytesPerSecond = 0
  for (let at = 12; ; ) {
    const [name, length] = [textAt(bytes, at, 4), view.getUint32(at + 4, true)]
    if (name === 'fmt ') {
      const form = view.getUint16(at + 8, true)
      // 0xFFFE says the form further on; PCM it is there too.
      const pcm = form === 0xfffe ? view.getUint16(at + 32, true) : form
      const width = (view.getUint16(at + 10, true) * view.getUint16(at + 22, true)) / 8
      bytesPerSecond = view.getUint32(at + 12, true) * width
      // Players use the rate, the field of bytes per second is only declared.
      const isTrue = view.getUint32(at + 16, true) === bytesPerSecond && view.getUint16(at + 20, true) === width
      if (pcm !== 1 || !isTrue || length > MAX_FIELD_BYTES) throw new BadSound('not_taken')
      format = bytes.subarray(at, at + 8 + length)
    }
    if (name === 'data') {
      if (!format || bytesPerSecond === 0) throw new BadSound('no_sound')
      if (at + 8 + length > bytes.length) throw new BadSound('cut_off')
      const head = bytes.slice(0, 12)
      viewOf(head).setUint32(4, 4 + format.length + 8 + length, true)
      const content = Buffer.concat([head, format, bytes.subarray(at, at + 8 + length)])
      return { duration_ms: (length / bytesPerSecond) * 1000, content }
    }
    at += 8 + length + (length % 2)
  }
}

const bitrates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const bitrates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const sampleRates = [44_100, 48_000, 32_000]

interface Frame {
  length: number
  samples: number
  rate: number
  /** Where a Xing or Info header would stand in it. */
  info: number
}

/** A frame of layer III (ISO 11172-3, 13818-3) at `at`; null when there is none. */
function frameAt(bytes: Uint8Array, at: number): Frame | null {
  if (at + 4 > bytes.length) return null
  const head = viewOf(bytes).getUint32(at)
  const version = (head >>> 19) & 3
  const [bitrate, rate] = [(head >>> 12) & 15, (head >>> 10) & 3]
  if (head >>> 21 !== 0x7ff || version === 1 || ((head >>> 17) & 3) !== 1) return null
  if (bitrate === 0 || bitrate === 15 || rate === 3) return null
  const one = version === 3
  const hertz = (sampleRates[rate] as number) / (one ? 1 : version === 2 ? 2 : 4)
  const bits = ((one ? bitrates1 : bitrates2)[bitrate] as number) * 1000
  const mono = ((head >>> 6) & 3) === 3
  return {
    length: Math.floor(((one ? 144 : 72) * bits) / hertz) + ((head >>> 9) & 1),
    samples: one ? 1152 : 576,
    rate: hertz,
    info: at + (one ? (mono ? 21 : 36) : mono ? 13 : 21),
  }
}

/** Frames, with tags before and behind them that are not kept. */
function readMp3(bytes: Uint8Array): ReadSound {
  let at = 0
  if (textAt(bytes, 0, 3) === 'ID3') {
    const size = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + ((bytes[place] as number) & 127), 0)
    at = 10 + size + ((bytes[5] as number) & 16 ? 10 : 0)
    while (at < bytes.length && bytes[at] === 0) at++
  }
  const from = at
  let [frames, samples, declared] = [0, 0, 0]
  const first = frameAt(bytes, at)
  if (!first) throw new BadSound(at > bytes.length ? 'cut_off' : 'no_sound')
  for (let frame: Frame | null = first; frame; frame = frameAt(bytes, at)) {
    if (frame.rate !== first.rate) throw new BadSound('no_sound')
    if (at + frame.length > bytes.length) throw new BadSound(frames < 2 ? 'no_sound' : 'cut_off')
    const isInfo = frames === 0 && ['Xing', 'Info'].includes(textAt(bytes, frame.info, 4))
    if (isInfo && viewOf(bytes).getUint32(frame.info + 4) & 1) declared = viewOf(bytes).getUint32(frame.info + 8)
    if (!isInfo) samples += frame.samples
    frames++
    at += frame.length
  }
  // Three frames in a row: fewer may be chance.
  if (frames < 3) throw new BadSound('no_sound')
  const rest = bytes.subarray(at)
  const isTag = ['TAG', 'APE', 'LYR'].includes(textAt(rest, 0, 3))
  if (rest.length > 0 && !isTag && rest.some((byte) => byte !== 0)) throw new BadSound('cut_off')
  if (declared > frames - 1) throw new BadSound('cut_off')
  return { duration_ms: (samples / first.rate) * 1000, content: bytes.subarray(from, at) }
}
