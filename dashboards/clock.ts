/** Today in the office's time zone by the server's clock, as a signal: pages left open turn over at midnight. */
import { signal } from '@preact/signals'
import { serverNow } from './api.ts'
import { officeTime } from './format.ts'

export const today = signal(officeTime(serverNow()).date)

/** Called with each answer of the server, which is also when its clock was last heard. */
export function refreshToday(): void {
  today.value = officeTime(serverNow()).date
}
