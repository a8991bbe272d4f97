/** How many of each tablet's numbered ratings have come, and which numbers came twice. Pure. */

/** A rating as its tablet numbered it; `judged` = it was counted before, so its number is already in the sums. */
export interface Numbered {
  unit_id: number
  terminal_id: number
  device_epoch: string | null
  sequence: number | null
  judged: boolean
}

/** What to add to the sums of one store; `highest` replaces a lower one. */
export interface SequenceSums {
  unit_id: number
  device_epoch: string
  terminal_id: number
  highest: number
  received: number
  repeated: number
}

/**
 * Sums of the ratings that are counted for the first time. Give whole terminal-days: a number is repeated when another
 * rating among them has it, which is how two tablets made from one image betray themselves.
 */
export function sumSequences(ratings: readonly Numbered[]): SequenceSums[] {
  const seen = new Set<string>()
  const sums = new Map<string, SequenceSums>()
  // Those counted before come first, so that the newcomer is the one that repeats.
  const ordered = [...ratings].sort((a, b) => Number(b.judged) - Number(a.judged))
  for (const { unit_id, terminal_id, device_epoch, sequence, judged } of ordered) {
    if (device_epoch === null || sequence === null || sequence < 1) continue
    const store = `${unit_id}/${device_epoch}`
    const number = `${store}/${sequence}`
    const repeated = seen.has(number)
    seen.add(number)
    if (judged) continue
    const entry = sums.get(store) ?? { unit_id, device_epoch, terminal_id, highest: 0, received: 0, repeated: 0 }
    if (sequence >= entry.highest) {
      entry.highest = sequence
      entry.terminal_id = terminal_id
    }
    entry.received += 1
    if (repeated) entry.repeated += 1
    sums.set(store, entry)
  }
  return [...sums.values()]
}

export type StoreState = { missing: number; cloned: boolean }

/**
 * What the sums of a store say. `quarantined` numbers are not missing. More numbers than the highest one, or a number
 * seen twice, means that two tablets share one store; how many are missing cannot be told then, and is 0.
 */
export function readSequences(
  sums: Pick<SequenceSums, 'highest' | 'received' | 'repeated'>,
  quarantined: number,
): StoreState {
  const distinct = sums.received - sums.repeated + quarantined
  return {
    missing: Math.max(0, sums.highest - distinct),
    cloned: sums.repeated > 0 || distinct > sums.highest + quarantined,
  }
}
