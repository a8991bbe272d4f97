/**
 * A second place that knows how far the store's numbers had come, and the pairing. A store that was wiped or cut short
 * cannot tell that of itself: it looks like a fresh one, and would give its numbers out a second time.
 */
import type { WriteTransaction } from './database.ts'
import type { DeviceRecord, LossRecord } from './schema.ts'
import { isObject } from './shape.ts'

export interface Marker {
  /** Life of the store, the number its next record will get, and the pairing it was given under. */
  epoch: string
  next: number
  terminal_id: string
  /** So that a tablet whose store was lost goes on by itself; nobody may be near who could pair it. */
  token?: string
}

/** What is left of a store that was lost: `highest` is the last number it gave out. */
export interface LostStore {
  device_epoch: string
  terminal_id: string
  highest: number
}

type Numbered = Pick<DeviceRecord, 'epoch' | 'next_sequence' | 'before'>

/**
 * The store that was lost, as the marker remembers it; null when the store is the one it knows, or there is no marker.
 * A marker that lags behind is no sign: it is written after the record and may have been lost in a power cut.
 */
export function lostStore(device: Numbered | undefined, marker: Marker | null): LostStore | null {
  if (!marker || marker.next <= 1) return null
  if (device?.epoch === marker.epoch && device.next_sequence >= marker.next) return null
  if (device && device.epoch !== marker.epoch && device.before?.includes(marker.epoch)) return null
  return { device_epoch: marker.epoch, terminal_id: marker.terminal_id, highest: marker.next - 1 }
}

/** Numbers from 1 again under another name; `lost` is a life that the store itself does not know of. */
export function nextLife(device: DeviceRecord | undefined, lost?: string): DeviceRecord {
  const lives = [...(device?.before ?? []), device?.epoch, lost].filter((life) => life !== undefined)
  return { key: 'device', epoch: crypto.randomUUID(), next_sequence: 1, before: [...new Set(lives)] }
}

/**
 * Compares the store's numbers with the marker, in a transaction on `meta`. A store that lies behind begins a new life,
 * so that no number is given out twice, and the loss is noted with it. `said` is what the browser told of a loss.
 * Returns the numbers to go on with; undefined = none were given yet.
 */
export async function ensureNumbers(
  tx: WriteTransaction,
  { marker, said, now }: { marker: Marker | null; said: string | null; now: number },
): Promise<DeviceRecord | undefined> {
  const meta = tx.objectStore('meta')
  const device = (await meta.get('device')) as DeviceRecord | undefined
  const lost = lostStore(device, marker)
  if (lost || said) {
    const known = (await meta.get('loss')) as LossRecord | undefined
    const message = said ?? (device ? 'the store was cut short' : 'the store was gone')
    const others = (known?.stores ?? []).filter(({ device_epoch }) => device_epoch !== lost?.device_epoch)
    const stores = [...others, ...(lost ? [lost] : [])].slice(-5)
    await meta.put({ key: 'loss', message, noticed_at: now, ...(stores.length ? { stores } : {}) })
  }
  if (!lost) return device
  const anew = nextLife(device, lost.device_epoch)
  await meta.put(anew)
  return anew
}

/** Reads what `text` says; null when it is no marker of ours. */
export function readMarker(text: string | null): Marker | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    if (!isObject(value) || typeof value.epoch !== 'string' || typeof value.terminal_id !== 'string') return null
    if (!Number.isInteger(value.next)) return null
    const { epoch, terminal_id, token } = value
    return { epoch, next: Number(value.next), terminal_id, ...(typeof token === 'string' ? { token } : {}) }
  } catch {
    return null
  }
}

const PLACE = 'hai-long'

/** The marker in the browser's other store; nothing it does may fail a rating. */
export const keptMarker = {
  get(): Marker | null {
    try {
      return readMarker(localStorage.getItem(PLACE))
    } catch {
      return null
    }
  },
  set(marker: Marker): void {
    try {
      localStorage.setItem(PLACE, JSON.stringify(marker))
    } catch {
      // A full disk: the record itself is safe, only its loss would not be noticed here.
    }
  },
}
