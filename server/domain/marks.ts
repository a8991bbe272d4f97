/** The marks of one rating as they are stored: a byte each, the item's number, 128 more where it was not kept. */

/** Items are numbered from 1; the highest number a byte can hold beside the bit. */
export const MAX_ITEM = 127
const BROKEN = 128

export interface Marked {
  readonly item_id: number
  readonly kept: boolean
}

/**
 * In the order of the items, so that the bytes tell nothing of the order in which they were tapped. `marks` name each item
 * at most once. Throws RangeError for a number that is none.
 */
export function packMarks(marks: readonly Marked[]): Buffer {
  const bytes = marks.map(({ item_id, kept }) => {
    if (!(Number.isInteger(item_id) && item_id >= 1 && item_id <= MAX_ITEM)) {
      throw new RangeError(`item ${item_id} is not 1 to ${MAX_ITEM}`)
    }
    return kept ? item_id : item_id + BROKEN
  })
  return Buffer.from(bytes.sort((a, b) => (a % BROKEN) - (b % BROKEN)))
}

/** Of each mark its place in the marks of sums, from 0: kept of item i at 2i-2, broken at 2i-1. */
export function placesOf(packed: Uint8Array): number[] {
  const places: number[] = []
  for (let at = 0; at < packed.length; at += 1) {
    const byte = packed[at] as number
    places.push(byte < BROKEN ? 2 * byte - 2 : 2 * (byte - BROKEN) - 1)
  }
  return places
}

/** Whether something was not kept, and nothing but these items. */
export function breaksOnly(packed: Uint8Array, items: ReadonlySet<number>): boolean {
  let some = false
  for (const byte of packed) {
    if (byte < BROKEN) continue
    if (!items.has(byte - BROKEN)) return false
    some = true
  }
  return some
}

/** How many items were marked as kept and how many as broken. */
export function countMarks(packed: Uint8Array): { kept: number; broken: number } {
  let broken = 0
  for (const byte of packed) if (byte >= BROKEN) broken += 1
  return { kept: packed.length - broken, broken }
}
