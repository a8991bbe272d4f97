/** Scope, passwords and remarks: who may read what, what is refused at the door, what is left of hostile text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { type Role, roles } from '../../server/contract/accounts.ts'
import { isFit, normalise } from '../../server/contract/text.ts'
import * as access from '../../server/domain/access.ts'
import { codePoints, normaliseComment } from '../../server/domain/comment.ts'
import { checkPassword, MIN_PASSWORD, normalisePassword } from '../../server/domain/passwords.ts'
import { countNormalised, worstText } from '../support/normalised.ts'
import { property } from './oracles.ts'

const OWN = 1
const FOREIGN = 2
const SELF = 71
const COLLEAGUE = 72

const provinceRoles: readonly Role[] = ['administrator', 'commission', 'inspector']
const grant = (role: Role, unit_id: number | null = provinceRoles.includes(role) ? null : OWN): access.Grant => ({
  role,
  unit_id,
  officer_id: role === 'officer' ? SELF : null,
})
const scope = (...own: Role[]): access.Scope =>
  access.scopeOf(
    9,
    own.map((role) => grant(role)),
  )

/** [own unit, foreign unit] of each rule, for each role. */
const matrix: Record<Role, Record<string, [boolean, boolean]>> = {
  administrator: {
    unit: [true, true],
    below: [true, true],
    remarks: [false, false],
    roster: [true, true],
    change: [true, true],
  },
  commission: {
    unit: [true, true],
    below: [true, true],
    remarks: [true, true],
    roster: [true, true],
    change: [false, false],
  },
  inspector: {
    unit: [false, false],
    below: [false, false],
    remarks: [false, false],
    roster: [false, false],
    change: [false, false],
  },
  unit_leader: {
    unit: [true, false],
    below: [true, false],
    remarks: [true, false],
    roster: [true, false],
    change: [true, false],
  },
  unit_clerk: {
    unit: [true, false],
    below: [false, false],
    remarks: [false, false],
    roster: [true, false],
    change: [true, false],
  },
  officer: {
    unit: [false, false],
    below: [false, false],
    remarks: [false, false],
    roster: [false, false],
    change: [false, false],
  },
}
const rules: Record<string, (scope: access.Scope, unit_id: number) => boolean> = {
  unit: access.mayReadUnit,
  below: access.mayReadBelowUnit,
  remarks: access.mayReadRemarks,
  roster: access.mayReadRoster,
  change: access.mayManageRoster,
}

t.test('every role, every rule, own and foreign unit', async (t) => {
  t.same(Object.keys(matrix).sort(), [...roles].sort(), 'no role is left out')
  for (const role of roles) {
    for (const [name, rule] of Object.entries(rules)) {
      const found = [rule(scope(role), OWN), rule(scope(role), FOREIGN)]
      t.same(found, matrix[role][name], `${role}: ${name}`)
    }
    t.equal(access.mayAdminister(scope(role)), role === 'administrator', `${role}: administer`)
    t.equal(access.mayReadIntegrity(scope(role)), role === 'inspector', `${role}: integrity reports`)
    const live = role === 'administrator' || role === 'commission'
    t.equal(access.seesLiveTotals(scope(role)), live, `${role}: live totals`)
  }
})

t.test('figures of an officer', async (t) => {
  const may = access.mayReadOfficerFigures
  t.equal(may(scope('officer'), OWN, SELF), true, 'the officer')
  t.equal(may(scope('officer'), OWN, COLLEAGUE), false, 'no colleague')
  t.equal(may(scope('unit_leader'), OWN, COLLEAGUE), true, 'the leader')
  t.equal(may(scope('unit_leader'), FOREIGN, COLLEAGUE), false, 'no leader of another unit')
  t.equal(may(scope('unit_clerk'), OWN, COLLEAGUE), false, 'no clerk')
  t.equal(may(scope('inspector'), OWN, COLLEAGUE), false, 'no inspector')
  t.equal(may(scope('commission'), FOREIGN, COLLEAGUE), true, 'the commission')
  const clerkWithRecord = { ...scope('unit_clerk'), officer_id: SELF }
  t.equal(may(clerkWithRecord, OWN, SELF), false, 'an officer record without the role opens nothing')
  t.equal(access.viewerOf(scope('officer'), OWN, SELF), 'self')
  t.equal(access.viewerOf(scope('unit_leader'), OWN, SELF), 'leader')
  t.equal(access.viewerOf(scope('commission'), OWN, SELF), 'commission')
  t.equal(
    access.viewerOf(scope('officer', 'unit_leader'), OWN, SELF),
    'self',
    'a leader who serves looks at the own figure as self',
  )
  t.equal(access.viewerOf(scope('officer', 'unit_leader'), OWN, COLLEAGUE), 'leader')
})

