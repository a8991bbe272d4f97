/** Recorded voices: fetched with the tablet's token, checked by their hash, spoken once all eight clips are on the tablet. */
import type { ClipName, TerminalVoice } from '../../server/contract/voices.ts'
import { download } from './api.ts'
import type { Tablet } from './tablet.ts'

/** The question, five levels, "recorded", and the language's own name. */
const CLIPS = 8

/** Apart from the page's own cache, which the service worker empties of all but its version. */
const CACHE = 'hai-long-voices'

async function hashOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A clip of a whole voice. Throws when the browser has thrown it away. */
export async function keptClip({ clips }: TerminalVoice, name: ClipName): Promise<ArrayBuffer> {
  const url = clips.find(({ clip }) => clip === name)?.url ?? ''
  const kept = await (await caches.open(CACHE)).match(url)
  if (!kept) throw new Error(`no clip ${name}`)
  return kept.arrayBuffer()
}

/** Fetches what is missing of a voice; true = all eight are there. What came stays, so that a bad line gets further each time. */
async function complete(cache: Cache, { clips }: TerminalVoice, token: string): Promise<boolean> {
  if (new Set(clips.map(({ clip }) => clip)).size !== CLIPS) return false
  for (const { url, sha256 } of clips) {
    if (await cache.match(url)) continue
    // Names of other addresses, and so the token, go to nobody.
    const bytes = url.startsWith('/api/v1/clips/') ? await download(url, token).catch(() => null) : null
    if (!bytes || (await hashOf(bytes)) !== sha256) return false
    await cache.put(url, new Response(bytes))
  }
  return true
}

/** Longer than all eight downloads may take; one that hangs for ever must not keep the next ones out. */
const PATIENCE_MS = 300_000
/** Monotonic milliseconds at which the round that is under way began; null = none is. */
let began: number | null = null

/**
 * Brings the voices to what the configuration says. Until a new set is whole, the one before it goes on speaking; what
 * nobody needs any more is dropped. Throws where the browser keeps no caches or the store does not write.
 */
export async function refreshVoices(tablet: Tablet): Promise<void> {
  const token = tablet.pairing.value?.token
  // A server from before the voices says nothing of them.
  const wanted = tablet.config.value?.voices
  const now = performance.now()
  if (!token || !wanted || (began !== null && now - began < PATIENCE_MS)) return
  began = now
  try {
    const cache = await caches.open(CACHE)
    const before = tablet.voices.value
    const whole: TerminalVoice[] = []
    for (const voice of wanted) {
      const old = before.find(({ language }) => language === voice.language)
      const best = (await complete(cache, voice, token)) ? voice : old
      if (best) whole.push(best)
    }
    if (JSON.stringify(whole) !== JSON.stringify(before)) {
      await tablet.store.putMeta({ key: 'voices', voices: whole })
      tablet.voices.value = whole
    }
    const used = new Set([...whole, ...wanted].flatMap(({ clips }) => clips.map(({ url }) => url)))
    for (const request of await cache.keys()) {
      if (!used.has(new URL(request.url).pathname)) await cache.delete(request)
    }
  } finally {
    if (began === now) began = null
  }
}
