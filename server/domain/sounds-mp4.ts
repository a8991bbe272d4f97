/** MP4 (ISO 14496-12) with one track of AAC or Opus, whole or in the fragments that browsers record. */
import { BadSound, MAX_FIELD_BYTES, type ReadSound, textAt, viewOf } from './sounds.ts'

/** Boxes that are kept, by parent; of all others the place remains, filled with zeros, so that offsets stay right. */
interface Tree {
  readonly [type: string]: Tree | null
}
const sampleTables = { stts: null, stsc: null, stsz: null, stco: null, co64: null, sgpd: null, sbgp: null }
const kept: Tree = {
  ftyp: null,
  moov: {
    mvhd: null,
    trak: {
      tkhd: null,
      edts: { elst: null },
      mdia: {
        mdhd: null,
        hdlr: null,
        minf: { smhd: null, dinf: { dref: null }, stbl: { stsd: null, ...sampleTables } },
      },
    },
    mvex: { mehd: null, trex: null },
  },
  moof: { mfhd: null, traf: { tfhd: null, tfdt: null, trun: null } },
  mdat: null,
}
/** Those that may be there more than once; a second one of another type is not kept, and players do not read it. */
const several = new Set(['trak', 'moof', 'traf', 'trun', 'mdat'])

interface Box {
  type: string
  /** Where its header begins. */
  at: number
  /** Where its content begins and ends. */
  from: number
  to: number
}

function* boxesIn(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  const view = viewOf(bytes)
  for (let at = from; at < to; ) {
    if (at + 8 > to) throw new BadSound('cut_off')
    const short = view.getUint32(at)
    const [head, size] = short === 1 ? [16, Number(view.getBigUint64(at + 8))] : [8, short === 0 ? to - at : short]
    if (size < head || at + size > to) throw new BadSound('cut_off')
    yield { type: textAt(bytes, at + 4, 4), at, from: at + head, to: at + size }
    at += size
  }
}

function removeOthers(bytes: Uint8Array, from: number, to: number, tree: Tree): void {
  const seen = new Set<string>()
  for (const box of boxesIn(bytes, from, to)) {
    const below = Object.hasOwn(tree, box.type) ? tree[box.type] : undefined
    if (below === undefined || (seen.has(box.type) && !several.has(box.type))) {
      bytes.set(Buffer.from('free'), box.at + 4)
      bytes.fill(0, box.from, box.to)
    } else if (below) removeOthers(bytes, box.from, box.to, below)
    seen.add(box.type)
  }
}

/** The box at the end of a path below `within`; null when there is none. */
function find(bytes: Uint8Array, within: Pick<Box, 'from' | 'to'>, ...path: string[]): Box | null {
  let here: Pick<Box, 'from' | 'to'> = within
  for (const type of path) {
    const next = [...boxesIn(bytes, here.from, here.to)].find((box) => box.type === type)
    if (!next) return null
    here = next
  }
  return here as Box
}

