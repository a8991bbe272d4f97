/** The tablet's small rules: words in both languages, opening hours, pairing codes, clocks, the QR code. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { qrModules } from '../../server/contract/qr.ts'
import { daySpans } from '../../server/contract/weekdays.ts'
import en from '../../terminal-ui/i18n/en.json' with { type: 'json' }
import vi from '../../terminal-ui/i18n/vi.json' with { type: 'json' }
import { hasSlept, officeIso } from '../../terminal-ui/offline/clock.ts'
import { isConfig } from '../../terminal-ui/offline/config.ts'
import { CODE_SIGNS, codeSigns } from '../../terminal-ui/offline/pairing.ts'
import { isOpen } from '../../terminal-ui/opening-hours.ts'

interface Wording {
  group: string
  key: string
  vi: string
  en: string
}
const master = JSON.parse(readFileSync(new URL('../fixtures/ui-strings.json', import.meta.url), 'utf8')) as {
  strings: Wording[]
}
const messages: Record<'vi' | 'en', Record<string, string>> = { vi, en }

/** What waits for the recorded voices, and the sentence that the tablet builds from any number of opening intervals. */
const notYet = new Set(['listen'])
const builtOtherwise = new Set(['hours'])

t.test('the tablet says what the master list says, word for word', async (t) => {
  const wanted = master.strings.filter(({ group, key }) => group === 'terminal' && !notYet.has(key))
  t.ok(wanted.length > 40)
  for (const { key, ...words } of wanted) {
    if (builtOtherwise.has(key)) continue
    // Where a word of two parts must not be torn, its space is one that no line ends at.
    const written = (text = '') => text.replaceAll('\u00a0', ' ')
    t.equal(written(messages.vi[key]), words.vi, `vi ${key}`)
    t.equal(written(messages.en[key]), words.en, `en ${key}`)
  }
})

t.test('both languages have the same keys and the same places for numbers and names', async (t) => {
  const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort()
  t.same(Object.keys(en).sort(), Object.keys(vi).sort())
  for (const [key, text] of Object.entries(messages.vi)) {
    t.same(places(messages.en[key] ?? ''), places(text), key)
    t.equal(text, text.normalize('NFC'), `${key} is normalised`)
  }
})

const hours = {
  days: [1, 2, 3, 4, 5],
  intervals: [
    { from: '07:30', to: '11:30' },
    { from: '13:30', to: '17:00' },
  ],
}
const at = (text: string) => Date.parse(text)

t.test('opening hours are those of the office, whatever zone the tablet is set to', async (t) => {
  t.equal(isOpen(hours, at('2026-11-24T07:29:59+07:00')), false, 'a Tuesday')
  t.equal(isOpen(hours, at('2026-11-24T07:30:00+07:00')), true)
  t.equal(isOpen(hours, at('2026-11-24T11:30:00+07:00')), false, 'the end is outside')
  t.equal(isOpen(hours, at('2026-11-24T16:59:59+07:00')), true)
  t.equal(isOpen(hours, at('2026-11-29T09:00:00+07:00')), false, 'a Sunday')
  t.equal(isOpen(hours, at('2026-11-23T01:00:00Z')), true, 'Monday 08:00 there')
  t.equal(isOpen(hours, at('2026-11-22T18:00:00Z')), false, 'Monday 01:00 there, Sunday in UTC')
  t.equal(isOpen({ days: [7], intervals: [{ from: '08:00', to: '09:00' }] }, at('2026-11-29T08:30:00+07:00')), true)
})

t.test('a tablet without known hours never dims', async (t) => {
  t.equal(isOpen({ days: [], intervals: hours.intervals }, 0), true)
  t.equal(isOpen({ days: [1], intervals: [] }, 0), true)
})

t.test('days are named as runs', async (t) => {
  t.same(daySpans([1, 2, 3, 4, 5]), [[1, 5]])
  t.same(daySpans([7, 1, 2, 2, 4]), [
    [1, 2],
    [4, 4],
    [7, 7],
  ])
  t.same(daySpans([]), [])
})

t.test('a pairing code is read as people write it', async (t) => {
  t.equal(CODE_SIGNS.length, 32)
  t.equal(codeSigns('7qk4-moi2'), '7QK4M012', 'small letters, a dash, O and I')
  t.equal(codeSigns('l L i I o O'), '111100')
  t.equal(codeSigns('u*ỡ '), '', 'U and everything else is no code sign')
})

t.test('moments carry the office offset, before 1970 and after 2090 too', async (t) => {
  t.equal(officeIso(at('2026-11-24T02:00:00Z')), '2026-11-24T09:00:00.000+07:00')
  t.equal(officeIso(0), '1970-01-01T07:00:00.000+07:00')
  fc.assert(
    fc.property(fc.integer({ min: at('1969-01-01T00:00:00Z'), max: at('2099-01-01T00:00:00Z') }), (moment) => {
      return at(officeIso(moment)) === moment
    }),
  )
})

t.test('a night asleep is told from a clock that was set', async (t) => {
  const evening = { wall: 1_000_000, mono: 5000 }
  t.equal(hasSlept(evening, { wall: 1_000_000 + 8 * 3_600_000, mono: 9000 }), true)
  t.equal(hasSlept(evening, { wall: 1_000_000 + 600_000, mono: 605_000 }), false, 'ten minutes with the screen off')
  t.equal(hasSlept(evening, { wall: 0, mono: 605_000 }), false, 'a clock set back')
})

t.test('a portal page or half an answer is no configuration', async (t) => {
  const config = {
    api_revision: 1,
    epoch: 'e',
    terminal: { terminal_id: '1', name: 'QT-01' },
    counter: { counter_id: '1', name: 'Quầy 1', service: null },
    unit: { unit_id: '1', name: 'Phường Quyết Thắng', kind: 'ward' },
    catalogue: { version: '1', items: [] },
    languages: [],
    default_language: 'vi',
    hours,
    duty_leader: null,
    hotline: null,
    slogan: {},
    serious: { body: {}, url: null },
  }
  t.equal(isConfig(config), true)
  t.equal(isConfig({ ...config, later: 'v1 only grows' }), true)
  for (const key of ['api_revision', 'epoch', 'terminal', 'counter', 'unit', 'catalogue', 'hours', 'serious']) {
    t.equal(isConfig({ ...config, [key]: undefined }), false, key)
  }
  for (const other of [null, undefined, '<html>', 1, []]) t.equal(isConfig(other), false)
})

interface ReferenceCode {
  text: string
  sha256: string[]
}

t.test('the QR code is that of an independent library, module by module', async (t) => {
  const fixture = readFileSync(new URL('../fixtures/qr-codes.json', import.meta.url), 'utf8')
  const { codes } = JSON.parse(fixture) as { codes: ReferenceCode[] }
  const sizes = new Set<number>()
  for (const { text, sha256 } of codes) {
    sha256.forEach((wanted, mask) => {
      const rows = qrModules(text, mask) ?? []
      sizes.add(rows.length)
      const drawn = rows.map((row) => row.map((dark) => (dark ? '1' : '0')).join('')).join('\n')
      t.equal(createHash('sha256').update(drawn).digest('hex'), wanted, `${text.length} characters, mask ${mask}`)
    })
  }
  t.same(
    [...sizes].sort((a, b) => a - b),
    [21, 25, 29, 33, 37, 41, 45, 49, 53],
    'versions 1 to 9, the shortest and the longest text of each',
  )
  t.equal(qrModules('x'.repeat(181)), null, 'too long for a small code')
})
