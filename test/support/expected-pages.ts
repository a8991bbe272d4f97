/** Every number that each staff page must print, worked out by hand: the same lines that `readFigures` reads off the page. */
import { type Counts, count, type Ledger, print, type Range, satisfied, sum } from './by-hand.ts'
import type { Tap, Verdict } from './recount.ts'

export interface Place {
  unit_id: string
  name: string
  counters: string[]
  officers: string[]
  /** How many of the officers have signed the commitments. */
  signed: number
}

/** The items of the wall without the accusations, in any order. */
export const tiles = (
  'please_hello please_sorry please_thank_you please_permission always_smile always_gentle always_listen always_help ' +
  'no_arrogance no_bureaucracy service_time service_guidance service_place'
).split(' ')

const none = '–'
type Line = string
const line = (place: string, which: string, figure: string, text: string): Line =>
  `${place} | ${which} | ${figure} = ${text}`

const inUnit = (unitId: string) => (tap: Tap) => tap.unit_id === Number(unitId)
const shows = (counts: Counts) => sum(counts.levels) >= 5
/** 1 to 4 would point at somebody. */
const told = (n: number) => (n === 0 || n >= 5 ? count(n) : none)

/** Share and interval in two neighbouring places of a table row. */
function shareLines(place: string, which: string, counts: Counts, satisfactionToo = true): Line[] {
  if (!shows(counts)) {
    const missing = [line(place, which, 'interval', none)]
    return satisfactionToo ? [line(place, which, 'satisfaction', none), ...missing] : missing
  }
  const { satisfaction, lower, upper } = print(counts.levels)
  return [
    ...(satisfactionToo ? [line(place, which, 'satisfaction', satisfaction)] : []),
    line(place, which, 'lower', lower),
    line(place, which, 'upper', upper),
  ]
}

/** Share with interval and number of the period before, or a dash. */
function beforeLines(place: string, which: string, before: Counts): Line[] {
  if (!shows(before)) return [line(place, which, 'satisfaction', none)]
  return [...shareLines(place, which, before), line(place, which, 'n', print(before.levels).n)]
}

/** The three parts of a total. `public`: the live numbers of a unit, told however small they are. */
function totalLines(place: string, which: string, counts: Counts, reader: 'public' | 'steps'): Line[] {
  const n = sum(counts.levels)
  const counted = reader === 'public' ? count(n) : told(n)
  const aside = reader === 'public' ? count(counts.aside) : counted === none ? none : told(counts.aside)
  return partsLines(place, which, counted, aside, n + counts.aside)
}

/** How often each level was given. */
const levelLines = (place: string, which: string, { levels }: Counts): Line[] =>
  levels.map((times, index) => line(place, which, `level_${index + 1}`, count(times)))

const partsLines = (place: string, which: string, n: string, aside: string, received: number): Line[] => [
  line(place, which, 'n', n),
  line(place, which, 'set_aside', aside),
  line(place, which, 'received', n === none || aside === none ? none : count(received)),
]

function itemLines(which: string, counts: Counts): Line[] {
  return tiles.flatMap((commitment) => {
    const place = [which, commitment].filter(Boolean).join(' ')
    if (!shows(counts)) return [line('items table', place, 'kept', none)]
    return [
      line('items table', place, 'kept', count(counts.marks[`${commitment} kept`] ?? 0)),
      line('items table', place, 'broken', count(counts.marks[`${commitment} broken`] ?? 0)),
    ]
  })
}

interface Periods {
  range: Range
  before: Range
  /** The parts of the series on the page, oldest first, as the page cuts them. */
  parts: Range[]
}

/** How the model runs: who signed, tablets out of contact. Nobody told how many people came, nor of dossiers. */
function runningLines(units: readonly (Place & { silent: number })[]): Line[] {
  const [officers, signed] = [sum(units.map((unit) => unit.officers.length)), sum(units.map((unit) => unit.signed))]
  return [
    line('running text', '', 'officers', count(officers)),
    line('running text', '', 'signed', count(signed)),
    ...units.flatMap((unit) => {
      const which = `unit ${unit.unit_id}`
      return [
        line('running running', which, 'officers', count(unit.officers.length)),
        line('running running', which, 'signed', count(unit.signed)),
        line('running running', which, 'response_rate', none),
        line('running running', which, 'silent_terminals', count(unit.silent)),
      ]
    }),
  ]
}

