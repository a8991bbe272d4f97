/** Takes out of a remark what names or finds a person: telephones, identity numbers, plates, e-mail, officers' names. */
import { normalise } from '../contract/text.ts'

/** What stands where something was taken out; the same word for all, so that it tells only what kind it was. */
const marks = {
  phone: '[số điện thoại]',
  identity: '[số giấy tờ]',
  plate: '[biển số]',
  email: '[thư điện tử]',
  officer: '[tên cán bộ]',
} as const

/** People write digits in groups and in full-width forms; NFKC makes them one, and blanks, dots and dashes join them. */
const digits = (count: string) => `\\d(?:[ .\\-]?\\d){${count}}`

// A plate: province code 11 to 99, one or two letters, a digit or none, four or five digits: 26A-123.45, 26-B1 234.56.
const plate =
  /(?<![\p{L}\d])[1-9]\d[ .-]?[A-ZĐ]{1,2}\d?[ .-]?\d{3}[ .]?\d{2}(?!\d)|(?<![\p{L}\d])[1-9]\d[ .-]?[A-ZĐ]{1,2}\d?[ .-]?\d{4}(?!\d)/giu
// The second half is optional, and a match without it is left as it is: a word that no address follows is then read once,
// not once from each of its letters (6,000 letters took 0.4 s).
const email = /[\p{L}\d._%+-]+(\s?(?:@|\[at\]|\(at\))\s?[\p{L}\d-]+(?:\.[\p{L}\d-]+)+)?/giu
const maskEmails = (text: string) =>
  text.replace(email, (found, behind?: string) => (behind === undefined ? found : marks.email))
// A passport: a letter and seven digits, or eight.
const passport = /(?<![\p{L}\d])[A-Z]\d{7,8}(?!\d)/giu
// Telephones as they are written beside blanks and dots: (0212) 3852 123, 0912/345/678. Groups of three tell them from days.
const bracketed = new RegExp(`\\(\\+?${digits('1,4')}\\)[ .\\-]?${digits('5,9')}(?!\\d)`, 'gu')
const grouped = /(?<!\d)0\d{2,3}([,_/])\d{3}\1\d{3,4}(?!\d)/gu
const day = /^\d{1,2}([.-])\d{1,2}\1\d{4}$/
const run = new RegExp(`(?<![\\d])(?:\\+|00)?${digits('6,18')}(?![\\d])`, 'gu')

/** +84 or 0 and nine more digits (mobile), or 0 2x and eight or nine more (landline), or a bare run of 7 to 8. */
function isPhone(number: string): boolean {
  return /^(?:0084|84|0)(?:[35789]\d{8}|2\d{8,9})$/.test(number) || /^(?:1800|1900)\d{4,6}$/.test(number)
}

/** Citizen's identity card: 12 digits; the older identity card: 9. */
const isIdentity = (number: string) => number.length === 12 || number.length === 9

function maskNumbers(text: string): string {
  const phone = (found: string) => (isPhone(found.replace(/\D/g, '')) ? marks.phone : found)
  const first = text.replace(passport, marks.identity).replace(bracketed, phone).replace(grouped, phone)
  return first.replace(run, (found) => {
    if (day.test(found)) return found
    const number = found.replace(/\D/g, '')
    if (isPhone(number)) return marks.phone
    if (isIdentity(number)) return marks.identity
    // Any other long number may be a file's or an account's: whoever wrote it can be found by it.
    return number.length >= 8 ? marks.identity : found
  })
}

/** Lower case without tone marks, one character for one, so that places in it are places in the text. */
function fold(text: string): string {
  return [...text]
    .map((sign) => {
      if (sign <= '~') return sign.toLowerCase()
      const [bare = sign] = normalise(sign, 'NFD').toLowerCase()
      return bare === 'đ' ? 'd' : bare
    })
    .join('')
}

const titles = [
  ...['anh', 'chi', 'ong', 'ba', 'co', 'chu', 'bac', 'em', 'dong chi', 'd/c', 'can bo', 'cb', 'thay', 'cau'],
  ...['ten la', 'ten', 'mr', 'ms', 'mrs'],
]

/** Ways in which people write the name of `Lò Thị Thảo`: whole, its last two words, its first and last, or its last word after a title. */
function waysOf(name: string): { text: string; afterTitle: boolean }[] {
  const words = fold(normalise(name)).split(/\s+/).filter(Boolean)
  const last = words.at(-1)
  if (last === undefined) return []
  return [
    ...(words.length > 1 ? [{ text: words.join(' '), afterTitle: false }] : []),
    ...(words.length > 2 ? [words.slice(-2), [words[0], last]] : []).map((two) => ({
      text: two.join(' '),
      afterTitle: false,
    })),
    { text: last, afterTitle: true },
  ]
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll(' ', '\\s+')

/** One pattern for all officers, tried on folded text; longer ways first. Null when there is nobody. */
export function officerPattern(names: readonly string[]): RegExp | null {
  const ways = names.flatMap(waysOf)
  const bare = new Set(ways.filter(({ afterTitle }) => !afterTitle).map(({ text }) => text))
  const last = new Set(ways.filter(({ afterTitle }) => afterTitle).map(({ text }) => text))
  if (last.size === 0) return null
  const title = `(?:${titles.map(escaped).join('|')})`
  const longestFirst = (texts: Set<string>) =>
    [...texts]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|')
  const whole = bare.size === 0 ? '' : `(?:${longestFirst(bare)})|`
  return new RegExp(
    `(?<![\\p{L}\\d])(?:${title}\\.?[\\s-]+)?(?:${whole}(?<=${title}\\.?[\\s-]+)(?:${longestFirst(last)}))(?![\\p{L}\\d])`,
    'gu',
  )
}

/**
 * The remark as it may be shown. `officers` = officerPattern() of everybody who ever served in the unit. Names are found with
 * and without tone marks; a single given name only after a title ("chị Thảo"), because many are ordinary words.
 */
export function maskRemark(remark: string, officers: RegExp | null): string {
  const text = normalise(remark, 'NFKC')
  const withoutNumbers = maskNumbers(maskEmails(text).replace(plate, marks.plate))
  if (officers === null) return withoutNumbers
  const signs = [...withoutNumbers]
  const folded = fold(withoutNumbers)
  let shown = ''
  let done = 0
  for (const { index, 0: found } of folded.matchAll(officers)) {
    // Folding keeps one sign for one, but signs beyond the first plane count twice in a string's own indices.
    const from = [...folded.slice(0, index)].length
    shown += `${signs.slice(done, from).join('')}${marks.officer}`
    done = from + [...found].length
  }
  return shown + signs.slice(done).join('')
}
