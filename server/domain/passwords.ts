/** Which passwords are good enough to stand alone: long, and not what everybody here would try first. */
import { normalise } from '../contract/text.ts'

/** A password without a second factor (NIST SP 800-63B-4, 3.1.1.2); counted in code points after NFKC. */
export const MIN_PASSWORD = 15
/** A password is kept from being nothing but well-known pieces: this many letters or digits must remain beside them. */
const MIN_OWN = 5
/** A user name shorter than this stands in ordinary words by accident. */
const MIN_USERNAME_PART = 4

/**
 * Pieces tried first, without tone marks and spaces: Vietnamese favourites (matkhau = password, anhyeuem, …), the names of
 * this place and product, rows of the keyboard. Longer ones first, so that `qwertyuiop` goes before `qwerty`.
 */
const COMMON = [
  'chinhquyenthanthien',
  'chuyennghiep',
  'administrator',
  'khongcomatkhau',
  'vietnamvodich',
  'matkhaumoi',
  'anhnhoemnhieu',
  'conyeumebaoboi',
  'hochiminh',
  'hanhphuc',
  'tinhyeu',
  'giadinh',
  'conyeume',
  'anhnhoem',
  'bongda',
  'xinchao',
  'camon',
  'motcua',
  'danvan',
  'thanhtra',
  'lanhdao',
  'quantri',
  'viettel',
  'vinaphone',
  'mobifone',
  'facebook',
  'google',
  'samsung',
  'iphone',
  'zalo',
  'chiengkhuong',
  'taikhoan',
  'quyetthang',
  'matkhau',
  'thanthien',
  'sonlacity',
  'yeuemnhieu',
  'qwertyuiop',
  'password',
  'passw0rd',
  'anhyeuem',
  'emyeuanh',
  'songma',
  'hieuqua',
  'khongbiet',
  'asdfghjkl',
  'iloveyou',
  'vietnam',
  'welcome',
  'hailong',
  'mocchau',
  'zxcvbnm',
  'letmein',
  'changeme',
  'dangnhap',
  'qwerty',
  'asdfgh',
  'azerty',
  'zxcvb',
  'abc123',
  'dragon',
  'monkey',
  'canbo',
  'sonla',
  'hanoi',
  'admin',
  'demo',
  'motconvit',
  'xoera',
  'caicanh',
  'emyeu',
  'toiyeu',
  'anhyeu',
  'nhieulam',
  'hoilamgi',
  'congchua',
  'hoangtu',
  'maimai',
  'forever',
  'bimat',
  'thitran',
  'phuong',
  'q1w2e3r4',
  '1q2w3e4r',
  '5t6y7u8i',
  'zaq12wsx',
].sort((a, b) => b.length - a.length)

export type PasswordFlaw = 'too_short' | 'contains_username' | 'contains_name' | 'repetitive' | 'sequence' | 'common'

const messages: Readonly<Record<PasswordFlaw, string>> = {
  too_short: `Use at least ${MIN_PASSWORD} characters; four or five words that only you would put together are easy to keep in mind.`,
  contains_username: 'Leave the user name out of the password.',
  contains_name:
    'Leave the names of the unit and of yourself out of the password, or add words that have nothing to do with them.',
  repetitive: 'The same few characters again and again are guessed at once; use four or five different words.',
  sequence: 'Rows such as 123456 or abcdef are guessed at once; use four or five different words.',
  common: 'This is made of words that everybody tries first; add words that have nothing to do with the office.',
}

/** The form that is checked, hashed and compared: NFKC, so that the same keys on another keyboard give the same password. */
export function normalisePassword(password: string): string {
  return normalise(password, 'NFKC')
}

/** Lower case, without tone marks (đ becomes d), letters and digits only. */
function fold(text: string): string {
  return normalise(text, 'NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/đ/gu, 'd')
    .replace(/[^\p{Letter}\p{Number}]/gu, '')
}

/** Years stand in everybody's passwords. */
const YEAR = /(?:19|20)\d\d/g

/** Signs that stand for letters: P@ssw0rd. */
const standIns: Readonly<Record<string, string>> = {
  ...{ '@': 'a', '4': 'a', '0': 'o', $: 's', '5': 's', '1': 'i', '!': 'i', '3': 'e', '7': 't' },
}
const unmasked = (text: string) => [...text].map((sign) => standIns[sign] ?? sign).join('')

/** Takes out runs of four or more characters that follow each other up or down (1234, dcba, 7890). */
function withoutSequences(text: string): string {
  const characters = [...text]
  const codes = characters.map((character) => character.codePointAt(0) ?? 0)
  const step = (index: number): number => {
    const difference = (codes[index + 1] ?? 0) - (codes[index] ?? 0)
    if (characters[index] === '9' && characters[index + 1] === '0') return 1
    if (characters[index] === '0' && characters[index + 1] === '9') return -1
    return Math.abs(difference) === 1 ? difference : 0
  }
  let kept = ''
  for (let start = 0; start < characters.length; ) {
    let end = start + 1
    const direction = step(start)
    while (direction !== 0 && end < characters.length && step(end - 1) === direction) end += 1
    if (end - start < 4) end = start + 1
    if (end - start === 1) kept += characters[start] ?? ''
    start = end
  }
  return kept
}

/** Whether the text is one piece of a third of its length or less, again and again, or has under five different characters. */
function isRepetitive(text: string): boolean {
  const characters = [...text]
  if (new Set(characters).size < 5) return true
  for (let period = 1; period * 3 <= characters.length; period += 1) {
    if (characters.every((character, index) => index < period || character === characters[index - period])) return true
  }
  return false
}

/** A name and what is left without its first word ("Phường Quyết Thắng" and "Quyết Thắng"), folded. */
function piecesOf(name: string): string[] {
  const [, ...rest] = name.trim().split(/\s+/)
  return [fold(name), fold(rest.join(' '))].filter((piece) => piece.length >= MIN_USERNAME_PART)
}

function flawOf(password: string, username: string, names: readonly string[]): PasswordFlaw | null {
  const normal = normalisePassword(password)
  if ([...normal].length < MIN_PASSWORD) return 'too_short'
  const folded = fold(normal)
  const name = fold(username)
  if (name.length >= MIN_USERNAME_PART && folded.includes(name)) return 'contains_username'
  if (isRepetitive(normal.toLowerCase())) return 'repetitive'
  const unsequenced = withoutSequences(folded)
  if (unsequenced.length < folded.length && unsequenced.length < MIN_OWN) return 'sequence'
  // A blank keeps the neighbours of a removed piece from forming another one.
  const without = (pieces: readonly string[], text: string) =>
    pieces.reduce((rest, piece) => rest.replaceAll(piece, ' '), text)
  const isBare = (text: string) => withoutSequences(text).replaceAll(' ', '').length < MIN_OWN
  for (const text of [folded, fold(unmasked(normal))]) {
    const unnamed = without(names.flatMap(piecesOf), text)
    const own = without(COMMON, unnamed).replace(YEAR, ' ')
    if (own !== text && isBare(own)) return unnamed !== text ? 'contains_name' : 'common'
  }
  return null
}

/**
 * Null when the password is good enough, else the flaw and a sentence that says what to do instead.
 * `names`: of the person and of their units; a password is not made of them.
 * No rule on kinds of characters and no expiry: both make passwords worse (NIST SP 800-63B-4).
 */
export function checkPassword(
  password: string,
  username: string,
  names: readonly string[] = [],
): { flaw: PasswordFlaw; message: string } | null {
  const flaw = flawOf(password, username, names)
  return flaw === null ? null : { flaw, message: messages[flaw] }
}
