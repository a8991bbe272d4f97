/** Recordings that a test can tell apart by ear: pure tones, and what a page's loudspeaker sounds at the moment. */
import type { Page } from 'playwright-core'

const SAMPLES_PER_SECOND = 8000

/** A WAV file (PCM, 16 bit, mono) of one tone. */
export function tone(hertz: number, seconds: number): Buffer {
  const samples = Math.round(SAMPLES_PER_SECOND * seconds)
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  file.writeUInt32LE(SAMPLES_PER_SECOND * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples * 2, 40)
  for (let at = 0; at < samples; at += 1) {
    const level = Math.sin((2 * Math.PI * hertz * at) / SAMPLES_PER_SECOND)
    file.writeInt16LE(Math.round(level * 16_000), 44 + at * 2)
  }
  return file
}

/** Runs before the page's own script: whatever goes to the loudspeaker also goes to an analyser. */
export function tapLoudspeaker(): void {
  const state = Object.assign(window, { heard: null as AnalyserNode | null })
  const { connect } = AudioNode.prototype
  AudioNode.prototype.connect = function (this: AudioNode, target: AudioNode | AudioParam, ...more: number[]) {
    if (target instanceof AudioDestinationNode) {
      state.heard ??= new AnalyserNode(target.context, { fftSize: 4096, smoothingTimeConstant: 0 })
      Reflect.apply(connect, this, [state.heard])
    }
    return Reflect.apply(connect, this, [target, ...more])
  } as typeof connect
}

/** The loudest tone that comes out at this moment, in hertz; 0 = silence. */
export const heard = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const analyser = (window as unknown as { heard: AnalyserNode | null }).heard
    if (!analyser) return 0
    const parts = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(parts)
    const loudest = parts.indexOf(Math.max(...parts))
    return (parts[loudest] ?? Number.NEGATIVE_INFINITY) > -50
      ? (loudest * analyser.context.sampleRate) / analyser.fftSize
      : 0
  })
