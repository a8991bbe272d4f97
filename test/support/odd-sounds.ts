/** Recordings that are something else too: with tags, pages, scripts and archives in them, and such as never end. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'sounds', name))

export const PAYLOAD = '<script>ran=1</script>'
export const u32 = (value: number) =>
  Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
const box = (type: string, ...parts: Buffer[]) => {
  const content = Buffer.concat(parts)
  return Buffer.concat([u32(8 + content.length), Buffer.from(type), content])
}
/** A WebM element with a size of four bytes. */
const element = (id: number[], content: Buffer) =>
  Buffer.concat([Buffer.from(id), u32(0x10000000 + content.length), content])
const insert = (bytes: Buffer, at: number, more: Buffer) =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
/** `more` at the end of the box `type` of a file, whose size and those of its parents grow. */
function intoBox(bytes: Buffer, path: string[], more: Buffer): Buffer {
  const grown = Buffer.from(bytes)
  let [from, end] = [0, 0]
  for (const type of path) {
    const at = grown.indexOf(type, from) - 4
    end = at + grown.readUInt32BE(at)
    grown.writeUInt32BE(grown.readUInt32BE(at) + more.length, at)
    from = at + 8
  }
  return insert(grown, end, more)
}
/** By the definition in RFC 3533, bit by bit. */
export function oggSum(page: Buffer): Buffer {
  page.writeUInt32LE(0, 22)
  let sum = 0
  for (const byte of page) {
    for (let bit = 7; bit >= 0; bit--) {
      const top = (sum >>> 31) ^ ((byte >> bit) & 1)
      sum = ((sum << 1) ^ (top ? 0x04c11db7 : 0)) >>> 0
    }
  }
  page.writeUInt32LE(sum, 22)
  return page
}
export const oggPages = (bytes: Buffer): Buffer[] => {
  const starts: number[] = []
  for (let at = bytes.indexOf('OggS'); at >= 0; at = bytes.indexOf('OggS', at + 4)) starts.push(at)
  return starts.map((start, place) => Buffer.from(bytes.subarray(start, starts[place + 1])))
}
/** The Opus file with this packet of comments, on as many pages as it takes. */
function oggWith(packet: Buffer): Buffer {
  const [head, , ...rest] = oggPages(fixture('opus.ogg')) as [Buffer, Buffer, ...Buffer[]]
  const made: Buffer[] = []
  for (let from = 0; from <= packet.length; from += 255 * 255) {
    const part = packet.subarray(from, from + 255 * 255)
    const lacing = [
      ...Array(Math.floor(part.length / 255)).fill(255),
      ...(part.length < 255 * 255 ? [part.length % 255] : []),
    ]
    const start = Buffer.from(head.subarray(0, 27))
    start[5] = from === 0 ? 0 : 1
    start[26] = lacing.length
    made.push(Buffer.concat([start, Buffer.from(lacing), part]))
  }
  const pages = [head, ...made, ...rest]
  for (const [number, page] of pages.entries()) page.writeUInt32LE(number, 18)
  return Buffer.concat(pages.map(oggSum))
}
const comments = (text: string, count = 1) =>
  Buffer.concat([
    Buffer.from('OpusTags'),
    ...[Buffer.from([4, 0, 0, 0]), Buffer.from('Lavf'), Buffer.from([count & 255, count >> 8, 0, 0])],
    ...Array.from({ length: count }, () => {
      const size = Buffer.alloc(4)
      size.writeUInt32LE(Buffer.byteLength(text))
      return Buffer.concat([size, Buffer.from(text)])
    }),
  ])
const tagged = (text: string) => {
  const size = text.length + 11
  return Buffer.concat([
    Buffer.from('ID3\x03\0\0\0\0'),
    Buffer.from([size >> 7, size & 127]),
    Buffer.from('TIT2\0\0\0\0\0\0\0'),
    Buffer.from(text),
  ])
}
export const text = Buffer.from(PAYLOAD)
const zip = Buffer.from(`PK\x03\x04${PAYLOAD}PK\x05\x06`)
export const m4a = fixture('aac.m4a')
export const webm = fixture('opus.webm')
/** Behind the id and the eight bytes of size of the segment. */
const inSegment = webm.indexOf(Buffer.from([0x18, 0x53, 0x80, 0x67])) + 12
const longerSegment = (bytes: Buffer, by: number) => {
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(inSegment - 8) + BigInt(by), inSegment - 8)
  return bytes
}
const intoSegment = (more: Buffer) => longerSegment(insert(webm, inSegment, more), more.length)

