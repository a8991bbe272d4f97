/** A recording is taken for what its bytes are: every form, every cut, and everything that only pretends. */
import { readdirSync, readFileSync } from 'node:fs'
import { Session as InspectorSession } from 'node:inspector'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readSound, type Sound } from '../../server/domain/sounds.ts'
import { endless, fixture, m4a, oggPages, oggSum, PAYLOAD, polyglots, text, u32, webm } from '../support/odd-sounds.ts'
import { property } from '../support/property.ts'

const root = join(import.meta.dirname, '..', '..')

/** "Hài lòng", 0.76 s of sound; ffprobe's own duration of each file, in milliseconds. */
const whole: Record<string, [string, number]> = {
  'variable.mp3': ['audio/mpeg', 816],
  'tagged.mp3': ['audio/mpeg', 810],
  'opus.ogg': ['audio/ogg', 759],
  'vorbis.ogg': ['audio/ogg', 759],
  'opus.webm': ['audio/webm', 781],
  'aac.m4a': ['audio/mp4', 802],
  'fragments.m4a': ['audio/mp4', 802],
  'pcm.wav': ['audio/wav', 759],
}

t.test('every form is known by its bytes, with its duration', async (t) => {
  t.same(readdirSync(join(root, 'test', 'fixtures', 'sounds')).sort(), Object.keys(whole).sort())
  for (const [name, [media_type, duration_ms]] of Object.entries(whole)) {
    t.match(readSound(fixture(name)), { media_type, duration_ms }, name)
  }
})

t.test('the stand-in voices are whole sets of clips that the server would take', async (t) => {
  for (const language of ['vi', 'en']) {
    for (const clip of 'question level_1 level_2 level_3 level_4 level_5 recorded language paper_slip'.split(' ')) {
      const bytes = readFileSync(join(root, 'terminal-ui', 'public', 'voice', language, `${clip}.mp3`))
      t.match(readSound(bytes), { media_type: 'audio/mpeg', duration_ms: Number }, `${language} ${clip}`)
      t.ok(bytes.length < 20_000, 'small')
    }
  }
})

t.test('cut anywhere, it is not taken for whole', async (t) => {
  for (const [name, [, duration_ms]] of Object.entries(whole)) {
    const bytes = fixture(name)
    for (let length = 0; length < bytes.length; length += 13) {
      const read = readSound(bytes.subarray(0, length))
      if (typeof read === 'string') continue
      // What browsers record as webm has no end of its own, and tags at the end of an mp3 are no sound.
      const allowed = name === 'opus.webm' ? read.duration_ms < duration_ms : name === 'tagged.mp3' && length > 6700
      t.ok(allowed, `${name} cut at ${length}: ${JSON.stringify(read)}`)
    }
  }
})

t.test('a flipped bit in ogg, a video track, another codec, no sound at all', async (t) => {
  const ogg = fixture('opus.ogg')
  ogg[ogg.length >> 1] = (ogg[ogg.length >> 1] as number) ^ 1
  t.equal(readSound(ogg), 'cut_off')
  const swap = (name: string, from: number[] | string, to: number[] | string) => {
    const bytes = fixture(name)
    const at = bytes.indexOf(Buffer.from(from as string))
    t.ok(at > 0, `${name} holds ${from}`)
    Buffer.from(to as string).copy(bytes, at)
    return readSound(bytes)
  }
  t.equal(swap('opus.webm', [0x83, 0x81, 2], [0x83, 0x81, 1]), 'not_taken', 'a picture track')
  t.equal(swap('opus.webm', 'A_OPUS', 'A_VORB'), 'not_taken')
  t.equal(swap('aac.m4a', 'soun', 'vide'), 'not_taken')
  t.equal(swap('aac.m4a', 'mp4a', 'samr'), 'not_taken', 'what old telephones record')
  t.equal(swap('aac.m4a', 'moov', 'free'), 'cut_off', 'the table is missing')
  t.equal(
    swap('pcm.wav', [0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1], [0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 2]),
    'not_taken',
  )
})

t.test('pages, programs, pictures and noise', async (t) => {
  const texts = [
    '',
    'x',
    '<!doctype html><script>alert(1)</script>',
    'ID3',
    '{"clip":"question"}',
    'OggS',
    'RIFF____WAVE',
  ]
  for (const text of texts) t.type(readSound(Buffer.from(text)), 'string', JSON.stringify(text))
  t.equal(readSound(readFileSync(process.execPath).subarray(0, 250_000)), 'no_sound', 'a program')
  t.equal(readSound(readFileSync(join(root, 'terminal-ui', 'public', 'icon-192.png'))), 'no_sound', 'a picture')
  t.equal(readSound(Buffer.alloc(5000)), 'no_sound')
  t.equal(readSound(Buffer.alloc(5000, 0xff)), 'no_sound')
  const page = Buffer.concat([fixture('variable.mp3'), Buffer.from('<script>alert(1)</script>')])
  t.equal(readSound(page), 'cut_off', 'a page behind a sound')
  // Lengths that point round in a ring or far away end, and soon.
  let state = 1
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state & 255
  }
  for (const [name, [, duration_ms]] of Object.entries(whole)) {
    for (let round = 0; round < 60; round++) {
      const bytes = fixture(name)
      for (let flips = 0; flips < 8; flips++) bytes[(next() * 256 + next()) % Math.min(bytes.length, 900)] = next()
      const read = readSound(bytes)
      t.ok(typeof read === 'string' || read.duration_ms > 0, `${name} ${duration_ms}`)
    }
  }
})

