/** The mutants of `npm run test:mutants`. test/unit/mutants.test.ts checks them against the sources. */

/**
 * Each mutant breaks one promise of the product: `from`, which occurs in `file` exactly once, becomes `to`, and `test` must
 * then fail. `env` chooses the trials of a fault file that see the mutant.
 */
export const mutants = [
  {
    name: 'relaxed durability: "recorded" before the bytes are on the disk',
    file: 'terminal-ui/offline/store.ts',
    from: "write(['ratings', 'meta'], 'strict'",
    to: "write(['ratings', 'meta'], 'relaxed'",
    test: 'test/fault/tablet-power.test.ts',
    env: { FAULT: 'power cut', TRIALS: '3' },
  },
  {
    name: 'thanks before oncomplete: the screen does not wait for the store',
    file: 'terminal-ui/visit.ts',
    from: '    await opened.tablet.queue.save(draft, Date.now())\n',
    to: '    opened.tablet.queue.save(draft, Date.now()).catch(fail)\n',
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'acknowledged by any 2xx, not by its own id',
    file: 'terminal-ui/offline/sync-policy.ts',
    from: 'if (status === 200) return judgeResults(json, ids)',
    to: `if (status >= 200 && status < 300) {
    const acked = [...ids].map((id) => ({ id, status: 'stored' as const }))
    return { kind: 'answered', epoch: 'x', acked, rejected: [], resend_after: null }
  }`,
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'a pairing that is over empties the queue',
    file: 'terminal-ui/offline/sync-policy.ts',
    from: "if (status === 401 || status === 403) return { kind: 'unpaired' }",
    to: `if (status === 401 || status === 403) {
    const acked = [...ids].map((id) => ({ id, status: 'quarantined' as const }))
    return { kind: 'answered', epoch: 'x', acked, rejected: [], resend_after: null }
  }`,
    test: 'test/browser/tablet.test.ts',
  },
  {
    name: 'the server answers before the commit',
    file: 'server/receive/receiver.ts',
    from: 'const outcomes = await store(rows)',
    to: `const outcomes = new Map(rows.map((row) => [row.rating_id, 'stored' as Outcome]))
      store(rows).catch(() => {})`,
    test: 'test/api/ratings-faults.test.ts',
  },
  {
    name: 'a store that was lost begins anew without a word',
    file: 'terminal-ui/offline/marker.ts',
    from: 'if (!marker || marker.next <= 1) return null',
    to: 'if (!marker || marker.next > 0) return null',
    test: 'test/fault/tablet-store.test.ts',
    env: { FAULT: 'the store removed', TRIALS: '1' },
  },
  {
    name: 'a new version is switched to in the middle of a visit',
    file: 'terminal-ui/updates.ts',
    from: 'if (!changes.value || !nothingHalfDone()) return',
    to: 'if (!changes.value) return',
    test: 'test/browser/tablet-versions.test.ts',
  },
  {
    name: 'disclosure: remarks are read on the day they are written',
    file: 'server/routes/remarks.ts',
    from: 'if (remarkReleasedOn(day, (other) => isWorkingDay(other, calendar)) > today) continue',
    to: 'if (day > today) continue',
    test: 'test/disclosure/quarter.test.ts',
  },
  {
    name: 'disclosure: a leader is shown the live total, as the province is',
    file: 'server/domain/access.ts',
    from: 'return !belongsToUnit(scope) &&',
    to: "return has(scope, 'unit_leader') || !belongsToUnit(scope) &&",
    test: 'test/disclosure/quarter.test.ts',
  },
  {
    name: 'disclosure: the log tells how many ratings a roster change moved',
    file: 'server/queries/audit.ts',
    from: "a.detail - 'requeued' as detail",
    to: 'a.detail',
    test: 'test/api/disclosure-probes.test.ts',
  },
  {
    name: 'disclosure: an official report of the province tells live totals',
    file: 'server/routes/report-documents.ts',
    from: "const now = await sumUnits(trx, 'unit_steps', coverRange(range), null, items)",
    to: "const now = await sumUnits(trx, 'unit_tallies', coverRange(range), null, items)",
    test: 'test/disclosure/quarter.test.ts',
  },
  {
    name: 'disclosure: five changes make a step, as corrections once did',
    file: 'server/count/publish.ts',
    from: 'if (fresh.length < MIN_STEP) continue',
    to: 'if (gathered.length < MIN_STEP) continue',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'disclosure: all but one of what appeared together are moved',
    file: 'server/count/publish.ts',
    from: 'if (part.length < MIN_STEP || (stays > 0 && stays < MIN_STEP)) continue',
    to: 'if (part.length < MIN_STEP) continue',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'disclosure: a remark follows a correction beside new ratings',
    file: 'server/count/remark-owners.ts',
    from: 'fresh.length > 0 ? fresh : changes',
    to: 'changes',
    test: 'test/unit/count-isolation.test.ts',
  },
  {
    name: 'cases: a leader answers a case of their own',
    file: 'server/domain/cases.ts',
    from: 'it.officer_id !== null && (isSelf(scope, it.officer_id) || it.opened_by === scope.account_id)',
    to: 'false',
    test: 'test/unit/domain-cases.test.ts',
  },
  {
    name: 'cases: the log tells the words',
    file: 'server/routes/case-deeds.ts',
    from: 'detail: { kind: row.kind, ...detail }',
    to: 'detail: { kind: row.kind, words: row.words, ...detail }',
    test: 'test/api/cases.test.ts',
  },
  {
    name: 'disclosure: visits compared with the exact number of ratings',
    file: 'server/domain/episodes.ts',
    from: 'return (wholeFives(counted) ?? 0) > visits',
    to: 'return counted > visits',
    test: 'test/api/disclosure-probes.test.ts',
  },
]
