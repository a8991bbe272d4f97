/** A recording is taken for what its bytes are: every form, every cut, and everything that only pretends. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readSound } from '../../server/domain/sounds.ts'

const root = join(import.meta.dirname, '..', '..')
const fixture = (name: string) => readFileSync(join(root, 'test', 'fixtures', 'sounds', name))

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
    t.same(readSound(fixture(name)), { media_type, duration_ms }, name)
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
