/** Preloaded into the demonstration for pictures: there it is always half past ten on a working day, at whatever hour they are taken. */
import { Server } from 'node:http'

const OFFICE_MS = 7 * 3_600_000
const DAY_MS = 24 * 3_600_000
const RealDate = Date

function lastWorkingMorning(now) {
  let morning = new RealDate(now + OFFICE_MS).setUTCHours(10, 30, 0, 0) - OFFICE_MS
  const weekday = () => new RealDate(morning + OFFICE_MS).getUTCDay()
  while (morning > now || weekday() === 0 || weekday() === 6) morning -= DAY_MS
  return morning
}
const shift = lastWorkingMorning(RealDate.now()) - RealDate.now()

globalThis.Date = class OfficeDate extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + shift)
    else super(...parts)
  }
  static now() {
    return RealDate.now() + shift
  }
}

// Node writes the time of the machine into its answers, and pages take "today" from there.
const { emit } = Server.prototype
Server.prototype.emit = function emitDated(name, ...parts) {
  if (name === 'request') parts[1].setHeader('date', new Date().toUTCString())
  return emit.call(this, name, ...parts)
}
