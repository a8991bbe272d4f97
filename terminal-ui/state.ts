/** Where the tablet stands: which screen, which panel on it, and the opened tablet. */
import { signal } from '@preact/signals'
import type { Sync } from './offline/sync.ts'
import type { Tablet } from './offline/tablet.ts'

export type Screen = 'pair' | 'attract' | 'marks' | 'remark' | 'thanks' | 'rest' | 'trouble'
/** `full` = nothing was lost: the tablet asks for the paper slip before it has no room. */
export type Trouble = 'insecure' | 'second_tab' | 'not_saved' | 'full'

/** Null until it is known what to show: the page stays blank for the moment the store takes to open. */
export const screen = signal<Screen | null>(null)
export const panel = signal<'serious' | 'pin' | 'service' | null>(null)
export const trouble = signal<Trouble>('not_saved')

export interface Device {
  tablet: Tablet
  sync: Sync
}
/** The opened tablet; null before, and where the page may not or cannot open it. */
export const device = signal<Device | null>(null)
/** What this counter shows; null until it was fetched once after pairing. */
export const shown = () => device.value?.tablet.config.value ?? null

export function showTrouble(kind: Trouble): void {
  panel.value = null
  trouble.value = kind
  screen.value = 'trouble'
}
