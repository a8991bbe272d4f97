/** What citizens do at the tablet: ten ways to go through a visit, each with what it must be counted as. */
import type { Level, TabletPage } from './tablet-page.ts'

export interface Tile {
  commitment: string
  kept: string
  broken: string
}

export interface Mark {
  commitment: string
  kept: boolean
}

/** What the visit said, in the words of the contract. */
export interface Said {
  level: Level
  marks: Mark[]
  /** Items of the serious-matters card. */
  report?: string[]
  comment?: string
}

export const ways = [
  'face',
  'tiles',
  'both lists',
  'changed face',
  'remark',
  'skipped remark',
  'left after the face',
  'left at the tiles',
  'serious matter',
  'took a tile back',
] as const
export type Way = (typeof ways)[number]

export interface Visit {
  way: Way
  level: Level
  /** Places in the list of tiles, or in that of the serious matters. */
  tiles: [number, number]
  comment?: string
}

const at = <T>(items: readonly T[], place: number): T => items[place % items.length] as T
/** Levels 4 and 5 are asked what was good. */
const asksGood = (level: Level) => level >= 4
const label = (tile: Tile, kept: boolean) => (kept ? tile.kept : tile.broken)

/**
 * Goes through a visit on a tablet that shows its first screen, and leaves it where the citizen walks away: with the
 * thanks on the screen, or with an unfinished visit that ends by itself.
 */
export async function goThrough(
  tablet: TabletPage,
  { way, level, tiles, comment = '' }: Visit,
  catalogue: { tiles: readonly Tile[]; serious: readonly Tile[] },
): Promise<Said> {
  const good = asksGood(level)
  const first = at(catalogue.tiles, tiles[0])
  const second = at(catalogue.tiles, tiles[1])
  const mark = (tile: Tile, kept: boolean) => ({ commitment: tile.commitment, kept })
  if (way === 'changed face') {
    // Another face first, from the other half of the scale, with a tile of its list.
    const before: Level = good ? 2 : 5
    await tablet.pick(before)
    await tablet.touchTiles([label(first, !good)])
    await tablet.button('change').click()
    await tablet.shows('attract')
    await tablet.pick(level)
    await tablet.done()
    return { level, marks: [mark(first, !good)] }
  }
  await tablet.pick(level)
  switch (way) {
    case 'face':
      await tablet.done()
      return { level, marks: [] }
    case 'tiles':
      await tablet.touchTiles([label(first, good), label(second, good)])
      await tablet.done()
      return { level, marks: [mark(first, good), mark(second, good)] }
    case 'both lists':
      await tablet.touchTiles([label(first, good)])
      await tablet.showOtherList()
      await tablet.touchTiles([label(second, !good)])
      await tablet.done()
      return { level, marks: [mark(first, good), mark(second, !good)] }
    case 'remark':
      await tablet.remark(comment)
      return { level, marks: [], comment }
    case 'skipped remark':
      await tablet.skipRemark(comment)
      return { level, marks: [] }
    case 'left after the face':
      return { level, marks: [] }
    case 'left at the tiles':
      await tablet.touchTiles([label(first, good)])
      return { level, marks: [mark(first, good)] }
    case 'serious matter': {
      const item = at(catalogue.serious, tiles[0])
      await tablet.report([item.broken], comment)
      return { level, marks: [], report: [item.commitment], comment }
    }
    case 'took a tile back':
      await tablet.touchTiles([label(first, good)])
      await tablet.page.getByRole('button', { name: label(first, good), exact: true }).click()
      await tablet.page.locator('.tile[aria-pressed="true"]:visible').waitFor({ state: 'detached' })
      await tablet.done()
      return { level, marks: [] }
  }
}
