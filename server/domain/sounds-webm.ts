/** WebM (Matroska) as browsers record it: one Opus track, in clusters whose length nobody knew when they were begun. */
import { BadSound, isOpusHead, packetMs, type ReadSound, textAt, viewOf } from './sounds.ts'

const [SEGMENT, CLUSTER, TRACK] = [0x18538067, 0x1f43b675, 0xae]
const [DOC_TYPE, TIMECODE_SCALE, TRACK_TYPE, CODEC, CODEC_PRIVATE] = [0x4282, 0x2ad7b1, 0x83, 0x86, 0x63a2]
const [TIMECODE, SIMPLE_BLOCK, BLOCK] = [0xe7, 0xa3, 0xa1]
const AUDIO = 2

/** Elements that are kept, by parent; null = it has no children. All others become empty elements of their length. */
type Tree = ReadonlyMap<number, Tree | null>
const tree = (numbers: readonly number[], parents: readonly [number, Tree][] = []): Tree =>
  new Map<number, Tree | null>([...numbers.map((id) => [id, null] as const), ...parents])
const kept = tree(
  [],
  [
    [0x1a45dfa3, tree([0x4286, 0x42f7, 0x42f2, 0x42f3, DOC_TYPE, 0x4287, 0x4285])],
    [
      SEGMENT,
      tree(
        [],
        [
          // Information: the scale of times, and the duration.
          [0x1549a966, tree([TIMECODE_SCALE, 0x4489])],
          [
            0x1654ae6b,
            tree(
              [],
              [
                [
                  TRACK,
                  // Number, id, type, codec with its head, delays; of the sound its rates, channels and bits.
                  tree(
                    [0xd7, 0x73c5, TRACK_TYPE, CODEC, CODEC_PRIVATE, 0x56aa, 0x56bb],
                    [[0xe1, tree([0xb5, 0x78b5, 0x9f, 0x6264])]],
                  ),
                ],
              ],
            ),
          ],
          // A time, blocks, and groups of a block with its duration and what is left out of it.
          [CLUSTER, tree([TIMECODE, SIMPLE_BLOCK], [[0xa0, tree([BLOCK, 0x9b, 0x75a2])]])],
        ],
      ),
    ],
  ],
)

/** A number of one to eight bytes that says its own length; `value` null = "not known". */
function numberAt(bytes: Uint8Array, at: number, keepMark: boolean): { value: number | null; length: number } {
  const first = bytes[at]
  if (first === undefined || first === 0) throw new BadSound('cut_off')
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) throw new BadSound('cut_off')
  let value = keepMark ? first : first & (0xff >> length)
  let full = (first & (0xff >> length)) === 0xff >> length
  for (let place = 1; place < length; place++) {
    const byte = bytes[at + place] as number
    value = value * 256 + byte
    full &&= byte === 0xff
  }
  return { value: full && !keepMark ? null : value, length }
}

const unsigned = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

/** Makes the element between `at` and `end` one that holds nothing (Void), of the same length. */
function empty(bytes: Uint8Array, at: number, start: number, end: number): void {
  const width = Math.min(start - at - 1, 8)
  bytes.fill(0, at, end)
  bytes[at] = 0xec
  for (let place = width, size = end - at - 1 - width; place > 0; place--, size = Math.floor(size / 256)) {
    bytes[at + place] = size % 256
  }
  bytes[at + 1] = (bytes[at + 1] as number) | (0x80 >> (width - 1))
}

/** Reads and cleans `bytes`. Throws BadSound, or RangeError where an element points outside. */
export function readWebm(bytes: Uint8Array): ReadSound {
  const reader = new Reader(bytes)
  reader.walk(0, bytes.length, kept, false)
  return { duration_ms: reader.duration(), content: bytes }
}

class Reader {
  readonly #bytes: Uint8Array
  readonly #found = new Map<number, number>()
  #cluster = 0
  #end = 0
  #sum = 0
  #scale = 1_000_000

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Reads the children of an element up to `to`, and removes those that are not kept. Returns where it ended. */
  walk(from: number, to: number, children: Tree, isOpenCluster: boolean): number {
    const bytes = this.#bytes
    let at = from
    while (at < to) {
      const id = numberAt(bytes, at, true)
      const below = children.get(id.value as number)
      // A cluster of unknown length ends where an element of its parent begins; those have ids of four bytes.
      if (isOpenCluster && id.length === 4) return at
      const size = numberAt(bytes, at + id.length, false)
      const start = at + id.length + size.length
      const end = size.value === null ? to : start + size.value
      if (end > to) throw new BadSound('cut_off')
      const isOpen = size.value === null
      if (isOpen && id.value !== SEGMENT && id.value !== CLUSTER) throw new BadSound('no_sound')
      this.#found.set(id.value as number, (this.#found.get(id.value as number) ?? 0) + 1)
      if (below) {
        at = this.walk(start, end, below, isOpen && id.value === CLUSTER)
        continue
      }
      if (below === null) this.#read(id.value as number, start, bytes.subarray(start, end))
      else empty(bytes, at, start, end)
      at = end
    }
    return at
  }

  #read(id: number, start: number, content: Uint8Array): void {
    switch (id) {
      case SIMPLE_BLOCK:
      case BLOCK:
        this.#readBlock(start, content)
        break
      case DOC_TYPE:
        check(textAt(content, 0, 5) === 'webm')
        break
      case CODEC:
        check(textAt(content, 0, 7) === 'A_OPUS')
        break
      case CODEC_PRIVATE:
        check(isOpusHead(content))
        break
      default:
        this.#readNumber(id, content)
    }
  }

  #readNumber(id: number, content: Uint8Array): void {
    check(content.length <= 8)
    if (id === TIMECODE_SCALE) this.#scale = unsigned(content)
    if (id === TRACK_TYPE) check(unsigned(content) === AUDIO)
    if (id === TIMECODE) this.#cluster = unsigned(content)
  }

  #readBlock(start: number, content: Uint8Array): void {
    const track = numberAt(content, 0, false).length
    const flags = content[track + 2]
    if (flags === undefined) throw new BadSound('cut_off')
    // Several packets in one block: no browser records them.
    check((flags & 6) === 0)
    const began = ((this.#cluster + viewOf(this.#bytes).getInt16(start + track)) * this.#scale) / 1_000_000
    const packet = packetMs(content.subarray(track + 3))
    this.#sum += packet
    this.#end = Math.max(this.#end, began + packet)
  }

  /** Milliseconds: what the times say, and no less than the packets sound. */
  duration(): number {
    const once = (id: number) => this.#found.get(id) === 1
    check(once(TRACK) && once(TRACK_TYPE) && once(CODEC) && once(DOC_TYPE))
    if (this.#sum === 0) throw new BadSound('cut_off')
    return Math.max(this.#end, this.#sum)
  }
}

function check(isTaken: boolean): void {
  if (!isTaken) throw new BadSound('not_taken')
}
