/** MP4 (ISO 14496-12) with one track of AAC or Opus, whole or in the fragments that browsers record. */
import { BadSound, textAt, viewOf } from './sounds.ts'

interface Box {
  type: string
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
    yield { type: textAt(bytes, at + 4, 4), from: at + head, to: at + size }
    at += size
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
        for (let sample = 0; sample < count; sample++, at += width) {
          units += flags & 0x100 ? view.getUint32(at) : each
        }
      }
    }
  }
  return units
}

/** Bytes of all samples, as the table of a whole file tells. */
function sampleBytes(bytes: Uint8Array, stbl: Box): number {
  const view = viewOf(bytes)
  const sizes = find(bytes, stbl, 'stsz')
  if (!sizes) return 0
  const [same, count] = [view.getUint32(sizes.from + 4), view.getUint32(sizes.from + 8)]
  if (same > 0) return same * count
  if (sizes.from + 12 + count * 4 > sizes.to) throw new BadSound('cut_off')
  let sum = 0
  for (let sample = 0; sample < count; sample++) sum += view.getUint32(sizes.from + 12 + sample * 4)
  return sum
}

/** Milliseconds of sound. Throws BadSound, or RangeError where a box points outside. */
export function readMp4(bytes: Uint8Array): number {
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
  const needed = sampleBytes(bytes, stbl)
  if (needed === 0) throw new BadSound('no_sound')
  if (held < needed) throw new BadSound('cut_off')
  const units = long ? Number(view.getBigUint64(mdhd.from + 24)) : view.getUint32(mdhd.from + 16)
  return (units / scale) * 1000
}
