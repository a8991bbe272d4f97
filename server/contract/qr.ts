/**
 * QR codes of short addresses (ISO/IEC 18004): byte mode, error correction M, versions 1 to 9. A general library costs a
 * seventh of the tablet's whole script; the unit test holds this one against what such a library draws, module by module.
 */

/** Error-correction bytes per block, then the data bytes of each block, by version. */
const blocksOf = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
] as const

/** Multiplication in GF(256) with the code's polynomial 0x11D. */
function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    if ((b >> bit) & 1) product ^= a
  }
  return product
}

/** Remainder of Reed and Solomon's division: `count` check bytes for `data`. */
function checkBytes(data: number[], count: number): number[] {
  let generator = [1]
  for (let i = 0, root = 1; i < count; i++, root = multiply(root, 2)) {
    const shifted = [...generator, 0]
    generator = shifted.map((value, k) => value ^ (k > 0 ? multiply(generator[k - 1] ?? 0, root) : 0))
  }
  let rest = new Array<number>(count).fill(0)
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0)
    rest = [...rest.slice(1), 0].map((value, k) => value ^ multiply(generator[k + 1] ?? 0, factor))
  }
  return rest
}

/** All bytes of the code in the order in which they are drawn: blocks interleaved, data first. */
function codeBytes(text: Uint8Array, ec: number, sizes: readonly number[]): number[] {
  const room = sizes.reduce((sum, size) => sum + size, 0)
  const half = [4, text.length >> 4, text.length & 15]
  for (const byte of text) half.push(byte >> 4, byte & 15)
  half.push(0)
  const data: number[] = []
  for (let i = 0; i < half.length - 1; i += 2) data.push(((half[i] ?? 0) << 4) | (half[i + 1] ?? 0))
  for (let pad = 0xec; data.length < room; pad ^= 0xfd) data.push(pad)
  let from = 0
  const blocks = sizes.map((size) => {
    from += size
    return data.slice(from - size, from)
  })
  const interleave = (lists: number[][]) =>
    Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, i) =>
      lists.flatMap((list) => list.slice(i, i + 1)),
    ).flat()
  return [...interleave(blocks), ...interleave(blocks.map((block) => checkBytes(block, ec)))]
}

/** `value` followed by its BCH remainder of `bits` bits. */
function withRemainder(value: number, bits: number, polynomial: number): number {
  let rest = value
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >> (bits - 1)) * polynomial)
  return (value << bits) | (rest & ((1 << bits) - 1))
}

const masks: ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2,
  (_, y) => y % 2,
  (x) => x % 3,
  (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

function draw(version: number, bytes: number[], mask: number): boolean[][] {
  const size = version * 4 + 17
  const cells: (boolean | undefined)[][] = Array.from({ length: size }, () => new Array(size).fill(undefined))
  const set = (x: number, y: number, dark: boolean) => {
    const row = cells[y]
    if (row && x >= 0 && x < size) row[x] = dark
  }
  const square = (cx: number, cy: number, reach: number) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, reach === 2 ? ring !== 1 : ring !== 2 && ring !== 4)
      }
    }
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  square(3, 3, 4)
  square(size - 4, 3, 4)
  square(3, size - 4, 4)
  const far = size - 7
  const places = version === 1 ? [] : version < 7 ? [6, far] : [6, (far + 6) / 2, far]
  for (const y of places) {
    for (const x of places) {
      const onFinder = (x === 6 && y === 6) || (x === 6 && y === far) || (x === far && y === 6)
      if (!onFinder) square(x, y, 2)
    }
  }
  const format = withRemainder(mask, 10, 0x537) ^ 0x5412
  for (let i = 0; i < 15; i++) {
    const dark = ((format >> i) & 1) === 1
    if (i < 8) set(size - 1 - i, 8, dark)
    else set(8, size - 15 + i, dark)
    const beside = i < 6 ? i : i < 8 ? i + 1 : i === 8 ? 7 : 14 - i
    if (i < 8) set(8, beside, dark)
    else set(beside, 8, dark)
  }
  set(8, size - 8, true)
  if (version > 6) {
    const info = withRemainder(version, 12, 0x1f25)
    for (let i = 0; i < 18; i++) {
      const dark = ((info >> i) & 1) === 1
      set(size - 11 + (i % 3), Math.floor(i / 3), dark)
      set(Math.floor(i / 3), size - 11 + (i % 3), dark)
    }
  }
  const flip = masks[mask]
  let bit = 0
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (cells[y]?.[x] !== undefined) continue
        const dark = (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
        set(x, y, dark !== (flip?.(x, y) === 0))
        bit++
      }
    }
  }
  return cells.map((row) => row.map((dark) => dark === true))
}

/** Neighbours of the same colour: large plain areas are what readers stumble over. */
const plainness = (cells: boolean[][]): number =>
  cells.reduce(
    (sum, row, y) => sum + row.filter((dark, x) => dark === row[x + 1] || dark === cells[y + 1]?.[x]).length,
    0,
  )

/**
 * The modules of the code for `text`, row by row, true = dark, without the quiet zone; null when `text` is longer than
 * 180 bytes. `mask` 0 to 7 fixes the mask; else the one with the fewest plain areas is taken.
 */
export function qrModules(text: string, mask?: number): boolean[][] | null {
  const bytes = new TextEncoder().encode(text)
  const index = blocksOf.findIndex(([, sizes]) => sizes.reduce((sum, size) => sum + size, 0) >= bytes.length + 2)
  const found = blocksOf[index]
  if (!found) return null
  const code = codeBytes(bytes, found[0], found[1])
  const tries = masks.map((_, i) => i).filter((i) => mask === undefined || i === mask)
  const drawn = tries.map((i) => draw(index + 1, code, i))
  return drawn.reduce((best, next) => (plainness(next) < plainness(best) ? next : best))
}
