/**
 * Tablets of a bench: connections that post ratings over plain sockets, each with its own token. A process of its own and
 * as lean as can be, because it shares the machine with what it measures. One JSON line of options in, one of results out.
 */
import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { BATCH_BYTES, LONE_BYTES } from '../../terminal-ui/offline/padding.ts'

export interface LoadOptions {
  port: number
  tokens: readonly string[]
  connections: number
  seconds: number
  /** Ratings in a request. */
  size: number
  /** Requests a second of all connections together; null = each sends as soon as it has its answer. */
  rate: number | null
  /** Each request comes from the next tablet, whatever its connection; else a connection is one tablet. */
  in_turn: boolean
  /** Days of the past over which the taps of a tablet are spread; 0 = each is tapped when it is sent. */
  spread_days: number
  /** Instead, day after day, each tablet so many taps a day; the first day is so many days ago. */
  day_by_day: { taps: number; since_days: number } | null
}

export interface LoadResult {
  /** Answers with 200 and their ratings; everything else by status; connections that broke. */
  answered: number
  ratings: number
  refused: Record<string, number>
  refused_without_retry_after: number
  broken: number
  seconds: number
  /** Milliseconds from the request to its answer, of those answered 200. */
  p50: number
  p90: number
  p99: number
  max: number
}

const marks = [
  '',
  '{"commitment":"please_hello","kept":true}',
  '{"commitment":"always_listen","kept":true},{"commitment":"service_time","kept":false}',
  '{"commitment":"always_help","kept":false},{"commitment":"service_guidance","kept":true},{"commitment":"no_bureaucracy","kept":true}',
]

/** Moments as tablets write them, ready made: formatting them would cost the loader more than the rest of a rating. */
function moments(spread_days: number): string[] {
  const now = Date.now()
  return Array.from({ length: 4096 }, (_, place) =>
    new Date(now - Math.round((place / 4096) * spread_days * 86_400_000)).toISOString(),
  )
}

/** Every tap of a tablet in turn: of each day, from eight in the morning on, an hour between two. */
function momentsByDay({ taps, since_days }: { taps: number; since_days: number }): string[] {
  const first = new Date(Date.now() - since_days * 86_400_000).setUTCHours(1, 0, 0, 0)
  return Array.from({ length: taps * since_days }, (_, place) =>
    new Date(first + Math.floor(place / taps) * 86_400_000 + (place % taps) * 3_600_000).toISOString(),
  )
}

let serial = 0
/** Padding as tablets send it, cut from one text: making it would cost the loader more than the rest of a rating. */
const blanks = ' '.repeat(BATCH_BYTES)

function body(size: number, sent_at: string, rated: (place: number) => string, epoch: string): string {
  let text = `{"sent_at":"${sent_at}","ratings":[`
  for (let place = 0; place < size; place += 1) {
    serial += 1
    // 4096 moments in a stride that visits each: neighbours of one tablet lie apart, 1.5 marks on average.
    text += `${place === 0 ? '' : ','}{"id":"${randomUUID()}","scale":"faces5","level":${1 + ((serial * 7) % 5)},"marks":[${
      marks[serial & 3]
    }],"language":"vi","rated_at":"${rated(serial)}","device_epoch":"${epoch}","sequence":${serial},"shown":"marks","dwell_ms":2300}`
  }
  const plain = `${text}],"padding":"`
  const room = size === 1 ? LONE_BYTES : BATCH_BYTES
  const length = plain.length + 2
  return `${plain}${blanks.slice(0, Math.ceil(length / room) * room - length)}"}`
}

async function run(options: LoadOptions): Promise<LoadResult> {
  const { port, tokens, connections, seconds, size, rate, in_turn, spread_days, day_by_day } = options
  const spread = moments(spread_days)
  const byDay = day_by_day && momentsByDay(day_by_day)
  const anyOf = (place: number) => spread[(place * 1667) & 4095] as string
  // Answers by tenths of a millisecond; the last place holds whatever took 10 s or longer.
  const times = new Uint32Array(100_001)
  const refused: Record<string, number> = {}
  let answered = 0
  let broken = 0
  let withoutRetryAfter = 0
  let max = 0
  let over = false
  const resting: (() => void)[] = []

  const tablets = tokens.map((token, place) => ({
    epoch: `bench-${place}`,
    taps: 0,
    head: `POST /api/v1/ratings HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: `,
  }))
  type Tablet = (typeof tablets)[number]
  let next = 0

  const open = (own: Tablet): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      let sentAt = 0
      let pending = ''
      const send = () => {
        const tablet = in_turn ? (tablets[next++ % tablets.length] as Tablet) : own
        const { head, epoch } = tablet
        const timed = rate === null || spread_days > 0
        const nextOf = (days: readonly string[]) => days[tablet.taps++ % days.length] as string
        const text = body(
          size,
          timed ? (spread[0] as string) : new Date().toISOString(),
          byDay ? () => nextOf(byDay) : anyOf,
          epoch,
        )
        sentAt = performance.now()
        socket.write(`${head}${text.length}\r\n\r\n${text}`, 'latin1')
      }
      socket.setEncoding('latin1')
      socket.on('data', (part: string) => {
        pending = pending === '' ? part : pending + part
        const end = pending.indexOf('\r\n\r\n')
        if (end < 0) return
        const length = /content-length: (\d+)/i.exec(pending.slice(0, end))?.[1]
        if (pending.length < end + 4 + Number(length)) return
        const status = pending.slice(9, 12)
        if (status === '200') {
          const ms = performance.now() - sentAt
          if (ms > max) max = ms
          const place = Math.min(100_000, Math.floor(ms * 10))
          times[place] = (times[place] as number) + 1
          answered += 1
        } else {
          refused[status] = (refused[status] ?? 0) + 1
          if (!/\r\nretry-after: \d/i.test(pending.slice(0, end + 2))) withoutRetryAfter += 1
        }
        pending = ''
        if (over) socket.end()
        else if (rate === null) send()
        else resting.push(send)
      })
      socket.once('connect', () => {
        if (rate === null) send()
        else resting.push(send)
        resolve(socket)
      })
      socket.once('error', (error) => {
        broken += 1
        reject(error)
      })
    })

  const begun = performance.now()
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, place) => open(tablets[place % tablets.length] as Tablet)),
  )
  if (rate !== null) {
    let released = 0
    const tick = setInterval(() => {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate)
      for (; released < due; released += 1) {
        const send = resting.shift()
        if (!send) break
        send()
      }
      // What no connection was free for waits, but for a second at most: tablets, too, send no faster than they are answered.
      released = Math.max(released, due - Math.ceil(rate))
    }, 2)
    setTimeout(() => clearInterval(tick), seconds * 1000)
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  over = true
  const lasted = (performance.now() - begun) / 1000
  const counted = answered
  for (const socket of sockets) socket.destroy()

  const share = (part: number): number => {
    let left = counted * part
    for (let place = 0; place < times.length; place += 1) {
      left -= times[place] as number
      if (left <= 0) return (place + 0.5) / 10
    }
    return 0
  }
  return {
    ...{ answered: counted, ratings: counted * size, refused, broken, seconds: lasted },
    refused_without_retry_after: withoutRetryAfter,
    ...{ p50: share(0.5), p90: share(0.9), p99: share(0.99), max },
  }
}

let input = ''
for await (const part of process.stdin) input += part
console.log(JSON.stringify(await run(JSON.parse(input) as LoadOptions)))
process.exit(0)
