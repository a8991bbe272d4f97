/** When a tablet stops taking ratings, what goes first, and how its PIN is compared: pure rules. */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { FREE_TRIES, isPin, waitAfter } from '../../terminal-ui/offline/pin.ts'
import { MAX_RATINGS, MIN_FREE_BYTES, roomOf } from '../../terminal-ui/offline/room.ts'

const counts = (sealed: number, acked: number, rejected = 0, open = 0) => ({ open, sealed, acked, rejected })
const plenty = { used: 5e6, quota: 1e10 }
const tight = { used: 5e6, quota: 5e6 + MIN_FREE_BYTES - 1 }

t.test(
  'fifty thousand are kept; acknowledged copies go first, the oldest of them, and no more than needed',
  async (t) => {
    t.equal(MAX_RATINGS, 50_000)
    t.same(roomOf(counts(49_999, 0), plenty), { drop: 0, full: false })
    t.same(roomOf(counts(50_000, 0), plenty), { drop: 0, full: true })
    t.same(roomOf(counts(40_000, 10_003), plenty), { drop: 3, full: false })
    t.same(roomOf(counts(49_990, 2, 10), plenty), { drop: 2, full: true }, 'what was rejected takes room too')
    t.same(
      roomOf(counts(0, 60_000), null),
      { drop: 10_000, full: false },
      'a browser that tells nothing: numbers decide',
    )
  },
)

t.test('where the browser has little room left all copies go, and only then is the tablet full', async (t) => {
  t.same(roomOf(counts(10, 500), tight), { drop: 500, full: false })
  t.same(roomOf(counts(10, 0), tight), { drop: 0, full: true })
  t.same(roomOf(counts(10, 0), { ...tight, quota: tight.quota + 1 }), { drop: 0, full: false })
})

t.test(
  'whatever the numbers: never more is dropped than there are copies, and a tablet with room takes ratings',
  async () => {
    const number = fc.integer({ min: 0, max: 120_000 })
    fc.assert(
      fc.property(
        number,
        number,
        number,
        fc.option(fc.record({ used: number, quota: fc.integer({ max: 1e9 }) })),
        (sealed, acked, rejected, storage) => {
          const { drop, full } = roomOf(counts(sealed, acked, rejected), storage)
          const own = sealed + rejected
          return (
            drop >= 0 &&
            drop <= acked &&
            (full || own < MAX_RATINGS) &&
            own + acked - drop <= Math.max(own, MAX_RATINGS)
          )
        },
      ),
    )
  },
)

t.test('the PIN is compared as the server hashed it', async (t) => {
  const salt = randomBytes(16)
  const hash = pbkdf2Sync('481925', salt, 1000, 32, 'sha256')
  const told = { salt: salt.toString('base64'), hash: hash.toString('base64'), iterations: 1000 }
  t.equal(await isPin('481925', told), true)
  t.equal(await isPin('481926', told), false)
  t.equal(await isPin('', told), false)
  t.equal(await isPin('481925', { ...told, iterations: 1001 }), false)
  t.equal(await isPin('481925', { ...told, salt: randomBytes(16).toString('base64') }), false)
  await t.rejects(isPin('481925', { ...told, hash: '%' }), 'what is no base64 opens nothing')
})

t.test('wrong PINs wait longer each time, ten minutes at most, and for ever never', async (t) => {
  t.equal(FREE_TRIES, 5)
  t.same(
    Array.from({ length: 12 }, (_, failures) => waitAfter(failures)),
    [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 600, 600],
  )
  t.equal(waitAfter(1_000_000), 600)
})
