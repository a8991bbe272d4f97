/** A week in the three pilot offices for the main job: people, shifts, and what each citizen does, chosen so that every rung is reached. */
import { PASSWORD, type PostedTap, type Province } from './province.ts'
import type { Level } from './tablet-page.ts'
import { type Visit, type Way, ways } from './visits.ts'

/** The day the pages are read: a Tuesday, after a Friday and a Monday of work. */
export const TODAY = '2026-11-24'
export const FRIDAY = '2026-11-20'
export const MONDAY = '2026-11-23'

export const WARD = 0
export const COMMUNE = 1
export const TOWNSHIP = 2

/** Looks like markup, a script, SQL and a formula at once; must be shown as the words it is. */
export const WILD = `=HYPERLINK("http://kẻ.xấu","x") <img src=x onerror="window.ran=1"><script>window.ran=1</script> '; drop table ratings; -- ${'{{7*7}}'} đường dây`

/** A name with signs that markup would swallow. */
export const ODD_NAME = 'Lường Văn <b>Bằng</b> & "Sơn"'

/** Unit, name, and the counter where they begin; null = no counter yet. */
const people: readonly [unit: number, name: string, counter: number | null][] = [
  [WARD, 'Lò Thị Hoa', 1],
  [WARD, 'Quàng Văn Minh', 2],
  [WARD, 'Cầm Thị Lan', 3],
  [WARD, 'Vì Văn Sơn', 4],
  [WARD, ODD_NAME, null],
  [COMMUNE, 'Tòng Thị Yến', 1],
  [COMMUNE, 'Hà Văn Quý', 2],
  [TOWNSHIP, 'Bàn Thị Mai', 1],
]

/** Most signed in May; one has not yet, and one will after everything that is looked at here. */
const signedOn: Record<string, string | null> = { 'Vì Văn Sơn': null, 'Hà Văn Quý': '2027-01-05' }

export async function hire(province: Province): Promise<void> {
  for (const [unit, name, counter] of people) {
    if (!province.officers.has(name))
      await province.addOfficer(unit, name, name in signedOn ? signedOn[name] : '2026-05-04')
    if (counter !== null) await province.assign(unit, counter, name, '2026-01-05T07:00:00+07:00')
  }
  await province.prepare([
    [WARD, 2],
    [WARD, 3],
    [WARD, 4],
    [COMMUNE, 2],
    [COMMUNE, 3],
  ])
}

const levels: readonly Level[] = [5, 4, 5, 3, 5, 4, 2, 5, 4, 5, 1, 4, 5, 5, 3, 4, 5]

/** The visits of one tablet in order; different tablets begin at different places of the same lists. */
export function visitOf(tablet: number, number: number): Visit {
  const place = tablet * 7 + number
  const way = ways[(number + tablet * 2) % ways.length] as Way
  // The first remark of the ward is the wild one.
  const wild = tablet === WARD && way === 'remark' && number < ways.length
  return {
    way,
    level: levels[place % levels.length] as Level,
    tiles: [(place * 3) % 13, (place * 3 + 1 + (place % 11)) % 13],
    comment: wild ? WILD : `Ý kiến số ${number + 1} ở máy ${tablet + 1}: chờ hơi lâu, nhưng được hướng dẫn tận tình`,
  }
}

const OFFICE = '+07:00'
/** `n` taps of a day, from a time on, every two minutes. */
function taps(day: string, from: string, chosen: readonly Level[], more: Partial<PostedTap> = {}): PostedTap[] {
  const start = Date.parse(`${day}T${from}:00${OFFICE}`)
  return chosen.map((level, place) => ({ at: new Date(start + place * 120_000).toISOString(), level, ...more }))
}
const times = (level: Level, n: number): Level[] => Array.from({ length: n }, () => level)

const better = (...items: string[]) => ({ marks: items.map((commitment) => ({ commitment, kept: false })) })
const good = (...items: string[]) => ({ marks: items.map((commitment) => ({ commitment, kept: true })) })

