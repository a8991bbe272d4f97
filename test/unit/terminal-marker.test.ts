/** A store that was wiped or cut short is found out, one that only runs ahead of its marker is not. */
import fc from 'fast-check'
import t from 'tap'
import { lostStore, type Marker, nextLife, readMarker } from '../../terminal-ui/offline/marker.ts'

const marker: Marker = { epoch: 'a', next: 8, terminal_id: '7', token: 'secret' }
const device = (epoch: string, next_sequence: number, before?: string[]) => ({
  key: 'device' as const,
  epoch,
  next_sequence,
  ...(before ? { before } : {}),
})
const lost = { device_epoch: 'a', terminal_id: '7', highest: 7 }

t.test('gone, cut short, another one: lost; the same or further on: not', async (t) => {
  t.same(lostStore(undefined, marker), lost)
  t.same(lostStore(device('a', 7), marker), lost, 'one number back is one rating lost')
  t.equal(lostStore(device('a', 8), marker), null)
  t.equal(lostStore(device('a', 9), marker), null, 'the marker lagged behind in a power cut')
  t.same(lostStore(device('b', 3), marker), lost)
  t.equal(lostStore(device('b', 3, ['a']), marker), null, 'the marker still tells of the life before')
  t.equal(lostStore(undefined, null), null, 'a new tablet')
  t.equal(lostStore(undefined, { ...marker, next: 1 }), null, 'paired, and nothing was numbered yet')
})

t.test('a new life knows those before it, so no marker of theirs is taken for a loss', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }), { maxLength: 6 }),
      fc.integer({ min: 2, max: 99 }),
      (lives, next) => {
        let numbers = device('first', 5)
        for (const life of lives) numbers = { ...nextLife(numbers, life) } as typeof numbers
        const known = ['first', ...lives]
        return known.every((epoch) => lives.length === 0 || lostStore(numbers, { ...marker, epoch, next }) === null)
      },
    ),
  )
})

t.test('what is no marker of ours is none', async (t) => {
  t.same(readMarker(JSON.stringify(marker)), marker)
  for (const text of [null, '', '{', '7', '{}', '{"epoch":"a","next":"8","terminal_id":"7"}'])
    t.equal(readMarker(text), null)
})