t.test('several roles add up and do not multiply', async (t) => {
  const both = scope('unit_leader', 'administrator')
  t.equal(both.units, 'all')
  t.equal(access.mayReadRemarks(both, OWN), true)
  t.equal(access.mayReadRemarks(both, FOREIGN), false, 'leads one unit, though it touches the rows of all')
  t.equal(access.seesLiveTotals(both), false, 'who belongs to a unit sees steps')
  t.same(scope('unit_clerk').units, [OWN])
  t.same(access.scopeOf(1, []).units, [], 'no role: no rows')
  const monitor = access.scopeOf(9, [grant('commission', OWN), grant('commission', 3)])
  t.same(monitor.units, [OWN, 3], 'a member of the commission with two units to watch')
  t.same(
    [OWN, 3, FOREIGN].map((unit_id) => access.mayReadRemarks(monitor, unit_id)),
    [true, true, false],
  )
  t.equal(access.seesLiveTotals(monitor), true)
  const split = access.scopeOf(9, [grant('unit_leader', OWN), grant('unit_clerk', FOREIGN), grant('officer', 3)])
  t.same(split.units, [OWN, FOREIGN, 3])
  t.same(
    [OWN, FOREIGN, 3].map((unit_id) => access.mayReadRemarks(split, unit_id)),
    [true, false, false],
  )
  t.same(
    [OWN, FOREIGN, 3].map((unit_id) => access.mayManageRoster(split, unit_id)),
    [true, true, false],
  )
  t.same(
    [OWN, FOREIGN, 3].map((unit_id) => access.mayReadBelowUnit(split, unit_id)),
    [true, false, false],
  )
  const watching = access.scopeOf(9, [grant('commission'), grant('unit_leader', OWN)])
  t.equal(access.viewerOf(watching, OWN, COLLEAGUE), 'leader')
  t.equal(access.viewerOf(watching, FOREIGN, COLLEAGUE), 'commission')
  const nobody = scope()
  for (const rule of Object.values(rules)) t.equal(rule(nobody, OWN), false, 'no role, nothing')
  const held = fc.record({ role: fc.constantFrom(...roles), unit_id: fc.constantFrom(OWN, FOREIGN, 3) })
  const grants = fc.array(held, { maxLength: 5 })
  fc.assert(
    fc.property(
      grants,
      fc.constantFrom(...Object.values(rules)),
      fc.constantFrom(OWN, FOREIGN),
      (several, rule, unit_id) => {
        const one = several.map(({ role, unit_id }) => grant(role, provinceRoles.includes(role) ? null : unit_id))
        return rule(access.scopeOf(9, one), unit_id) === one.some((own) => rule(access.scopeOf(9, [own]), unit_id))
      },
    ),
    property,
  )
})

