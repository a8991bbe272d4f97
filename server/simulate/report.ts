/** The simulation in words and tables, Vietnamese and English side by side, for the terminal and for `docs/figures.md`. */
import type { GamingKind } from './gaming.ts'
import { few, judgeTargets, OFFICERS, type Results, recallOf, rosterErrors, sizes, taus } from './targets.ts'

const percent = (share: number, digits = 1) => `${(share * 100).toFixed(digits)} %`
const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`
const table = (head: string[], rows: (string | number)[][]) =>
  [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n')

const kinds: Record<GamingKind, string> = {
  officer_taps_happy: 'cán bộ bấm mặt cười liên tiếp · officer taps happy in a row',
  taps_in_gaps: 'bấm rải lúc vắng · taps in gaps',
  withholds_tablet: 'giấu máy với người không hài lòng · withholds the tablet',
  angry_person: 'một người bực bấm nhiều lần · one angry person',
  child_mashes: 'trẻ em nghịch máy · a child mashes',
  leader_sets_aside: 'lãnh đạo tự gạt lượt thấp · a leader sets bad ones aside',
  anothers_desk: 'đẩy lượt thấp sang quầy khác · at another’s desk',
  helper: 'bấm hộ người già (không phải gian lận) · helper of elders (no gaming)',
}

/** Markdown, without a heading of the first two ranks. */
export function writeReport(results: Results, seed: string): string {
  const { pure, gaming, quarter, linkage } = results
  const recalls = recallOf(results)
  const blind = recalls.filter(({ seen }) => seen === false).map(({ kind }) => kinds[kind])
  return [
    `Máy tính chạy với hạt giống "${seed}" · *Written by \`npm run manage -- simulate\` from seed "${seed}".*`,
    '### Lời hứa và kết quả · Promised and found',
    table(
      ['', 'hứa · promised', 'được · found', ''],
      judgeTargets(results).map(({ name, wanted, found, met }) => [
        name,
        wanted,
        found,
        met ? 'đạt · met' : 'CHƯA · MISSED',
      ]),
    ),
    '### Báo động nhầm · False alarms',
    `Cán bộ bình thường (0,90, lệch giữa các cán bộ τ), 4–30 lượt mỗi tháng, theo quý. *Ordinary officers, one quarter each; alarms are only possible from 50 ratings.*`,
    table(
      [
        'cán bộ so sánh · officers',
        'τ',
        'quý-cán bộ · officer-quarters',
        'báo động · alarms',
        'trên tất cả · of all',
        'từ 50 lượt · of those with 50',
      ],
      pure.alarms.map(({ officers, tau, quarters, large, alarms }) => [
        ...[officers, tau, quarters, alarms],
        ...[percent(alarms / quarters, 3), percent(alarms / Math.max(1, large), 3)],
      ]),
    ),
    '### Tìm ra cán bộ 0,70 giữa những cán bộ 0,90 · Finding an officer at 0.70 among 0.90',
    `Xác suất nằm ngoài giới hạn 99,8 %, so với ${OFFICERS - 1} cán bộ khác; lịch phân công sai = phần lượt bị ghi nhầm người. *Probability of lying outside the limits; roster error = share of ratings given to the wrong officer.*`,
    table(
      ['τ', 'lịch sai · roster error', ...sizes.map((n) => `n = ${n}`)],
      taus.flatMap((tau) =>
        rosterErrors.map((roster_error) => [
          tau,
          percent(roster_error, 0),
          ...sizes.map((n) =>
            (
              pure.power.find((cell) => cell.tau === tau && cell.n === n && cell.roster_error === roster_error)
                ?.power ?? 0
            ).toFixed(3),
          ),
        ]),
      ),
    ),
    '### Ít người để so · With few to compare',
    'Như trên, 100 lượt, lịch phân công đúng. *As above, 100 ratings, the roster right; all officers counted, the one to be found among them.*',
    table(
      ['τ', ...few.map((officers) => `${officers} cán bộ · officers`)],
      taus.map((tau) => [
        tau,
        ...few.map((officers) =>
          (pure.power_few.find((cell) => cell.tau === tau && cell.officers === officers)?.power ?? 0).toFixed(3),
        ),
      ]),
    ),
    '### Khoảng tin cậy có chứa giá trị thật không · Does the interval hold the truth',
    table(
      ['n', 'trung bình · mean, p 0.50–0.98', 'thấp nhất · lowest (p)', 'mô phỏng · simulated ± s.e.'],
      pure.coverage.map(({ n, mean, lowest, lowest_at, simulated, error }) => [
        n,
        percent(mean),
        `${percent(lowest, 2)} (${lowest_at})`,
        `${percent(simulated ?? 0, 2)} ± ${percent(error ?? 0, 2)}`,
      ]),
    ),
    '### Gian lận qua API thật · Gaming through the real API',
    table(
      ['', 'cường độ · intensity', 'ngày · days', 'bị nghi · suspected', 'nửa số ngày ở · half at'],
      recalls.map(({ kind, intensity, days, recall, half }) => [
        ...[kinds[kind], intensity, days, percent(recall)],
        half === null ? '–' : half.toFixed(1),
      ]),
    ),
    `Không thấy được trong số liệu · *cannot be seen in the data*: ${blind.join('; ')}. Ngày trung thực bị nghi · *honest days suspected*: ${gaming.honest_suspected}/${gaming.honest_days} (${percent(gaming.honest_suspected / gaming.honest_days, 2)}); lượt trung thực tạm chưa tính · *honest taps set aside*: ${percent(gaming.honest_set_aside / Math.max(1, gaming.honest_taps), 2)}. Lãnh đạo tự gạt · *leader alone*: ${gaming.leader_alone}/${gaming.leader_tries}.`,
    '### Chuỗi mặt cười không phải bằng chứng · Runs of top faces are no evidence',
    table(
      ['chuỗi từ · run of', 'tháng trung thực · honest months', 'tháng bị bấm thêm 42 lượt · months with 42 added'],
      pure.runs.map(({ length, honest, gamed }) => [length, percent(honest), percent(gamed)]),
    ),
    '### Một quý qua API thật: kết luận và sự thật · One quarter through the real API: concluded and true',
    table(
      [
        '',
        'thật · true',
        'n',
        'khoảng · interval',
        'tỷ lệ · share',
        'dải · band',
        'thu hẹp · shrunk',
        'lịch sai · roster error',
      ],
      quarter.officers.map((one) => [
        `${one.unit}.${one.officer}`,
        percent(one.truth),
        one.n,
        one.lower === null ? '–' : `${percent(one.lower, 0)} – ${percent(one.upper ?? 1, 0)}`,
        one.value === null ? '–' : percent(one.value),
        one.band ?? '–',
        one.shrunk === null ? '–' : percent(one.shrunk),
        percent(one.roster_error, 0),
      ]),
    ),
    `Khoảng chứa giá trị thật, dù có lịch sự, im lặng và lịch sai · *intervals that hold the truth, politeness, silence and wrong rosters included*: ${quarter.holding}/${quarter.with_interval}. Được nêu tên · *named*: ${quarter.named.join(', ') || '–'}.`,
    '### Kẻ trộm có bản sao cơ sở dữ liệu và danh sách khách · A thief with a copy and the visit list',
    table(
      [
        'tuổi bản sao · age of the copy',
        'lượt · ratings',
        'đoán đúng · linked',
        'may rủi · chance',
        'cách tốt nhất · best way',
      ],
      linkage.map(({ age, ratings, linked, chance, way }) => [
        `${age} ngày · days`,
        ratings,
        percent(linked),
        percent(chance),
        way,
      ]),
    ),
  ].join('\n\n')
}

/** Where ids drawn anew at each run decide: whoever asks whether a page is stale leaves it out. */
const THIEF = 'A thief with a copy'

export const BEGIN = '<!-- simulation: written by `npm run manage -- simulate`, do not edit -->'
export const END = '<!-- /simulation -->'

/** The page with the report between its markers. Throws RangeError when they are not there. */
export function putReport(page: string, report: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new RangeError('the page has no markers for the simulation')
  return `${page.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${page.slice(end)}`
}

/** Headings under which the page says something else than a new report of the same seed, the thief's numbers left out. */
export function staleParts(page: string, report: string): string[] {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new RangeError('the page has no markers for the simulation')
  const partsOf = (text: string) =>
    new Map(
      text.split(/^### /m).map((part) => {
        const lines = part.trim().split('\n')
        return [lines[0] ?? '', lines.filter((line) => !line.startsWith('| ratings linked to visits')).join('\n')]
      }),
    )
  const [old, fresh] = [partsOf(page.slice(begin + BEGIN.length, end)), partsOf(report)]
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (heading) => !heading.includes(THIEF) && old.get(heading) !== fresh.get(heading),
  )
}
