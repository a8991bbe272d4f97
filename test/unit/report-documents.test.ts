/** Official reports as documents: every unit is drawn on a page, names stay apart, and no sentence says more than the figures. */
import { strFromU8, unzipSync } from 'fflate'
import t from 'tap'
import { composeReport, type ReportFacts, type Subject } from '../../server/documents/compose.ts'
import { isTable, type OfficialReport } from '../../server/documents/document.ts'
import { drawReport } from '../../server/documents/draw.ts'
import { drawIntervals } from '../../server/documents/interval-chart.ts'
import { renderCsv } from '../../server/documents/spreadsheet.ts'
import { placeFigure } from '../../server/domain/disclosure.ts'

type Levels = [number, number, number, number, number]
const many: Levels = [3, 4, 10, 100, 200]
const same = { value: 0.01, lower: -0.02, upper: 0.04, notable: false }
const worse = { value: -0.1, lower: -0.2, upper: -0.02, notable: true }

const subject = (name: string, more: Partial<Subject> = {}, levels: Levels = many, aside = 6): Subject => ({
  name,
  figure: placeFigure(levels, aside),
  change: same,
  response: null,
  cases: { due: 0, in_time: 0, overdue: 0 },
  ...more,
})

const facts = (more: Partial<ReportFacts> = {}): ReportFacts => ({
  language: 'vi',
  number: null,
  dated: '2026-06-14',
  unit: null,
  range: { from: '2026-05-15', to: '2026-06-14' },
  letterhead: {
    ...{ form: 'party', superior: 'TỈNH ỦY SƠN LA', body: 'BAN DÂN VẬN', place: 'Sơn La', code: 'BC/BDVTU' },
    ...{ signer_title: 'TRƯỞNG BAN', signer_name: '', recipients: [] },
  },
  cut_off: '16:05 ngày 14/6/2026',
  audit_head: '12-abcdef',
  whole: subject('Toàn tỉnh'),
  parts: [subject('Phường Quyết Thắng'), subject('Xã Chiềng Khương')],
  low: { low: 17, service_only: 6 },
  commitments: [{ label: 'Luôn mỉm cười', kept: 12, broken: 3 }],
  roster: { units: 2, counters: 8, officers: 12, signed: 11 },
  fleet: { terminals: 8, silent: 0 },
  paper_slips: 0,
  dossiers: null,
  known: { visits: 0, dossiers: 0 },
  ...more,
})

const wordsOf = ({ blocks }: OfficialReport) =>
  blocks
    .flatMap((block) => (block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : []))
    .join('\n')
const said = (more: Partial<ReportFacts>) => wordsOf(composeReport(facts(more)))
const labels = (svg: string) => [...svg.matchAll(/<text x="0"[^>]*>([^<]*)</g)].map(([, text]) => text)

t.test('the chart of seventy-five communes has each of them, in pictures that fit a page, on one axis', async (t) => {
  const names = Array.from({ length: 75 }, (_, place) => `Xã số ${place + 1}`)
  const parts = names.map((name, place) => subject(name, {}, place === 70 ? [40, 40, 0, 10, 10] : many))
  const chart = composeReport(facts({ parts })).blocks.find(({ kind }) => kind === 'chart')
  if (chart?.kind !== 'chart') throw new Error('no chart')
  const drawings = drawIntervals(chart, 'vi', 'Tinos')
  t.ok(drawings.length > 1)
  t.same(
    drawings.flatMap(({ svg }) => labels(svg)),
    names,
  )
  const axes = drawings.map(({ svg }) => [...svg.matchAll(/text-anchor="middle"[^>]*>(\d+)</g)].map(([, tick]) => tick))
  for (const axis of axes) t.same(axis, axes[0])
  t.ok(axes[0]?.includes('20'), 'down to the lowest of all')

  const files = unzipSync(await drawReport(composeReport(facts({ parts })), 'docx'))
  const media = Object.entries(files).filter(([name]) => /^word\/media\/.*\.svg$/.test(name))
  t.equal(media.length, drawings.length)
  const heights = [...strFromU8(files['word/document.xml'] as Uint8Array).matchAll(/<wp:extent cx="\d+" cy="(\d+)"/g)]
  t.equal(heights.length, drawings.length)
  // A4 without its margins of two centimetres; 360,000 units of a drawing are a centimetre.
  for (const [, height] of heights)
    t.ok(Number(height) / 360_000 < 25.7 - 1.5, `${Number(height) / 360_000} cm and a caption`)
})

t.test('names that begin alike are told apart, and none runs into the axis', async (t) => {
  const names = [
    'Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính số 1',
    'Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính số 2',
    'PHƯỜNG QUYẾT THẮNG, THÀNH PHỐ SƠN LA',
    'M'.repeat(200),
  ]
  const row = { value: 0.9, lower: 0.8, upper: 0.95 }
  const draw = (name: string) =>
    drawIntervals({ kind: 'chart', title: '', rows: [{ name, ...row }] }, 'vi', 'Tinos')[0]?.svg ?? ''
  t.equal(new Set(names.map((name) => labels(draw(name)).join())).size, names.length)
  t.match(labels(draw(names[0] as string)), [/^Bộ phận Tiếp nhận/, /số 1$/])
  t.same(labels(draw('Quầy Tư pháp')), ['Quầy Tư pháp'])
  for (const name of names) for (const line of labels(draw(name))) t.ok((line?.length ?? 0) < 36, String(line))
  // An M of the embedded letters takes 0.889 of the size; names have 200 of the 210 pixels before the axis.
  for (const line of labels(draw('M'.repeat(200))))
    t.ok((line?.match(/M/g)?.length ?? 0) * 0.889 * 12 <= 200, String(line))
})