t.test('passwords that stand alone', async (t) => {
  t.equal(MIN_PASSWORD, 15)
  const flaw = (password: string, username = 'nguyen.an') => checkPassword(password, username)?.flaw ?? null
  for (const good of [
    'con mèo trèo cây cau',
    'ấm chè xanh buổi sớm',
    'correct horse battery staple',
    'x9!kQ2#vLm7@pRw',
    'kho thóc quyết thắng mùa vàng',
    '!?%&/()=+*#~-_.:',
    '🌾🐃🏔️🌧️🍵🎋🪘🐓🌶️🛖🚲📯🥁🪁🌙',
  ]) {
    t.equal(flaw(good), null, good)
  }
  const bad: Record<string, string[]> = {
    too_short: ['', 'ngắn', 'x9!kQ2#vLm7@pR', '🌾🐃🏔🌧🍵🎋🪘🐓🌶🛖🚲📯🥁🪁'],
    repetitive: ['aaaaaaaaaaaaaaaa', 'abcabcabcabcabcabc', '121212121212121212', 'Anh Anh Anh Anh Anh'],
    sequence: ['1234567890123456', 'abcdefghijklmnop', '9876543210987654', 'abcdefgh12345678', '1234-5678-9012-34'],
    common: [
      'matkhau123456789',
      'Mật khẩu 2026!!!!',
      'quyetthang-matkhau',
      'Sơn La Hài Lòng 2026',
      'qwertyuiopasdfgh',
      'qwertyuiopasdfghjkl',
      'Password12345678!',
      'admin@admin@sonla.1',
      'Chính quyền thân thiện',
      'Sonla@2026Sonla@2026',
      'P@ssw0rdP@ssw0rd',
      'M@tkh4u-M@tkh4u-2026',
      'Em yêu anh nhiều lắm',
      'một con vịt xòe ra 2 cái cánh',
      '1q2w3e4r5t6y7u8i',
      'tôi yêu Việt Nam 1975',
    ],
    contains_username: ['nguyen.an thích trà', 'toi la NguyenAn day', 'tôi là Nguyễn Ân đây'],
  }
  for (const [wanted, passwords] of Object.entries(bad)) {
    for (const password of passwords) {
      t.equal(flaw(password), wanted, password)
      t.match(checkPassword(password, 'nguyen.an')?.message, /\w+ .*\.$/, 'says what to do')
    }
  }
  t.equal(flaw('lan man khắp bản xa', 'lan'), null, 'a user name of three letters stands in words by accident')
  t.equal(flaw('mua bích họa gần xa', 'bich'), 'contains_username', 'four letters do not')
  t.equal(normalisePassword('ｋｈｏ\u0309'), 'khỏ', 'the same keys on another keyboard')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string(), (password, username) => {
      const found = checkPassword(password, username)
      return found === null || found.message.length > 0
    }),
    property,
  )
})

t.test('where each password rule ends', async (t) => {
  const flaw = (password: string) => checkPassword(password, 'clerk')?.flaw ?? null
  t.equal(flaw('gkmtkmgtmkgktmg'), 'repetitive', 'four different characters')
  t.equal(flaw('gkmtpkmgtpmkgpt'), null, 'five')
  t.equal(flaw('gkmtpgkmtpgkmtp'), 'repetitive', 'a third, three times')
  t.equal(flaw('gkmtpwgkmtpwgkm'), null, 'more than a third')
  t.equal(flaw('12345678901gkmt'), 'sequence', 'four characters beside a row')
  t.equal(flaw('12345678901gkmtp'), null, 'five')
  t.equal(flaw('matkhau-matkhau-kwpr'), 'common', 'four characters beside common words')
  t.equal(flaw('matkhau-matkhau-kwprh'), null, 'five')
  t.equal(flaw('matkhau1234gkmt'), 'common', 'four that follow each other are a row')
  t.equal(flaw('matkhau4321gkmt'), 'common', 'downward too')
  t.equal(flaw('matkhau7890gkmt'), 'common', '0 follows 9')
  t.equal(flaw('matkhau0987gkmt'), 'common', 'and 9 goes before 0')
  t.equal(flaw('matkhau-matkhau-123gk'), null, 'three are none')
  t.equal(flaw('matkhau-matkhau-12121'), null, 'nor is back and forth')
  t.equal(flaw('matkhau-matkhau-9k0k9'), null)
})

