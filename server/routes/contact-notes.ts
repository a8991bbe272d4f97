/** Notes, at most once in half a minute per terminal, that a tablet was heard of while it posted ratings. */
import { saveContact } from '../queries/terminal-access.ts'
import type { Services, TerminalIdentity } from '../services.ts'

const EVERY_MS = 30_000

export function createContactNotes(services: Services) {
  const noted = new Map<number, number>()
  return {
    /** Never fails the request it rides on: a missed note is made up by the next one. */
    heard(terminal: TerminalIdentity): void {
      const now = performance.now()
      if (now - (noted.get(terminal.terminal_id) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return
      noted.set(terminal.terminal_id, now)
      saveContact(services.pools.ingest, {
        terminal_id: terminal.terminal_id,
        unit_id: terminal.unit_id,
        at: new Date(services.directory.now()),
        queue_length: null,
        oldest_at: null,
        rejected_length: null,
        version: null,
        details: null,
      }).catch((error: unknown) => {
        noted.delete(terminal.terminal_id)
        services.tabletFailures.note({ route: 'contact not noted' }, error)
      })
    },
  }
}
