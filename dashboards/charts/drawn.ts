/** What the library does not draw: shades between limits, whiskers, and the last value in words. */
import type { Plot, Values } from './plot.ts'

/** What the library hands over of a picture: where it is drawn, and where a value lies in it. */
interface Picture {
  ctx: CanvasRenderingContext2D
  currentDevicePixelRatio: number
  chartArea: { left: number; top: number; width: number; height: number }
  scales: Record<string, Scale>
}

interface Scale {
  left: number
  right: number
  bottom: number
  min: number
  getPixelForValue(value: number): number
}

export const family = '"Be Vietnam Pro", system-ui, sans-serif'
export const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** What lies between two limits: the band as one area from gap to gap, other limits as blocks. */
export function shade(chart: Picture, { layers }: Plot): void {
  const layer = layers.find(({ kind }) => kind === 'limits' || kind === 'band')
  const { x, y } = chart.scales
  if (!layer || !('lower' in layer) || !x || !y) return
  const { ctx: context } = chart
  const step = layer.lower.length > 1 ? x.getPixelForValue(1) - x.getPixelForValue(0) : 32
  // A point of the band that stands between two gaps has a narrow block.
  const half = layer.kind === 'limits' ? step / 2 : step / 6
  // On whole pixels of the screen: two blocks that meet within one would leave a seam.
  const ratio = chart.currentDevicePixelRatio
  const whole = (at: number) => Math.round(at * ratio) / ratio
  const inside = token('chart-band')
  const edge = token('line-strong')
  const isGap = (place: number) => layer.lower[place] == null || layer.upper[place] == null
  layer.lower.forEach((lower, place) => {
    context.fillStyle = inside
    const upper = layer.upper[place]
    if (lower === null || upper == null) return
    const at = x.getPixelForValue(place)
    if (layer.kind === 'band' && !(isGap(place - 1) && isGap(place + 1))) {
      if (isGap(place - 1)) fillBand(layer, place, chart)
      return
    }
    const [from, to] = [whole(Math.max(x.left, at - half)), whole(Math.min(x.right, at + half))]
    const [top, bottom] = [y.getPixelForValue(upper), y.getPixelForValue(Math.max(lower, y.min))]
    context.fillRect(from, top, to - from, bottom - top)
    if (layer.kind === 'band') return
    // The shade alone is too pale to be seen by everybody.
    context.fillStyle = edge
    context.fillRect(from, top, to - from, 1)
    if (lower >= y.min) context.fillRect(from, bottom - 1, to - from, 1)
  })
}

/** The area from `start` to the next gap: along the upper limits, and back along the lower ones. */
function fillBand(band: { lower: Values; upper: Values }, start: number, { ctx, chartArea, scales }: Picture) {
  const { x, y } = scales
  if (!x || !y) return
  const edge: [above: number[], below: number[]] = [[], []]
  for (let place = start; ; place += 1) {
    const [lower, upper] = [band.lower[place], band.upper[place]]
    if (lower == null || upper == null) break
    edge[0].push(y.getPixelForValue(upper))
    edge[1].push(y.getPixelForValue(lower))
  }
  ctx.save()
  ctx.beginPath()
  // What lies below the axis is not drawn.
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height)
  ctx.clip()
  ctx.beginPath()
  const at = (place: number) => x.getPixelForValue(start + place)
  edge[0].forEach((height, place) => {
    ctx.lineTo(at(place), height)
  })
  for (let place = edge[1].length - 1; place >= 0; place -= 1) ctx.lineTo(at(place), edge[1][place] ?? 0)
  ctx.fill()
  ctx.restore()
}

/** The interval of each dot as a thin upright bar. */
export function drawWhiskers(chart: Picture, { layers }: Plot): void {
  const layer = layers.find(({ kind }) => kind === 'whiskers')
  const { x, y } = chart.scales
  if (layer?.kind !== 'whiskers' || !x || !y) return
  chart.ctx.fillStyle = token('chart-line')
  layer.lower.forEach((lower, place) => {
    const upper = layer.upper[place]
    if (lower === null || upper == null) return
    const top = y.getPixelForValue(upper)
    chart.ctx.fillRect(x.getPixelForValue(place) - 1.5, top, 3, y.getPixelForValue(lower) - top)
  })
}

/** From the value to the line below it. */
const LINE = 18

/** One value beside its point, with a halo of the card's colour so that lines do not cross the figures. */
export function printLast(chart: Picture, { printed }: Plot): void {
  const { x, y } = chart.scales
  if (!printed || !x || !y) return
  const context = chart.ctx
  context.save()
  context.textBaseline = 'middle'
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.strokeStyle = token('surface')
  const left = x.getPixelForValue(printed.index) + 10
  // Both lines above the names of the months.
  const top = Math.min(y.getPixelForValue(printed.value), y.bottom - LINE - 8)
  const write = (text: string, at: number, weight: number, ink: string) => {
    context.font = `${weight} 14px ${family}`
    context.fillStyle = token(ink)
    context.strokeText(text, left, at)
    context.fillText(text, left, at)
  }
  write(printed.text, top, 600, 'ink')
  write(printed.below, top + LINE, 400, 'ink-2')
  context.restore()
}