t.test('what is no sound is refused or not kept: tags, pictures, archives, pages, scripts', async (t) => {
  for (const [name, [bytes, wanted]] of Object.entries(polyglots)) {
    t.ok(
      bytes.includes(wanted === 'cleaned' && name.includes('script') ? 'ran=1' : PAYLOAD) || wanted === 'refused',
      `${name}: it is there`,
    )
    const read = readSound(bytes)
    t.equal(typeof read === 'string' ? 'refused' : 'cleaned', wanted, name)
    if (typeof read === 'string') continue
    t.notOk(Buffer.from(read.content).includes('ran=1'), `${name}: gone`)
    t.same(readSound(read.content), read, `${name}: what is left is the same sound`)
  }
  for (const [name, [media_type, duration_ms]] of Object.entries(whole)) {
    const read = readSound(fixture(name)) as Sound
    t.notOk(/Lavf/.test(Buffer.from(read.content).toString('latin1')), `${name}: not even the encoder's name`)
    t.match(readSound(read.content), { media_type, duration_ms }, name)
  }
})

t.test('a sound longer than it says is not taken for a short one', async (t) => {
  const pages = oggPages(fixture('opus.ogg'))
  const last = pages.at(-1) as Buffer
  last.writeBigInt64LE(4800n, 6)
  t.equal(readSound(Buffer.concat(pages.map(oggSum))), 'not_taken', '0.76 s of packets that say 0.1 s')
  const wav = fixture('pcm.wav')
  wav.writeUInt32LE(wav.readUInt32LE(28) * 10, 28)
  t.equal(readSound(wav), 'not_taken', 'bytes per second that no player uses')
  const scale = webm.indexOf(Buffer.from([0x2a, 0xd7, 0xb1]))
  const flat = Buffer.from(webm).fill(0, scale + 4, scale + 7)
  // 39 packets of 20 ms.
  t.match(readSound(flat), { duration_ms: 780 }, 'all blocks at one moment')
  const header = m4a.indexOf('mdhd') + 4
  const short = Buffer.from(m4a)
  short.writeUInt32BE(1, header + 16)
  t.match(readSound(short), { duration_ms: 802 }, 'the samples say how long')
})

/** How often the part of our code that ran most often ran. */
function stepsOf(work: () => unknown): number {
  const session = new InspectorSession()
  session.connect()
  let most = 0
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  work()
  session.post('Profiler.takePreciseCoverage', (_error, found) => {
    for (const { url, functions } of found.result) {
      if (url.startsWith('node:')) continue
      for (const { ranges } of functions) for (const { count } of ranges) most = Math.max(most, count)
    }
  })
  session.disconnect()
  return most
}

t.test('every form is read in steps that grow with its bytes, whatever it says of itself', async (t) => {
  for (const [name, make] of Object.entries(endless)) {
    const bytes = make(60_000)
    t.ok(bytes.length > 50_000, `${name}: ${bytes.length} bytes`)
    const steps = stepsOf(() => readSound(bytes))
    // A checksum looks at each byte once, at the pages of comments twice.
    t.ok(steps <= 2 * bytes.length, `${name}: ${steps} steps for ${bytes.length} bytes`)
  }
})

t.test('changed at random, a recording is taken or refused, and nothing else happens', async (t) => {
  const change = fc.record({
    place: fc.nat(9000),
    kind: fc.constantFrom('set', 'insert', 'remove', 'repeat'),
    bytes: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constantFrom(u32(0), u32(1), u32(8), u32(0xffffffff), text)),
  })
  const files = Object.keys(whole).map(fixture)
  const changed = fc.record({
    file: fc.nat(files.length - 1),
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
  })
  await property(
    t,
    'no error, no longer file, and the result is read again as the same',
    changed,
    ({ file, changes }) => {
      let bytes = Buffer.from(files[file] as Buffer)
      for (const { place, kind, bytes: more } of changes) {
        const at = place % bytes.length
        const added = kind === 'repeat' ? bytes.subarray(at, at + 500) : Buffer.from(more)
        const from = kind === 'insert' || kind === 'repeat' ? at : Math.min(bytes.length, at + more.length)
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          kind === 'remove' ? Buffer.alloc(0) : added,
          bytes.subarray(from),
        ])
        if (bytes.length === 0) return
      }
      const before = Buffer.from(bytes)
      const read = readSound(bytes)
      if (!before.equals(bytes)) throw new Error('what was sent was changed')
      if (typeof read === 'string') return
      if (!(read.duration_ms > 0) || read.content.length > bytes.length)
        throw new Error(JSON.stringify(read.duration_ms))
      const again = readSound(read.content)
      if (typeof again === 'string' || again.duration_ms !== read.duration_ms)
        throw new Error(`then ${JSON.stringify(again)}`)
      if (!Buffer.from(again.content).equals(Buffer.from(read.content))) throw new Error('read again it is another one')
    },
    300,
  )
})
