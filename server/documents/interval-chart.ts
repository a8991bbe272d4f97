/** Shares with their intervals as a drawing: one SVG, the same in Word and in PDF. */
import type { IntervalChart } from './document.ts'
import { formatInterval, formatShare, type Language } from './numbers.ts'

const WIDTH = 640
const ROW = 30
const LEFT = 210
const RIGHT = 150
const TOP = 30

export interface Drawing {
  readonly svg: string
  /** Pixels at 96 a inch. */
  readonly width: number
  readonly height: number
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The axis starts at the tens below the lowest bound, never above 50 %, so that small differences stay small. */
function axisFrom(rows: IntervalChart['rows']): number {
  const lowest = Math.min(0.5, ...rows.map(({ lower }) => lower))
  return Math.max(0, Math.floor(lowest * 10) / 10)
}

function shorten(name: string): string {
  const letters = [...name]
  return letters.length <= 30 ? name : `${letters.slice(0, 29).join('')}…`
}

/** Draws rows in the order given; `font` is a family the renderer knows. */
export function drawIntervals({ rows }: IntervalChart, language: Language, font: string): Drawing {
  const from = axisFrom(rows)
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
      `<text x="0" y="${y + 5}" font-size="14" fill="#1b1a22">${escapeXml(shorten(name))}</text>`,
      `<line x1="${x(lower).toFixed(1)}" y1="${y}" x2="${x(upper).toFixed(1)}" y2="${y}" stroke="#6b86c9" stroke-width="8" stroke-linecap="butt"/>`,
      `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="6" fill="#1f3a8a" stroke="#ffffff" stroke-width="1.5"/>`,
      `<text x="${WIDTH}" y="${y + 5}" text-anchor="end" font-size="13" fill="#1b1a22">${escapeXml(formatShare(value, language))} (${escapeXml(formatInterval({ lower, upper }, language))})</text>`,
    )
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${font}">${parts.join('')}</svg>`
  return { svg, width: WIDTH, height }
}
