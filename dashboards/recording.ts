/** The microphone as the recorder page uses it: one sentence at a time, with the level while it is said. */

/** Longest recording the server takes, and where the page stops by itself. */
export const MAX_SECONDS = 12
/** What browsers record, the smallest first; tablets play all of them. */
const forms = ['audio/webm;codecs=opus', 'audio/mp4;codecs=mp4a.40.2', 'audio/mp4', 'audio/ogg;codecs=opus']

export type MicrophoneTrouble = 'refused' | 'absent' | 'busy' | 'insecure' | 'unsupported'

/** Why there is no recording; the page says what to do about each. */
export class NoMicrophone extends Error {
  constructor(readonly trouble: MicrophoneTrouble) {
    super(trouble)
  }
}

export interface Recording {
  /** Loudest sample since the last call, 0 to 1. */
  level(): number
  /** Ends it and resolves with what was said. */
  stop(): Promise<Blob>
}

function troubleOf(error: unknown): MicrophoneTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'absent' : 'busy'
}

/** Begins to record. Throws NoMicrophone. */
export async function record(): Promise<Recording> {
  if (!isSecureContext) throw new NoMicrophone('insecure')
  const type =
    typeof MediaRecorder === 'undefined' ? undefined : forms.find((form) => MediaRecorder.isTypeSupported(form))
  if (!navigator.mediaDevices || !type) throw new NoMicrophone('unsupported')
  let stream: MediaStream
  try {
    // The browser's own control evens out who speaks softly and who loudly, so that no face sounds louder than another.
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, autoGainControl: true, noiseSuppression: true, echoCancellation: false },
    })
  } catch (error) {
    throw new NoMicrophone(troubleOf(error))
  }
  const context = new AudioContext()
  const meter = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(meter)
  const samples = new Float32Array(meter.fftSize)
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 48_000 })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  const ended = new Promise<Blob>((resolve) =>
    recorder.addEventListener('stop', () => {
      for (const track of stream.getTracks()) track.stop()
      void context.close()
      resolve(new Blob(parts, { type }))
    }),
  )
  recorder.start()
  return {
    level() {
      meter.getFloatTimeDomainData(samples)
      return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    },
    stop() {
      if (recorder.state !== 'inactive') recorder.stop()
      return ended
    },
  }
}

/** A file or recording as the API takes it. */
export async function base64Of(sound: Blob): Promise<string> {
  const bytes = new Uint8Array(await sound.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
