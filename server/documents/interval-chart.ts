/** Shares with their intervals as drawings: SVG, the same in Word and in PDF, each small enough for a page. */
import type { IntervalChart } from './document.ts'
import { formatInterval, formatShare, type Language } from './numbers.ts'

const WIDTH = 640
const ROW = 30
const LEFT = 210
const RIGHT = 150
const TOP = 30
/** A taller picture is cut off at the end of a page, in Word as in PDF. */
const MOST_ROWS = 28
/** Between a name and the axis. */
const GAP = 10

type Row = IntervalChart['rows'][number]

export interface Drawing {
  readonly svg: string
  /** Pixels at 96 a inch. */
  readonly width: number
  readonly height: number
  readonly rows: readonly Row[]
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The axis starts at the tens below the lowest bound, never above 50 %, so that small differences stay small. */
function axisFrom(rows: IntervalChart['rows']): number {
  const lowest = Math.min(0.5, ...rows.map(({ lower }) => lower))
  return Math.max(0, Math.floor(lowest * 10) / 10)
}

/** What a text takes of the size it is written in, rather too much than too little. */
function widthOf(text: string): number {
  let sum = 0
  for (const letter of text) {
    if (/[MWmw]/.test(letter)) sum += letter < 'a' ? 0.95 : 0.78
    else if (/[\p{Ll}\p{Nd}]/u.test(letter)) sum += 0.52
    else if (/[\p{M}\s.,;:'|()-]/u.test(letter)) sum += 0.33
    else sum += letter < '\u2000' ? 0.76 : 1.2
  }
  return sum
}

/** As many whole words from the start, or from the end, as have room; of a word that has none the letters that do. */
function part(words: readonly string[], room: number, end: 'start' | 'end'): string {
  const side = (count: number) =>
    (end === 'start' ? words.slice(0, count) : words.slice(words.length - count)).join(' ')
  let count = words.length
  while (count > 1 && widthOf(side(count)) > room) count -= 1
  const letters = [...side(count)]
  while (widthOf(letters.join('')) > room) letters.splice(end === 'start' ? -1 : 0, 1)
  return letters.join('')
}

/** A name in one line or two. What has no room is left out in the middle: names of one office differ at their ends. */
function linesOf(name: string, room: number): [string, string?] {
  if (widthOf(name) <= room) return [name]
  const first = part(name.split(' '), room, 'start')
  const rest = name.slice(first.length).trim()
  return [first, widthOf(rest) <= room ? rest : `…${part(rest.split(' '), room - 1, 'end')}`]
}

function writeName(name: string, y: number): string {
  const write = (text: string, at: number, size: number) =>
    `<text x="0" y="${at}" font-size="${size}" fill="#1b1a22">${escapeXml(text)}</text>`
  const room = LEFT - GAP
  if (widthOf(name) * 14 <= room) return write(name, y + 5, 14)
  const [first, second] = linesOf(name, room / 12)
  return second === undefined ? write(first, y + 4, 12) : write(first, y - 2, 12) + write(second, y + 11, 12)
}

/** Draws rows in the order given, in as many pictures as they need, all on one axis; `font` is a family the renderer knows. */
export function drawIntervals({ rows }: IntervalChart, language: Language, font: string): Drawing[] {
  const from = axisFrom(rows)
  const pieces = Math.ceil(rows.length / MOST_ROWS)
  const size = Math.ceil(rows.length / pieces)
  return Array.from({ length: pieces }, (_, piece) =>
    drawPiece(rows.slice(piece * size, (piece + 1) * size), from, language, font),
  )
}

function drawPiece(rows: readonly Row[], from: number, language: Language, font: string): Drawing {
  const x = (share: number) => LEFT + ((share - from) / (1 - from)) * (WIDTH - LEFT - RIGHT)
  const height = TOP + rows.length * ROW + 12
  const step = from >= 0.5 ? 0.1 : 0.2
  const ticks = Array.from({ length: Math.round((1 - from) / step) + 1 }, (_, place) => 1 - place * step).filter(
    (share) => share >= from - 1e-9,
  )
  const parts = ticks.map(
    (share) =>
      `<line x1="${x(share).toFixed(1)}" y1="${TOP - 8}" x2="${x(share).toFixed(1)}" y2="${height - 8}" stroke="#c9c6d1" stroke-width="1"/>` +
      `<text x="${x(share).toFixed(1)}" y="14" text-anchor="middle" font-size="12" fill="#4a4658">${Math.round(share * 100)}</text>`,
  )
  rows.forEach(({ name, value, lower, upper }, place) => {
    const y = TOP + place * ROW + ROW / 2
    parts.push(
      writeName(name, y),
      `<line x1="${x(lower).toFixed(1)}" y1="${y}" x2="${x(upper).toFixed(1)}" y2="${y}" stroke="#6b86c9" stroke-width="8" stroke-linecap="butt"/>`,
      `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="6" fill="#1f3a8a" stroke="#ffffff" stroke-width="1.5"/>`,
      `<text x="${WIDTH}" y="${y + 5}" text-anchor="end" font-size="13" fill="#1b1a22">${escapeXml(formatShare(value, language))} (${escapeXml(formatInterval({ lower, upper }, language))})</text>`,
    )
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${font}">${parts.join('')}</svg>`
  return { svg, width: WIDTH, height, rows }
}
