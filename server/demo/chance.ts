/** Seeded chance: the same name gives the same numbers on every machine and in every run. */

export interface Chance {
  /** A number in [0, 1). */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  /** True with probability `share`. */
  happens(share: number): boolean
  pick<T>(items: readonly T[]): T
  /** One of the choices, each as likely as its weight is heavy. */
  weighted<T>(choices: readonly (readonly [choice: T, weight: number])[]): T
  /** How often something happens that happens `mean` times on average (Poisson). */
  count(mean: number): number
  /** A number around 0 with standard deviation 1. */
  normal(): number
  /** A version 4 UUID. */
  uuid(): string
}

/** The stream of chance called `name`. Streams of different names have nothing to do with each other. */
export function chanceOf(name: string): Chance {
  const next = stream(name)
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    whole,
    happens: (share) => next() < share,
    pick: (items) => at(items, whole(0, items.length - 1)),
    weighted(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [choice, weight] of choices) {
        left -= weight
        if (left < 0) return choice
      }
      return at(choices, choices.length - 1)[0]
    },
    count(mean) {
      // Knuth's product of uniforms: exact, and quick for the means of a counter's day.
      const floor = Math.exp(-mean)
      let happened = 0
      for (let product = next(); product > floor; product *= next()) happened += 1
      return happened
    },
    // Box and Muller; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    uuid() {
      const digits = Array.from({ length: 32 }, () => whole(0, 15).toString(16))
      digits[12] = '4'
      digits[16] = at(['8', '9', 'a', 'b'], whole(0, 3))
      const text = digits.join('')
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
    },
  }
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place]
  if (item === undefined) throw new RangeError('there is nothing to choose from')
  return item
}

/** sfc32, seeded by xmur3 over the name: small, quick, and good enough for PractRand up to terabytes. */
function stream(name: string): () => number {
  const seed = scramble(name)
  let [a, b, c, counter] = [seed(), seed(), seed(), 1]
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
  // Similar names start with similar states; a dozen turns part them.
  for (let turn = 0; turn < 12; turn += 1) next()
  return next
}

function scramble(name: string): () => number {
  let hash = 1_779_033_703 ^ name.length
  for (let place = 0; place < name.length; place += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(place), 3_432_918_353)
    hash = (hash << 13) | (hash >>> 19)
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507)
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909)
    hash ^= hash >>> 16
    return hash >>> 0
  }
}
