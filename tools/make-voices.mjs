/**
 * `node tools/make-voices.mjs`: makes the stand-in voices of the tablet anew, terminal-ui/public/voice/<language>/<clip>.mp3.
 *
 * A maintainer's tool: its results are committed, so neither build nor tests need espeak-ng and ffmpeg. The sentences
 * are the ones on the screen (terminal-ui/i18n/), so run it again when one of those changes.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './sources.mjs'

/** Loudness of every clip, EBU R 128 integrated; the five levels must not differ, or the loudest would be a hint. */
const TARGET_LUFS = -20
const TOLERANCE_LU = 0.3

const quiet = ['-hide_banner', '-loglevel', 'error', '-y']

const voices = {
  vi: { voice: 'vi', words_per_minute: 135, name: 'Tiếng Việt' },
  en: { voice: 'en-gb', words_per_minute: 145, name: 'English' },
}

/** Clip → the key of its sentence among the tablet's wordings; `language` says the name on the language's button. */
const clips = {
  question: 'question',
  level_1: 'face_1',
  level_2: 'face_2',
  level_3: 'face_3',
  level_4: 'face_4',
  level_5: 'face_5',
  recorded: 'recorded',
  language: null,
  paper_slip: 'not_saved',
}
/** Of what the screen says when nothing was recorded, the sentence that says what to do; the whole would be twice as long. */
const spoken = { paper_slip: (text) => `${text.split('. ')[1]}.` }

for (const [program, option] of [
  ['espeak-ng', '--version'],
  ['ffmpeg', '-version'],
]) {
  if (spawnSync(program, [option]).error) {
    console.error(`${program} is not installed. On Debian or Ubuntu: sudo apt-get install espeak-ng ffmpeg`)
    process.exit(1)
  }
}

const work = mkdtempSync(join(tmpdir(), 'make-voices-'))
try {
  for (const [language, voice] of Object.entries(voices)) makeVoice(language, voice)
} finally {
  rmSync(work, { recursive: true })
}

function makeVoice(language, { voice, words_per_minute, name }) {
  const wording = JSON.parse(readFileSync(join(root, `terminal-ui/i18n/${language}.json`), 'utf8'))
  const folder = join(root, 'terminal-ui/public/voice', language)
  mkdirSync(folder, { recursive: true })
  for (const [clip, key] of Object.entries(clips)) {
    // The stroke of "Ông/Bà" is for the eye; read aloud it would be named.
    const text = key === null ? name : wording[key]
    const sentence = (spoken[clip]?.(text) ?? text).replaceAll('/', ' ')
    const raw = join(work, `${language}-${clip}.wav`)
    const trimmed = join(work, `${language}-${clip}-trimmed.wav`)
    const target = join(folder, `${clip}.mp3`)
    run('espeak-ng', ['-v', voice, '-s', String(words_per_minute), '-w', raw, sentence])
    const cut = 'silenceremove=start_periods=1:start_threshold=-50dB'
    // A few hundredths of silence at both ends: decoders swallow the very first samples.
    const shape = `${cut},areverse,${cut},areverse,adelay=40,apad=pad_dur=0.08`
    run('ffmpeg', [...quiet, '-i', raw, '-af', shape, trimmed])
    let gain = TARGET_LUFS - loudnessOf(trimmed)
    let loudness = Number.NaN
    // The limiter and the encoder take a little off, so what came out corrects what goes in.
    for (let round = 0; round < 4 && !(Math.abs(loudness - TARGET_LUFS) <= TOLERANCE_LU); round++) {
      const louder = `volume=${gain.toFixed(2)}dB,alimiter=limit=0.89:level=disabled`
      const mp3 = ['-ac', '1', '-ar', '24000', '-c:a', 'libmp3lame', '-b:a', '32k', '-id3v2_version', '0']
      run('ffmpeg', [...quiet, '-i', trimmed, '-af', louder, ...mp3, '-map_metadata', '-1', '-bitexact', target])
      loudness = loudnessOf(target)
      gain += TARGET_LUFS - loudness
    }
    if (!(Math.abs(loudness - TARGET_LUFS) <= TOLERANCE_LU)) throw new Error(`${target}: ${loudness} LUFS`)
    console.log(`${language}/${clip}.mp3  ${statSync(target).size} bytes  ${loudness} LUFS  ${sentence}`)
  }
}

/** EBU R 128 integrated loudness in LUFS. Repeated, because a word is shorter than the 400 ms the measure looks at. */
function loudnessOf(file) {
  const { stderr } = run('ffmpeg', [
    '-hide_banner',
    '-stream_loop',
    '9',
    '-i',
    file,
    '-af',
    'ebur128',
    '-f',
    'null',
    '-',
  ])
  const values = [...stderr.matchAll(/I:\s+(-?[\d.]+) LUFS/g)]
  return Number(values.at(-1)[1])
}

function run(program, parameters) {
  const done = spawnSync(program, parameters, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${program} ${parameters.join(' ')}\n${done.stderr}`)
  return done
}