/** `/`: live totals of all units. */
export function commissionLines(
  ledger: Ledger,
  units: readonly (Place & { silent: number })[],
  { range, before, parts }: Periods,
): Line[] {
  const lines: Line[] = runningLines(units)
  let [total, aside] = [0, 0]
  for (const { unit_id } of units) {
    const which = `unit ${unit_id}`
    const own = ledger.live(range, inUnit(unit_id))
    const n = sum(own.levels)
    total += n
    aside += own.aside
    if (shows(own)) lines.push(...shareLines('units text', which, own))
    else lines.push(line('units text', which, 'satisfaction', none))
    lines.push(line('units text', which, 'n', count(n)), ...totalLines('units table', which, own, 'public'))
    lines.push(...shareLines('units table', which, own))
    lines.push(line('units table', which, 'index', shows(own) ? print(own.levels).index : none))
    lines.push(...beforeLines('units table', `${which} previous`, ledger.live(before, inUnit(unit_id))))
    for (const part of parts) {
      const then = ledger.live(part, inUnit(unit_id))
      const month = `${which} ${part.from}`
      lines.push(...totalLines('months table', month, then, 'public'))
      lines.push(...shareLines('months table', month, then))
    }
    lines.push(...itemLines(which, own))
    if (shows(own)) lines.push(...levelLines('levels table', which, own))
  }
  lines.push(line('top text', '', 'total', count(total)), line('top text', '', 'received', count(total + aside)))
  lines.push(line('top text', '', 'set_aside', count(aside)))
  return lines.sort()
}

/** `/units/:id`. `reader` decides whether the unit's own figure is the live one (province) or the sum of steps (leader). */
export function unitLines(
  ledger: Ledger,
  unit: Place,
  { range, before, parts }: Periods,
  { reader, today }: { reader: 'commission' | 'leader'; today: string },
): Line[] {
  const mine = inUnit(unit.unit_id)
  const ask = (period: Range) => (reader === 'leader' ? ledger.published(period, mine) : ledger.live(period, mine))
  const own = ask(range)
  const n = sum(own.levels)
  const lines: Line[] = []
  const received = ledger.live({ from: today, to: today }, mine)
  lines.push(line('top text', '', 'received_today', count(sum(received.levels) + received.aside)))
  if (shows(own)) lines.push(...shareLines('top text', '', own), line('top text', '', 'n', count(n)))

  for (const part of parts) {
    const then = ask(part)
    lines.push(...totalLines('weeks table', part.from, then, reader === 'leader' ? 'steps' : 'public'))
    lines.push(...shareLines('weeks table', part.from, then))
  }
  for (const day of ledger.days(range, mine)) {
    const step = ledger.published({ from: day, to: day }, mine)
    lines.push(line('weeks steps', day, 'n', told(sum(step.levels))), ...shareLines('weeks steps', day, step))
  }
  lines.push(line('levels text', '', 'n', reader === 'leader' ? told(n) : count(n)))
  if (shows(own)) lines.push(...levelLines('levels text', '', own))
  lines.push(line('levels text', '', 'index', shows(own) ? print(own.levels).index : none))
  lines.push(...beforeLines('levels text', 'previous', ask(before)))

  for (const officer of unit.officers) {
    const theirs = ledger.published(range, (_tap, { officer_id }) => officer_id === Number(officer))
    lines.push(...officerRow(`officer ${officer}`, theirs))
  }
  for (const counter of unit.counters) {
    const there = ledger.published(range, (tap) => tap.counter_id === Number(counter))
    const which = `counter ${counter}`
    lines.push(...totalLines('counters table', which, there, 'steps'))
    lines.push(...shareLines('counters table', which, there))
    lines.push(line('counters table', which, 'index', shows(there) ? print(there.levels).index : none))
  }
  const nobodys = ledger.published(range, (tap, { officer_id }) => mine(tap) && officer_id === null)
  const unattributed = sum(nobodys.levels)
  if (told(unattributed) !== none) lines.push(line('apart text', '', 'unattributed', count(unattributed)))
  const aside = reader === 'leader' ? told(own.aside) : count(own.aside)
  if (aside !== none) lines.push(line('apart text', '', 'set_aside', aside))
  lines.push(...annexLines(reader === 'leader' ? told(n) : count(n), aside, n + own.aside))
  if (shows(own)) lines.push(...itemLines(`unit ${unit.unit_id}`, own))
  return lines.sort()
}