t.test('what no document can hold becomes a space in every name', async (t) => {
  for (const sign of ['\u0001', '\u000b', '\uFFFE', '\r\n', '\u2028']) {
    const name = `Xã${sign}Một`
    const report = composeReport(
      facts({
        unit: name,
        parts: [subject(name)],
        letterhead: { ...facts().letterhead, signer_name: `Lò${sign}A`, recipients: [name] },
      }),
    )
    t.match(report, { subject: /Xã Một/, letterhead: { signer_name: 'Lò A', recipients: ['Xã Một'] } })
    t.ok((await drawReport(report, 'docx')).length > 1000, `U+${sign.charCodeAt(0).toString(16)}`)
  }
})

t.test('“all units” are all; who could not be compared is told', async (t) => {
  const few = subject('Xã Ít', { change: null }, [0, 0, 0, 1, 1])
  const one = subject('Xã Một')
  const down = subject('Xã Hai', { change: worse })
  t.match(said({ parts: [one] }), /mọi đơn vị đều nằm trong dao động thông thường/)
  t.notMatch(said({ parts: [one] }), /không so sánh được/)
  t.match(said({ parts: [one, few] }), /mọi đơn vị so sánh được đều nằm trong dao động thông thường/)
  t.match(said({ parts: [one, few] }), /Có 1 đơn vị không so sánh được với kỳ trước/)
  t.match(said({ parts: [down, few] }), /Xã Hai: so với kỳ trước giảm 10,0 điểm phần trăm/)
  t.match(said({ parts: [down, few] }), /Có 1 đơn vị không so sánh được/)
  t.notMatch(said({ parts: [down, few] }), /dao động thông thường\.\n/, 'nobody else was compared')
  t.match(said({ parts: [down, one, few] }), /các đơn vị còn lại so sánh được nằm trong dao động thông thường/)
  t.match(said({ parts: [few] }), /Không so sánh với kỳ trước/)
  t.match(said({ language: 'en', parts: [one, few] }), /1 unit is not compared with the period before/)
})

t.test('of nothing and of one thing it speaks as people do', async (t) => {
  const none = { units: 1, counters: 0, officers: 0, signed: 0 }
  t.match(said({ roster: none, fleet: { terminals: 0, silent: 0 } }), /chưa có máy tính bảng đánh giá nào/)
  t.notMatch(said({ roster: none, fleet: { terminals: 0, silent: 0 } }), /0\/0|đều có liên lạc/)
  const single = { units: 1, counters: 1, officers: 1, signed: 1 }
  const english = said({ language: 'en', roster: single, fleet: { terminals: 1, silent: 1 } })
  t.match(
    english,
    /The province has 1 unit with 1 counter and 1 officer who serves citizens\.\n1 of 1 officer has signed/,
  )
  t.match(english, /Of 1 rating tablet, 1 had been out of contact .* on it is not/)
})

t.test('the annex: method, bounds or why there are none, what is set aside, cut-off and audit head', async (t) => {
  const annex = (more: Partial<ReportFacts> = {}) => {
    const list = composeReport(facts(more)).blocks.find(({ kind }) => kind === 'list')
    return list?.kind === 'list' ? list.items.join('\n') : ''
  }
  t.match(annex(), /Wilson/)
  t.match(annex(), /Newcombe/)
  t.match(annex(), /Chưa tính được tỷ lệ hài lòng thấp nhất và cao nhất/)
  t.match(annex(), /Trong kỳ: tạm chưa tính 6 trên 323 lượt đã nhận/)
  t.match(annex(), /Số liệu chốt lúc 16:05 ngày 14\/6\/2026\. Mã niêm phong nhật ký: 12-abcdef\./)
  const response = { ratings: 317, visits: 500, rate: 0.634, implausible: false } as Subject['response']
  // 300 of 500 at least, 483 at most.
  t.match(annex({ whole: subject('Toàn tỉnh', { response }) }), /nằm giữa 60,0 % .* và 96,6 % .*Manski/)
  t.match(annex({ whole: subject('Toàn tỉnh', {}, many, 3) }), /Trong kỳ: dưới 5 lượt/)
  t.notMatch(annex({ whole: subject('Toàn tỉnh', {}, [0, 0, 0, 1, 1], 0) }), /Trong kỳ:/, 'nothing of too few')
})

t.test('heads of a CSV say percent once, and points are no percent', async (t) => {
  const [table] = composeReport(facts({ language: 'en' })).blocks.filter(isTable)
  if (!table) throw new Error('no table')
  const [head = ''] = renderCsv(table, 'en').split('\r\n')
  t.equal(
    head.slice(1),
    'Unit,Received,Set aside,Counted,Satisfied (%),"95% interval, lower","95% interval, upper",Index (0–100),Change (points)',
  )
})
