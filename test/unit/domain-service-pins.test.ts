/** Six digits are few, so the ones that everybody tries first are refused. */
import t from 'tap'
import { flawOfPin } from '../../server/domain/service-pins.ts'

t.test('six digits and nothing else', async (t) => {
  for (const pin of ['', '48291', '4829156', '48291a', ' 482915', '482915 ', '-48291', '４８２９１５', '48291٥']) {
    t.equal(flawOfPin(pin), 'not_six_digits', JSON.stringify(pin))
  }
})

t.test('rows, repetitions, pairs, mirrors, two digits only, favourites', async (t) => {
  const easy = '000000 777777 123456 654321 012345 345678 987654 890123 246802 135791 121212 123123 907907 112233'
  for (const pin of `${easy} 998877 123321 480084 111112 272722 159753 147258`.split(' ')) {
    t.equal(flawOfPin(pin), 'too_easy', pin)
  }
})

t.test('most PINs are good', async (t) => {
  for (const pin of ['482915', '739104', '100382', '556041', '918273']) t.equal(flawOfPin(pin), null, pin)
  const refused = Array.from({ length: 1_000_000 }, (_, n) => String(n).padStart(6, '0')).filter((pin) =>
    flawOfPin(pin),
  )
  t.ok(refused.length < 10_000, `${refused.length} of a million are refused`)
})