/** Months ago, from tablets that were long without a network. */
export async function sendSummer(province: Province): Promise<void> {
  const day = '2026-08-12'
  await province.post(WARD, 2, taps(day, '08:00', [...times(5, 8), 4, 4, 3, 2], good('always_listen')))
  await province.post(COMMUNE, 2, taps(day, '08:00', [...times(5, 12), ...times(4, 8)]))
}

/** Friday afternoon at the other counters: volume, low ratings that blame the queue alone, a burst, nobody's ratings. */
export async function sendFriday(province: Province): Promise<void> {
  const day = FRIDAY
  await province.post(
    WARD,
    2,
    taps(day, '13:30', [5, 4, 5, 3, 5, 5, 4, 5, 5, 2, 5, 4, 5, 5, 4, 5], good('please_hello')),
  )
  // One hand, eight times within fifteen seconds: the first counts.
  const burst = Date.parse(`${day}T15:00:00${OFFICE}`)
  await province.post(
    WARD,
    2,
    Array.from({ length: 8 }, (_, place) => ({ at: new Date(burst + place * 2000).toISOString(), level: 1 as const })),
  )
  await province.post(WARD, 3, taps(day, '13:30', [5, 5, 4, 3, 5, 4, 5], good('always_smile', 'no_arrogance')))
  await province.post(WARD, 4, [
    ...taps(day, '13:30', [1], { comment: 'Có người nhờ quà mới làm', report: ['no_flattery'] }),
    ...taps(day, '13:40', [5, 4], { comment: 'Quầy này vắng' }),
  ])
  await province.post(COMMUNE, 2, [
    ...taps(day, '13:30', times(5, 14), good('please_thank_you')),
    ...taps(day, '14:10', times(4, 10)),
    ...taps(day, '14:40', times(3, 6), better('service_time')),
    ...taps(day, '15:00', times(2, 5), better('service_time', 'service_place')),
    ...taps(day, '15:20', times(1, 5), better('no_bureaucracy', 'service_guidance')),
  ])
  await province.post(COMMUNE, 3, taps(day, '13:30', [5, 4, 3, 5, 5, 2], { comment: 'Không thấy ai ở quầy' }))
}

/** Monday at the counter whose officer has changed. */
export async function sendMonday(province: Province): Promise<void> {
  await province.post(WARD, 3, taps(MONDAY, '13:30', [5, 4, 4, 5, 2, 5], better('always_help')))
}

/** Officers of the ward who have an account, by user name. */
export const officersAccounts = [
  ['hoa', 'Lò Thị Hoa'],
  ['minh', 'Quàng Văn Minh'],
  ['lan', 'Cầm Thị Lan'],
  ['son', 'Vì Văn Sơn'],
] as const

/** One account per role, and one officer at each rung. */
export async function openAccounts(province: Province): Promise<void> {
  const { unit_id } = province.unit(WARD)
  const open = (username: string, role: string, reach: Record<string, string> = {}) =>
    province.create('accounts', { username, password: PASSWORD, role, ...reach })
  await open('danvan', 'commission')
  await open('thanhtra', 'inspector')
  await open('lanhdao', 'unit_leader', { unit_id })
  for (const [username, name] of officersAccounts) {
    await open(username, 'officer', { unit_id, officer_id: province.officers.get(name) as string })
  }
}

/** Rounds of visits: how many each tablet has; `after` runs when the question is on every screen again. */
export async function rounds(
  province: Province,
  visits: readonly number[],
  after: () => Promise<void> = async () => {},
): Promise<void> {
  for (let number = 0; number < Math.max(...visits); number += 1) {
    await province.round(
      visits.map((own, tablet) => (number < own ? visitOf(tablet, province.tablets[tablet]?.visits ?? 0) : null)),
    )
    await after()
  }
}
