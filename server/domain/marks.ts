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
  if (marks.length === 0) return none
  for (const { item_id } of marks) {
    if (!(Number.isInteger(item_id) && item_id >= 1 && item_id <= MAX_ITEM)) {
      throw new RangeError(`item ${item_id} is not 1 to ${MAX_ITEM}`)
    }
  }
  const sorted = [...marks].sort((a, b) => a.item_id - b.item_id)
  return Buffer.from(sorted.map(({ item_id, kept }) => (kept ? item_id : item_id + BROKEN)))
}

const none = Buffer.alloc(0)

/** Of each mark its place in the marks of sums, from 0: kept of item i at 2i-2, broken at 2i-1. */
export function placesOf(packed: Uint8Array): number[] {
  const places: number[] = []
  for (let at = 0; at < packed.length; at += 1) {
    const byte = packed[at] as number
    places.push(byte < BROKEN ? 2 * byte - 2 : 2 * (byte - BROKEN) - 1)
  }
  return places
}

/** The items that were not kept. */
export const brokenItems = (packed: Uint8Array): number[] =>
  Array.from(
    packed.filter((byte) => byte >= BROKEN),
    (byte) => byte - BROKEN,
  )

/** How many items were marked as kept and how many as broken. */
export function countMarks(packed: Uint8Array): { kept: number; broken: number } {
  let broken = 0
  for (const byte of packed) if (byte >= BROKEN) broken += 1
  return { kept: packed.length - broken, broken }
}