t.test('remarks', async (t) => {
  t.equal(normaliseComment('  Cán bộ nhiệt tình \n'), 'Cán bộ nhiệt tình')
  t.equal(normaliseComment('hài lo\u0300ng'), 'hài lòng', 'NFC')
  t.equal(normaliseComment('lo\u0000\u0300ng'), 'lòng', 'NFC after the removals')
  t.equal(normaliseComment('a\r\nb\rc\u2028d\ne'), 'a\nb\nc\nd\ne', 'one kind of line end')
  t.equal(normaliseComment('a\tb\u0000\u0007\u001b[31mc\u007f\u0085d'), 'a b[31mcd', 'no control characters')
  t.equal(
    normaliseComment('x\u202Egnp.exe\u202C\u2066y\u2069\u200E\u200F\u061C\u206A'),
    'xgnp.exey',
    'no bidi controls',
  )
  t.equal(normaliseComment('a\uD800b\uDC00\uD83D\uDE00'), 'a\uFFFDb\uFFFD😀', 'no lone surrogates')
  t.equal(normaliseComment('\uFEFFa\u200Bb\u2060'), 'ab', 'no invisible spaces')
  t.equal(normaliseComment('👨\u200D👩\u200D👧 ꪹ\u200Cꪄ'), '👨\u200D👩\u200D👧 ꪹ\u200Cꪄ', 'joiners stay')
  t.equal(normaliseComment('a\uFFFFb\uFDD0\u{1FFFE}'), 'ab', 'no non-characters')
  t.equal(normaliseComment("<b>&=1+1 '; drop table--"), "<b>&=1+1 '; drop table--", 'words are not touched')
  t.equal(normaliseComment('\u202E\u0000\u200B \n'), '', 'nothing was said')
  t.equal(codePoints('khỏe 😀'), 6)
  t.equal(codePoints(''), 0)
  t.equal(codePoints(normaliseComment('o\u0309'.repeat(1000))), 1000, 'counted after normalisation')
  fc.assert(
    fc.property(
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      (raw) => {
        const text = normaliseComment(raw)
        const clean = !/\p{Surrogate}|(?!\n)\p{Control}|[\u202A-\u202E\u2066-\u206F\u200E\u200F\u061C]/u.test(text)
        return clean && text === text.trim() && normaliseComment(text) === text && encodeURIComponent(text).length >= 0
      },
    ),
    { ...property, numRuns: 3000 },
  )
})
t.test('a text costs no more than its length, and no letter has more than 30 marks', async (t) => {
  const normalised = countNormalised(t)
  t.equal(normaliseComment(worstText(400_000)), `${'\u0301'.repeat(30)}`, 'cut, not refused: a rating hangs on it')
  t.ok(normalised() <= 30, 'of 6,000 read only the marks that stay')
  const zalgo = `x${'\u0301\u0323'.repeat(15)}y`
  t.equal(normalise(zalgo), zalgo.normalize('NFC'), '30 marks stay')
  t.equal(normalise(`e${'\u0301'.repeat(31)}`), `é${'\u0301'.repeat(29)}`, 'the 31st goes')
  t.equal(normalise(`${'a'.repeat(5_999)}😀`).length, 5_999, 'no half a character at the end')
  normalised()
  // What NFKC turns into marks, between marks: one run of 310.
  t.equal(normalise('\uFF9E\u0301\u0323'.repeat(310), 'NFKC').length, 30)
  t.equal(normalised(), 30)
  // Each becomes two marks.
  t.equal([...normalise('\u0344'.repeat(30))].length, 30)
  for (const text of [
    'ế'.normalize('NFD').repeat(1000),
    '𖬀𖬲𖬵'.repeat(300),
    'ខ្ញុំ​សូម'.repeat(100),
    'กํ้า'.repeat(200),
    zalgo,
  ]) {
    t.equal(normalise(text), text.normalize('NFC'), `unchanged: ${text.slice(0, 12)}`)
    t.equal(normalise(normalise(text)), normalise(text))
    t.ok(isFit(text))
  }
  for (const text of ['a\u0001', '\u000b', '\uffff', '\ud800', '\u202e', '\u2069', '\u0085', `a${worstText(31)}`]) {
    t.notOk(isFit(text), JSON.stringify(text))
  }
  t.ok(isFit('một\r\n\thai'), 'line ends and tabs stay')
  t.notOk(isFit(worstText(6_000_000)), 'millions of marks are no error of the pattern')
  const root = join(import.meta.dirname, '..', '..')
  const sources = ['server', 'dashboards', 'terminal-ui'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
  )
  const normalising = sources.filter(
    (file) => /\.tsx?$/.test(file) && readFileSync(join(root, file), 'utf8').includes('.normalize('),
  )
  t.same(normalising, ['server/contract/text.ts'], 'one place normalises')
})