/** The parts of a unit's total. Nobody told how many people came: one sentence says so, and nothing that rests on it is there. */
const annexLines = (n: string, aside: string, received: number): Line[] =>
  partsLines('annex text', '', n, aside, received)

/** One officer as the unit's leader and the province see them. */
function officerRow(which: string, theirs: Counts): Line[] {
  const n = sum(theirs.levels)
  const shown = n === 0 || n >= 10 ? told(n) : none
  const lines = [line('officers text', which, 'n', shown)]
  if (n >= 10) lines.push(...shareLines('officers text', which, theirs, n >= 30))

  const aside = n < 10 ? none : told(theirs.aside)
  lines.push(...partsLines('officers table', which, shown, aside, n + theirs.aside))
  if (n >= 10) lines.push(...shareLines('officers table', which, theirs, n >= 30))
  else lines.push(line('officers table', which, 'interval', none))
  if (n < 30) lines.push(line('officers table', which, 'satisfaction', none))
  lines.push(line('officers table', which, 'index', n >= 30 ? print(theirs.levels).index : none))
  return lines
}

/** `/me`: an officer's own page, as far as the number of ratings allows. */
export function officerLines(ledger: Ledger, officerId: string, range: Range): Line[] {
  const mine = (_tap: Tap, { officer_id }: Verdict) => officer_id === Number(officerId)
  const own = ledger.published(range, mine)
  const n = sum(own.levels)
  const lines: Line[] = []
  if (n < 5) return lines
  lines.push(line('top text', '', 'n', count(n)), line('mine text', '', 'n', count(n)))
  lines.push(line('mine text', '', 'set_aside', told(own.aside)))
  lines.push(line('mine text', '', 'received', told(own.aside) === none ? none : count(n + own.aside)))
  const happy = count(satisfied(own.levels))
  if (n >= 30) lines.push(line('top text', '', 'satisfied', happy))
  if (n < 10 || n >= 30) lines.push(...levelLines('mine text', '', own))
  if (n < 10) lines.push(line('mine text', '', 'n', count(n)), line('mine text', '', 'satisfied', happy))
  else if (n < 30) {
    lines.push(line('mine text', '', 'n', count(n)), ...shareLines('mine text', '', own, false))
    lines.push(...shareLines('top text', '', own, false))
  } else lines.push(...shareLines('mine text', '', own))
  const unit = n < 10 ? null : unitBeside(ledger, Number(officerId), range)
  if (unit) lines.push(line('mine text', '', 'unit', print(unit.levels).satisfaction))
  if (n >= 10) {
    for (const [name, times] of Object.entries(own.marks)) {
      const [commitment = '', side = ''] = name.split(' ')
      lines.push(line(`${side === 'kept' ? 'kept' : 'better'} text`, commitment, side, count(times)))
    }
  }
  for (const day of ledger.days(range, mine)) {
    const step = ledger.published({ from: day, to: day }, mine)
    const there = sum(step.levels)
    lines.push(line('mine steps', day, 'n', told(there)))
    // Below thirty in all, and within a step by its own number, the share would be given away.
    if (n < 30 || there < 10) {
      lines.push(line('mine steps', day, 'satisfaction', none), line('mine steps', day, 'interval', none))
    } else {
      if (there < 30) lines.push(line('mine steps', day, 'satisfaction', none))
      lines.push(...shareLines('mine steps', day, step, there >= 30))
    }
  }
  return lines.sort()
}

/** What the unit's share beside an officer's own is made of; null where fewer than three others have five ratings. */
function unitBeside(ledger: Ledger, officerId: number, range: Range): Counts | null {
  const unitId = ledger.steps.find(({ verdict }) => verdict.officer_id === officerId)?.tap.unit_id
  const others = new Set(
    ledger.steps.filter(({ tap }) => tap.unit_id === unitId).map(({ verdict }) => verdict.officer_id),
  )
  const shown = [...others].filter(
    (other) =>
      other !== null &&
      other !== officerId &&
      sum(ledger.published(range, (_tap, { officer_id }) => officer_id === other).levels) >= 5,
  )
  return shown.length < 3 ? null : ledger.published(range, ({ unit_id }) => unit_id === unitId)
}

/** What the rung of an officer must be: from five to nine ratings nobody but they is told anything. */
export const rungOf = (n: number, self = true) =>
  n < (self ? 5 : 10) ? 'none' : n < 10 ? 'count' : n < 30 ? 'band' : 'full'
