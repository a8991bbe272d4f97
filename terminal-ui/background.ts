/** What runs beside the screens: heartbeat, configuration and the triggers of sending. */
import { goHome } from './home.ts'
import { refreshConfig } from './offline/config.ts'
import { beat } from './offline/heartbeat.ts'
import { refreshVoices } from './offline/voices.ts'
import { browserSays } from './offline/within.ts'
import { type Device, screen } from './state.ts'

const HEARTBEAT_MS = 60_000
const CONFIG_MS = 300_000
/** While a freshly paired tablet still has nothing to show. */
const FIRST_CONFIG_MS = 5000

/** Fetches what the counter shows; a tablet that had nothing to show goes to its first screen. */
export async function loadConfig({ tablet, sync }: Device): Promise<void> {
  const first = tablet.config.value === null
  // A store that cannot keep the answer shows at the next tap; the old configuration goes on.
  const fresh = await refreshConfig(tablet).catch(() => false)
  if (!fresh) return
  if (first && screen.value === 'pair') goHome()
  sync.kick()
  // Neither a bad line nor a browser without caches may cost more than the voice.
  await refreshVoices(tablet).catch(() => {})
}

/** One heartbeat, and what its answer asks for. */
export async function keepInTouch(device: Device): Promise<void> {
  const { tablet, sync } = device
  const revision = await beat(tablet).catch(() => null)
  if (revision === null) return
  if (revision !== tablet.config.value?.api_revision) await loadConfig(device)
  // The server is there and something waits: whatever back-off was running is out of date.
  if (tablet.link.value.counts.sealed > 0) sync.kick()
}

/** Starts the background work of an opened tablet. Called once. */
export function startBackground(device: Device): void {
  const everything = () => {
    device.sync.kick()
    void loadConfig(device)
    void keepInTouch(device)
  }
  everything()
  addEventListener('online', everything)
  setInterval(() => void keepInTouch(device), HEARTBEAT_MS)
  setInterval(() => void loadConfig(device), CONFIG_MS)
  setInterval(() => {
    if (device.tablet.pairing.value && !device.tablet.config.value) void loadConfig(device)
  }, FIRST_CONFIG_MS)
}

/** Asks the browser not to evict the queue; the answer goes into the heartbeat. */
export async function askToPersist({ tablet }: Device): Promise<void> {
  const persisted = await browserSays(navigator.storage?.persist?.())
  tablet.link.value = { ...tablet.link.value, persisted }
}
