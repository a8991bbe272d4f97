/** Fetches what the tablet shows and keeps the last good answer, so that it starts without a network. */
import type { TerminalConfig } from '../../server/contract/terminals.ts'
import { call } from './api.ts'
import { isObject } from './shape.ts'
import { noteContact, rejectedUnder, type Tablet } from './tablet.ts'

/** The parts without which a screen would break; everything else may grow within v1. */
export function isConfig(value: unknown): value is TerminalConfig {
  if (!isObject(value)) return false
  const { terminal, unit, counter, catalogue, hours, serious } = value
  return (
    typeof value.api_revision === 'number' &&
    typeof value.epoch === 'string' &&
    isObject(terminal) &&
    typeof terminal.terminal_id === 'string' &&
    isObject(unit) &&
    typeof unit.name === 'string' &&
    isObject(counter) &&
    typeof counter.name === 'string' &&
    isObject(catalogue) &&
    typeof catalogue.version === 'string' &&
    Array.isArray(catalogue.items) &&
    Array.isArray(value.languages) &&
    isObject(hours) &&
    Array.isArray(hours.days) &&
    Array.isArray(hours.intervals) &&
    isObject(serious) &&
    isObject(serious.body)
  )
}

/**
 * Asks for the configuration once. Returns true when there is one afterwards that the server confirmed just now.
 * A refusal, a portal's page or a shape that is no configuration changes nothing but the link's state.
 */
export async function refreshConfig(tablet: Tablet): Promise<boolean> {
  const pairing = tablet.pairing.value
  if (!pairing) return false
  const kept = await tablet.store.meta('config')
  const reply = await call({ method: 'GET', path: 'terminal', token: pairing.token, etag: kept?.etag ?? null })
  // A pairing that changed meanwhile makes this the answer to another question.
  if (!reply || tablet.pairing.value !== pairing) return false
  if (reply.status === 304 && kept) {
    noteContact(tablet, reply, true)
    return true
  }
  if (reply.status === 401 || reply.status === 403) noteContact(tablet, reply, true)
  if (reply.status !== 200 || !isConfig(reply.json)) return false
  noteContact(tablet, reply, true)
  const config = reply.json
  await tablet.store.putMeta({ key: 'config', etag: reply.etag, config })
  tablet.config.value = config
  await tablet.store.follow(config.epoch, null)
  await tablet.store.retryRejected(rejectedUnder(tablet), false)
  return true
}