/** Duration of one track in its own time scale: of the table in `moov`, or of the samples of every fragment. */
function fragmentUnits(bytes: Uint8Array, fragments: readonly Box[], standard: number): number {
  const view = viewOf(bytes)
  let units = 0
  for (const fragment of fragments) {
    for (const track of [...boxesIn(bytes, fragment.from, fragment.to)].filter(({ type }) => type === 'traf')) {
      const head = find(bytes, track, 'tfhd')
      let each = standard
      if (head) {
        const flags = view.getUint32(head.from) & 0xffffff
        const skip = (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
        if (flags & 8) each = view.getUint32(head.from + 8 + skip)
      }
      for (const run of [...boxesIn(bytes, track.from, track.to)].filter(({ type }) => type === 'trun')) {
        const flags = view.getUint32(run.from) & 0xffffff
        const count = view.getUint32(run.from + 4)
        let at = run.from + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
        const width = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4
        if (at + count * width > run.to) throw new BadSound('cut_off')
        // Without a table in the run `count` is only declared, and may be four thousand million.
        if (!(flags & 0x100)) units += count * each
        else for (let sample = 0; sample < count; sample++, at += width) units += view.getUint32(at)
      }
    }
  }
  return units
}

interface Samples {
  count: number
  bytes: number
}

/** All samples, by the table of a whole file. */
function samplesIn(bytes: Uint8Array, stbl: Box): Samples {
  const view = viewOf(bytes)
  const sizes = find(bytes, stbl, 'stsz')
  if (!sizes) return { count: 0, bytes: 0 }
  const [same, count] = [view.getUint32(sizes.from + 4), view.getUint32(sizes.from + 8)]
  if (same > 0) return { count, bytes: same * count }
  if (sizes.from + 12 + count * 4 > sizes.to) throw new BadSound('cut_off')
  let sum = 0
  for (let sample = 0; sample < count; sample++) sum += view.getUint32(sizes.from + 12 + sample * 4)
  return { count, bytes: sum }
}

/** Duration of all samples in the track's time scale, by their own table. */
function sampleUnits(bytes: Uint8Array, stbl: Box, samples: number): number {
  const view = viewOf(bytes)
  const times = find(bytes, stbl, 'stts')
  if (!times) throw new BadSound('no_sound')
  const entries = view.getUint32(times.from + 4)
  if (times.from + 8 + entries * 8 > times.to) throw new BadSound('cut_off')
  let [count, units] = [0, 0]
  for (let at = times.from + 8; at < times.from + 8 + entries * 8; at += 8) {
    count += view.getUint32(at)
    units += view.getUint32(at) * view.getUint32(at + 4)
  }
  if (count !== samples) throw new BadSound('cut_off')
  return units
}

/** Takes names out of the boxes that are kept. Throws BadSound where one holds more than it needs, or points to another file. */
function cleanFields(bytes: Uint8Array, track: Box, described: Box, handler: Box): void {
  const brands = find(bytes, { from: 0, to: bytes.length }, 'ftyp')
  const source = find(bytes, track, 'mdia', 'minf', 'dinf', 'dref')
  const [entry, ...others] = boxesIn(bytes, described.from + 8, described.to)
  if (!brands || !entry || others.length > 0) throw new BadSound('not_taken')
  // A minor version, and names of four letters; Apple ends the list with four zeros.
  bytes.fill(0, brands.from + 4, brands.from + 8)
  const names = bytes.subarray(brands.from, brands.to)
  if (names.length > MAX_FIELD_BYTES || !/^[\w ]{4}\0{4}[\w \0]*$/.test(textAt(names, 0, names.length))) {
    throw new BadSound('not_taken')
  }
  // One entry without an address: the samples are in this file.
  const own = '\0\0\0\0\0\0\0\x01\0\0\0\x0curl \0\0\0\x01'
  if (source && textAt(bytes, source.from, source.to - source.from) !== own) throw new BadSound('not_taken')
  bytes.fill(0, Math.min(handler.from + 12, handler.to), handler.to)
  // Version 0 of a sound entry: 28 bytes, then boxes.
  if (viewOf(bytes).getUint16(entry.from + 8) !== 0) throw new BadSound('not_taken')
  removeOthers(bytes, entry.from + 28, entry.to, { esds: null, dOps: null })
  for (const { type, from, to } of boxesIn(bytes, entry.from + 28, entry.to)) {
    if (type !== 'free' && to - from > MAX_FIELD_BYTES) throw new BadSound('not_taken')
  }
}

/** Reads and cleans `bytes`. Throws BadSound, or RangeError where a box points outside. */
export function readMp4(bytes: Uint8Array): ReadSound {
  removeOthers(bytes, 0, bytes.length, kept)
  return { duration_ms: durationOf(bytes), content: bytes }
}

function durationOf(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  const top = [...boxesIn(bytes, 0, bytes.length)]
  const moov = top.find(({ type }) => type === 'moov')
  // The table stands at the end of what phones record: without it the file was cut.
  if (!moov) throw new BadSound('cut_off')
  const tracks = [...boxesIn(bytes, moov.from, moov.to)].filter(({ type }) => type === 'trak')
  const [track] = tracks
  if (!track || tracks.length > 1) throw new BadSound('not_taken')
  const [handler, mdhd] = [find(bytes, track, 'mdia', 'hdlr'), find(bytes, track, 'mdia', 'mdhd')]
  const stbl = find(bytes, track, 'mdia', 'minf', 'stbl')
  const described = stbl && find(bytes, stbl, 'stsd')
  if (!handler || !mdhd || !stbl || !described) throw new BadSound('no_sound')
  if (textAt(bytes, handler.from + 8, 4) !== 'soun') throw new BadSound('not_taken')
  if (!['mp4a', 'Opus'].includes(textAt(bytes, described.from + 12, 4))) throw new BadSound('not_taken')
  cleanFields(bytes, track, described, handler)

  const long = view.getUint8(mdhd.from) === 1
  const scale = view.getUint32(mdhd.from + (long ? 20 : 12))
  if (scale === 0) throw new BadSound('no_sound')
  const fragments = top.filter(({ type }) => type === 'moof')
  if (fragments.length > 0) {
    const standard = find(bytes, moov, 'mvex', 'trex')
    const units = fragmentUnits(bytes, fragments, standard ? view.getUint32(standard.from + 12) : 0)
    return (units / scale) * 1000
  }
  const held = top.filter(({ type }) => type === 'mdat').reduce((sum, { from, to }) => sum + to - from, 0)
  const samples = samplesIn(bytes, stbl)
  if (samples.bytes === 0) throw new BadSound('no_sound')
  if (held < samples.bytes) throw new BadSound('cut_off')
  const declared = long ? Number(view.getBigUint64(mdhd.from + 24)) : view.getUint32(mdhd.from + 16)
  return (Math.max(declared, sampleUnits(bytes, stbl, samples.count)) / scale) * 1000
}