/** What becomes of each: the sound without the payload, or a refusal. */
export const polyglots: Record<string, [Buffer, 'cleaned' | 'refused']> = {
  'mp3, a title in front': [Buffer.concat([tagged(PAYLOAD), fixture('variable.mp3').subarray(44)]), 'cleaned'],
  'mp3, a tag behind': [Buffer.concat([fixture('variable.mp3'), Buffer.from('TAG'), text]), 'cleaned'],
  'mp3, an archive behind': [Buffer.concat([fixture('variable.mp3'), zip]), 'refused'],
  'mp3, a page in front': [Buffer.concat([text, fixture('variable.mp3')]), 'refused'],
  'gif in front of an mp3': [Buffer.concat([Buffer.from('GIF89a'), text, fixture('variable.mp3')]), 'refused'],
  'pdf in front of an ogg': [Buffer.concat([Buffer.from('%PDF-1.4'), fixture('opus.ogg')]), 'refused'],
  'wav, a chunk of text': [
    insert(fixture('pcm.wav'), 12, Buffer.concat([Buffer.from('LIST'), Buffer.from([22, 0, 0, 0]), text])),
    'cleaned',
  ],
  'wav, an archive behind': [Buffer.concat([fixture('pcm.wav'), zip]), 'cleaned'],
  'wav, a script in its size': [
    Buffer.concat([Buffer.from('RIFF=1/*'), fixture('pcm.wav').subarray(8), Buffer.from('*/;ran=1')]),
    'cleaned',
  ],
  'ogg, a comment': [oggWith(comments(PAYLOAD)), 'cleaned'],
  'ogg, comments on three pages': [oggWith(comments(PAYLOAD.repeat(300), 20)), 'cleaned'],
  'ogg, an archive behind': [Buffer.concat([fixture('opus.ogg'), zip]), 'refused'],
  'ogg, pages behind the last one': [Buffer.concat([fixture('opus.ogg'), fixture('opus.ogg')]), 'refused'],
  'webm, tags': [intoSegment(element([0x12, 0x54, 0xc3, 0x67], text)), 'cleaned'],
  'webm, an attached file': [intoSegment(element([0x19, 0x41, 0xa4, 0x69], zip)), 'cleaned'],
  'webm, an unknown element': [intoSegment(element([0x1f, 0, 0, 1], text)), 'cleaned'],
  'webm, a void that is full': [intoSegment(element([0xec], text)), 'cleaned'],
  'webm, an element behind': [Buffer.concat([webm, element([0xec], text)]), 'cleaned'],
  'webm, text behind': [Buffer.concat([webm, text]), 'refused'],
  'm4a, user data': [intoBox(m4a, ['moov'], box('udta', box('meta', text))), 'cleaned'],
  'm4a, where it was recorded': [intoBox(m4a, ['moov', 'trak'], box('udta', box('\u00a9xyz', text))), 'cleaned'],
  'm4a, an unknown box in a table': [
    intoBox(m4a, ['moov', 'trak', 'mdia', 'minf', 'stbl'], box('evil', text)),
    'cleaned',
  ],
  'm4a, a name of the handler': [intoBox(m4a, ['moov', 'trak', 'mdia', 'hdlr'], text), 'cleaned'],
  'm4a, free space that is full': [Buffer.concat([m4a, box('free', text)]), 'cleaned'],
  'm4a, a second table': [Buffer.concat([m4a, box('moov', box('trak', text))]), 'cleaned'],
  'm4a, a box of no length behind': [Buffer.concat([m4a, u32(0), Buffer.from('uuid'), text]), 'cleaned'],
  'm4a, text behind': [Buffer.concat([m4a, text]), 'refused'],
  'm4a, brands that are a page': [intoBox(m4a, ['ftyp'], text), 'refused'],
  'm4a, samples in another file': [
    intoBox(m4a, ['moov', 'trak', 'mdia', 'minf', 'dinf', 'dref', 'url '], text),
    'refused',
  ],
}

const filled = (part: Buffer, room: number) => Buffer.concat(Array(Math.floor(room / part.length)).fill(part))
const trun = box('trun', u32(0), u32(0xffffffff))
/** Files of about `room` bytes that are all structure, or say that they hold far more than they do. */
export const endless: Record<string, (room: number) => Buffer> = {
  'mp4: runs of four thousand million samples': (room) =>
    Buffer.concat([
      fixture('fragments.m4a'),
      box('moof', box('traf', box('tfhd', u32(0), u32(1)), filled(trun, room))),
    ]),
  'mp4: empty boxes': (room) => Buffer.concat([m4a, filled(box('free'), room)]),
  'mp4: empty tables': (room) => intoBox(m4a, ['moov'], filled(box('trak'), room)),
  'mp4: empty fragments': (room) => Buffer.concat([fixture('fragments.m4a'), filled(box('moof', box('traf')), room)]),
  'mp4: boxes in boxes': (room) => {
    const heads = Array.from({ length: Math.floor(room / 8) }, (_, depth) =>
      Buffer.concat([u32(room - (room % 8) - depth * 8), Buffer.from('moov')]),
    )
    return Buffer.concat([m4a, ...heads])
  },
  'webm: elements of two bytes': (room) => intoSegment(filled(Buffer.from([0xec, 0x80]), room)),
  'webm: clusters without an end': (room) =>
    Buffer.concat([webm, filled(Buffer.from([0x1f, 0x43, 0xb6, 0x75, 0xff]), room)]),
  'webm: tracks': (room) => intoSegment(element([0x16, 0x54, 0xae, 0x6b], filled(Buffer.from([0xae, 0x80]), room))),
  'ogg: empty pages': (room) => {
    const [head, , ...rest] = oggPages(fixture('opus.ogg')) as [Buffer, Buffer, ...Buffer[]]
    const none = Array.from({ length: Math.floor(room / 27) }, () =>
      Buffer.concat([head.subarray(0, 5), Buffer.alloc(1), head.subarray(6, 26), Buffer.alloc(1)]),
    )
    const pages = [head, ...none, ...rest]
    for (const [number, page] of pages.entries()) page.writeUInt32LE(number, 18)
    return Buffer.concat(pages.map(oggSum))
  },
  'ogg: comments': (room) => oggWith(comments('', Math.floor(room / 4))),
  'mp3: zeros behind a tag': (room) =>
    Buffer.concat([fixture('variable.mp3').subarray(0, 44), Buffer.alloc(room), fixture('variable.mp3').subarray(44)]),
  'mp3: frames': (room) => filled(fixture('variable.mp3').subarray(44, 44 + 240), room),
  'wav: empty chunks': (room) => insert(fixture('pcm.wav'), 12, filled(Buffer.from('LIST\0\0\0\0'), room)),
}
