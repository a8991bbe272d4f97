/** The only place that knows Chart.js: draws a plot on a canvas and updates it in place. Loaded when a picture comes near. */
import {
  BarController,
  BarElement,
  CategoryScale,
  type ChartConfiguration,
  type ChartDataset,
  Filler,
  Chart as Library,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  Tooltip,
} from 'chart.js'
import { useEffect, useRef } from 'preact/hooks'
import type { Layer, Plot } from './plot.ts'

Library.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

const family = '"Be Vietnam Pro", system-ui, sans-serif'
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

type Dataset = ChartDataset<'line' | 'bar', (number | [number, number] | null)[]>

function datasetsOf(layer: Layer, count: number): Dataset[] {
  const line = token('chart-line')
  switch (layer.kind) {
    case 'band': {
      const edge = { type: 'line' as const, pointRadius: 0, pointHitRadius: 0, borderWidth: 0 }
      return [
        { ...edge, data: [...layer.upper], fill: false },
        { ...edge, data: [...layer.lower], fill: '-1', backgroundColor: token('chart-band') },
      ]
    }
    case 'line': {
      const last = layer.values.reduce<number>((found, value, index) => (value === null ? found : index), -1)
      return [
        {
          type: 'line',
          data: [...layer.values],
          borderColor: line,
          borderWidth: 2.25,
          tension: 0,
          pointRadius: layer.values.map((_, index) => (index === last ? 5 : 3)),
          pointBackgroundColor: line,
          pointBorderColor: line,
          // A dot at 100 % is a whole dot; the axis begins below every value, so nothing runs out of the picture.
          clip: false,
        },
      ]
    }
    case 'dots':
      return [
        {
          type: 'line',
          data: [...layer.values],
          showLine: false,
          pointRadius: 6,
          pointHoverRadius: 7,
          pointBackgroundColor: line,
          pointBorderColor: token('surface'),
          pointBorderWidth: 2,
          clip: false,
        },
      ]
    case 'whiskers':
      return [
        {
          type: 'bar',
          data: layer.lower.map((lower, index) => {
            const upper = layer.upper[index]
            return lower === null || upper === null || upper === undefined ? null : [lower, upper]
          }),
          backgroundColor: line,
          barThickness: 3,
          order: 1,
        },
      ]
    case 'reference':
      return [
        {
          type: 'line',
          data: Array.from({ length: count }, () => layer.value),
          borderColor: token('chart-ref'),
          borderDash: [6, 4],
          borderWidth: 1.5,
          pointRadius: 0,
          pointHitRadius: 0,
        },
      ]
  }
}

/** Prints one value beside its point, with a halo of the card's colour so that lines do not cross the figures. */
const printing = (plot: () => Plot): Plugin => ({
  id: 'printed',
  afterDatasetsDraw(chart) {
    const { printed } = plot()
    const { x, y } = chart.scales
    if (!printed || !x || !y) return
    const context = chart.ctx
    context.save()
    context.font = `600 14px ${family}`
    context.textBaseline = 'middle'
    context.lineWidth = 4
    context.lineJoin = 'round'
    context.strokeStyle = token('surface')
    context.fillStyle = token('ink')
    const at = [x.getPixelForValue(printed.index) + 10, y.getPixelForValue(printed.value)] as const
    context.strokeText(printed.text, ...at)
    context.fillText(printed.text, ...at)
    context.restore()
  },
})

function optionsOf(plot: () => Plot): NonNullable<ChartConfiguration['options']> {
  const { axis, printed, percent } = plot()
  const quiet = token('ink-2')
  const font = { family, size: 14 }
  const inverse = token('surface')
  return {
    animation: false,
    maintainAspectRatio: false,
    responsive: true,
    interaction: { mode: 'index', intersect: false },
    layout: { padding: { top: 8, right: printed ? 60 : 4 } },
    scales: {
      x: {
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
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: token('ink'),
        titleColor: inverse,
        bodyColor: inverse,
        titleFont: { ...font, weight: 600 },
        bodyFont: font,
        padding: 10,
        cornerRadius: 6,
        displayColors: false,
        // One line per point, whatever the number of layers.
        filter: (item, index) => index === 0 && Boolean(plot().tips[item.dataIndex]),
        callbacks: {
          title: (items) => plot().tips[items[0]?.dataIndex ?? -1]?.title ?? '',
          label: (item) => plot().tips[item.dataIndex]?.text ?? '',
        },
      },
    },
  }
}

const dataOf = (plot: Plot) => ({
  labels: plot.ticks.map((_, index) => String(index)),
  datasets: plot.layers.flatMap((layer) => datasetsOf(layer, plot.ticks.length)),
})

/** `name` says what is seen and where the same numbers stand as a table; `dark` only triggers the change of colours. */
export default function Chart({ plot, name, dark }: { plot: Plot; name: string; dark: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const chart = useRef<Library | null>(null)
  const current = useRef(plot)
  current.current = plot

  useEffect(() => {
    const read = () => current.current
    if (!chart.current) {
      if (!canvas.current) return
      chart.current = new Library(canvas.current, {
        type: 'line',
        data: dataOf(plot) as ChartConfiguration['data'],
        options: optionsOf(read),
        plugins: [printing(read)],
      })
      return
    }
    chart.current.data = dataOf(plot) as ChartConfiguration['data']
    chart.current.options = optionsOf(read)
    chart.current.update('none')
  }, [plot, dark])
  useEffect(() => () => chart.current?.destroy(), [])

  return <canvas ref={canvas} role="img" aria-label={name} />
}
