/** The only place that runs Chart.js: draws a plot on a canvas and updates it in place. Loaded when a picture comes near. */
import {
  CategoryScale,
  type ChartConfiguration,
  type ChartDataset,
  Chart as Library,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
} from 'chart.js'
import { useEffect, useRef, useState } from 'preact/hooks'
import { onPaper } from '../preferences.ts'
import { drawWhiskers, family, printLast, shade, token } from './drawn.ts'
import type { Layer, Plot } from './plot.ts'

// What is drawn and shown below by a few lines of our own (bands, whiskers, what the pointer says) is left out of the library.
Library.register(CategoryScale, LinearScale, LineController, LineElement, PointElement)

type Dataset = ChartDataset<'line', (number | null)[]>

function datasetsOf(layer: Layer, count: number): Dataset[] {
  const line = token('chart-line')
  switch (layer.kind) {
    case 'line': {
      const last = layer.values.reduce<number>((found, value, index) => (value === null ? found : index), -1)
      const hollow = layer.running ? last : -1
      return [
        {
          type: 'line',
          data: [...layer.values],
          borderColor: line,
          borderWidth: 2.25,
          tension: 0,
          pointRadius: layer.values.map((_, index) => (index === last ? 5 : 3)),
          pointBackgroundColor: layer.values.map((_, index) => (index === hollow ? token('surface') : line)),
          pointBorderColor: line,
          pointBorderWidth: layer.values.map((_, index) => (index === hollow ? 2.25 : 1)),
          // A dot at 100 % is a whole dot; the axis begins below every value, so nothing runs out of the picture.
          clip: false,
        },
      ]
    }
    case 'dots': {
      const inks = { lower: token('low-ink'), higher: token('high-ink') }
      return [
        {
          type: 'line',
          data: [...layer.values],
          showLine: false,
          pointStyle: layer.marks.map((mark) => (mark ? 'triangle' : 'circle')),
          // The library's triangle points up.
          pointRotation: layer.marks.map((mark) => (mark === 'lower' ? 180 : 0)),
          pointRadius: layer.marks.map((mark) => (mark ? 9 : 6)),
          pointHoverRadius: layer.marks.map((mark) => (mark ? 10 : 7)),
          pointBackgroundColor: layer.marks.map((mark) => (mark ? inks[mark] : line)),
          pointBorderColor: token('surface'),
          pointBorderWidth: 2,
          clip: false,
        },
      ]
    }
    case 'band':
    case 'limits':
    case 'whiskers':
      return []
    case 'reference':
      return [
        {
          type: 'line',
          data: Array.from({ length: count }, () => layer.value),
          borderColor: token('chart-ref'),
          borderDash: [6, 4],
          borderWidth: 1.5,
          pointRadius: 0,
          pointHoverRadius: 0,
          pointHitRadius: 0,
        },
      ]
  }
}

/** Shades lie below everything else, whiskers right below the dots that they belong to, words above everything. */
const drawing = (plot: () => Plot): Plugin => ({
  id: 'drawing',
  beforeDatasetsDraw: (chart) => shade(chart, plot()),
  beforeDatasetDraw(chart, { index }) {
    if ((chart.data.datasets[index] as Dataset).showLine === false) drawWhiskers(chart, plot())
  },
  afterDatasetsDraw: (chart) => printLast(chart, plot()),
})

/** Where the pointer is, and at which point of the plot. */
interface Pointed {
  index: number
  x: number
  y: number
}

function optionsOf(plot: () => Plot, point: (to: Pointed | null) => void): NonNullable<ChartConfiguration['options']> {
  const { axis, layers, printed, percent } = plot()
  const quiet = token('ink-2')
  const font = { family, size: 14 }
  return {
    animation: false,
    maintainAspectRatio: false,
    responsive: true,
    interaction: { mode: 'index', intersect: false },
    onHover: ({ y }, [first]) => point(first ? { index: first.index, x: first.element.x, y: y ?? 0 } : null),
    // A printed 100,0% has room beside its point.
    layout: { padding: { top: 8, right: printed ? 72 : 4 } },
    scales: {
      x: {
        // Blocks have the room of a whole step, the first and the last one too; a line goes from edge to edge.
        offset: layers.some(({ kind }) => kind === 'limits'),
        border: { color: token('line-strong') },
        grid: { display: false },
        ticks: {
          color: quiet,
          font,
          maxRotation: 0,
          autoSkip: false,
          // Looked up at drawing time, so that a thinner axis (phone) needs no new chart.
          callback: (_value, index) => plot().ticks[index] ?? '',
        },
      },
      y: {
        min: axis.min,
        max: axis.max,
        border: { display: false },
        grid: { color: token('chart-grid'), drawTicks: false },
        ticks: { color: quiet, font, padding: 8, stepSize: 0.2, callback: (value) => percent(Number(value)) },
      },
    },
  }
}

const dataOf = (plot: Plot) => ({
  labels: plot.ticks.map((_, index) => String(index)),
  datasets: plot.layers.flatMap((layer) => datasetsOf(layer, plot.ticks.length)),
})

/** Beside the point, on the side where there is room. */
const placeOf = ({ x, y }: Pointed, width: number) =>
  x < width / 2 ? { top: `${y}px`, left: `${x + 12}px` } : { top: `${y}px`, right: `${width - x + 12}px` }

/** `name` says what is seen and where the same numbers stand as a table; `dark` only triggers the change of colours. */
export default function Chart({ plot, name, dark }: { plot: Plot; name: string; dark: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const chart = useRef<Library | null>(null)
  const [pointed, setPointed] = useState<Pointed | null>(null)
  const current = useRef(plot)
  current.current = plot

  useEffect(() => {
    const read = () => current.current
    if (!chart.current) {
      if (!canvas.current) return
      chart.current = new Library(canvas.current, {
        type: 'line',
        data: dataOf(plot) as ChartConfiguration['data'],
        options: optionsOf(read, setPointed),
        plugins: [drawing(read)],
      })
      return
    }
    chart.current.data = dataOf(plot) as ChartConfiguration['data']
    chart.current.options = optionsOf(read, setPointed)
    chart.current.update('none')
  }, [plot, dark])
  useEffect(() => {
    const stop = onPaper(() => {
      if (!chart.current) return
      chart.current.data = dataOf(current.current) as ChartConfiguration['data']
      chart.current.options = optionsOf(() => current.current, setPointed)
      chart.current.update('none')
    })
    return () => {
      stop()
      chart.current?.destroy()
    }
  }, [])

  const tip = pointed && plot.tips[pointed.index]
  return (
    <>
      <canvas ref={canvas} role="img" aria-label={name} onPointerLeave={() => setPointed(null)} />
      {tip && (
        <span class="tip" aria-hidden="true" style={placeOf(pointed, canvas.current?.clientWidth ?? 0)}>
          <b>{tip.title}</b>
          {tip.text}
        </span>
      )}
    </>
  )
}
