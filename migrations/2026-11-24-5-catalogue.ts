/** The commitments of the "Friendly Government" model of Sơn La as catalogue version 1, and the province's wording. */
import { type Kysely, sql } from 'kysely'

type Labels = [official: string, kept: string, broken: string]

/** item_id, commitment, family, kind, Vietnamese and English labels; in the order of the wall. */
const items: [number, string, string, string, Labels, Labels][] = [
  [
    1,
    'please_hello',
    'please',
    'conduct',
    ['Xin chào', 'Xin chào', 'Chưa chào hỏi'],
    ['Hello', 'Hello', 'No greeting'],
  ],
  [
    2,
    'please_sorry',
    'please',
    'conduct',
    ['Xin lỗi', 'Xin lỗi', 'Có sai sót mà không xin lỗi'],
    ['Sorry', 'Apologised when due', 'A mistake without an apology'],
  ],
  [
    3,
    'please_thank_you',
    'please',
    'conduct',
    ['Xin cảm ơn', 'Xin cảm ơn', 'Chưa nói lời cảm ơn'],
    ['Thank you', 'Thanked', 'No word of thanks'],
  ],
  [
    4,
    'please_permission',
    'please',
    'conduct',
    ['Xin phép', 'Xin phép', 'Ngắt lời hoặc bỏ đi, không xin phép'],
    ['May I', 'Asked permission', 'Interrupted or left without asking'],
  ],
  [
    5,
    'always_smile',
    'always',
    'conduct',
    ['Luôn mỉm cười', 'Luôn mỉm cười', 'Thiếu thân thiện'],
    ['Always smile', 'Smiled', 'Unfriendly'],
  ],
  [
    6,
    'always_gentle',
    'always',
    'conduct',
    ['Luôn nhẹ nhàng', 'Luôn nhẹ nhàng', 'Nói gắt, nặng lời'],
    ['Always gentle', 'Gentle', 'Spoke sharply'],
  ],
  [
    7,
    'always_listen',
    'always',
    'conduct',
    ['Luôn lắng nghe', 'Luôn lắng nghe', 'Chưa lắng nghe'],
    ['Always listen', 'Listened', 'Did not listen'],
  ],
  [
    8,
    'always_help',
    'always',
    'conduct',
    ['Luôn giúp đỡ', 'Luôn giúp đỡ', 'Chưa giúp đỡ'],
    ['Always help', 'Helped', 'Did not help'],
  ],
  [
    9,
    'no_arrogance',
    'no',
    'conduct',
    [
      'Không cửa quyền, hách dịch, gây khó khăn, phiền hà',
      'Không gây khó khăn, phiền hà',
      'Cửa quyền, hách dịch, gây phiền hà',
    ],
    ['No arrogance, no causing difficulty or trouble', 'Caused no trouble', 'Arrogant, caused trouble'],
  ],
  [
    10,
    'no_bureaucracy',
    'no',
    'conduct',
    ['Không quan liêu, vô cảm, vô trách nhiệm', 'Tận tình, có trách nhiệm', 'Thờ ơ, thiếu trách nhiệm'],
    ['No bureaucracy, indifference or irresponsibility', 'Caring, responsible', 'Indifferent, irresponsible'],
  ],
  [
    11,
    'no_corruption',
    'no',
    'integrity',
    [
      'Không tham nhũng, lãng phí, lợi ích nhóm',
      'Không tham nhũng, lãng phí, lợi ích nhóm',
      'Tham nhũng, lãng phí, lợi ích nhóm',
    ],
    [
      'No corruption, waste or group interests',
      'No corruption, waste or group interests',
      'Corruption, waste, group interests',
    ],
  ],
  [
    12,
    'no_flattery',
    'no',
    'integrity',
    ['Không xu nịnh, chạy chọt, gian dối', 'Không xu nịnh, chạy chọt, gian dối', 'Xu nịnh, chạy chọt, gian dối'],
    [
      'No flattery, string-pulling or deceit',
      'No flattery, string-pulling or deceit',
      'Flattery, string-pulling, deceit',
    ],
  ],
  [
    13,
    'no_abuse_of_power',
    'no',
    'integrity',
    [
      'Không lợi dụng chức vụ, quyền hạn trong thực thi công vụ',
      'Không lợi dụng chức vụ, quyền hạn trong thực thi công vụ',
      'Lợi dụng chức vụ, quyền hạn',
    ],
    [
      'No abuse of position or power in public duty',
      'No abuse of position or power in public duty',
      'Abuse of position or power',
    ],
  ],
  [
    14,
    'service_time',
    'service',
    'service',
    ['Nhanh, đúng hẹn', 'Nhanh, đúng hẹn', 'Phải chờ lâu hoặc trễ hẹn'],
    ['Quick, on time', 'Quick, on time', 'Long wait or late'],
  ],
  [
    15,
    'service_guidance',
    'service',
    'service',
    ['Hướng dẫn rõ, đủ một lần', 'Hướng dẫn rõ, đủ một lần', 'Hướng dẫn chưa rõ, phải đi lại nhiều lần'],
    ['Clear, complete guidance', 'Clear, complete guidance', 'Unclear guidance, several trips'],
  ],
  [
    16,
    'service_place',
    'service',
    'service',
    ['Nơi chờ, máy móc, mạng tốt', 'Nơi chờ, máy móc, mạng tốt', 'Nơi chờ, máy móc, mạng chưa tốt'],
    ['Good place and equipment', 'Good place and equipment', 'Poor place or equipment'],
  ],
]

const label = ([official, kept, broken]: Labels) => ({ official, kept, broken })

const settings: Record<string, unknown> = {
  slogan: { vi: 'Chuyên nghiệp – Thân thiện – Hiệu quả', en: 'Professional – Friendly – Effective' },
  department: { vi: 'Bộ phận Tiếp nhận và Trả kết quả', en: 'One-stop department' },
  languages: [
    { language: 'vi', name: 'Tiếng Việt' },
    { language: 'en', name: 'English' },
  ],
  default_language: 'vi',
  hours: {
    days: [1, 2, 3, 4, 5],
    intervals: [
      { from: '07:30', to: '11:30' },
      { from: '13:30', to: '17:00' },
    ],
  },
  serious: { body: { vi: 'Thanh tra tỉnh', en: 'the Provincial Inspectorate' }, url: null },
}

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`insert into catalogues (catalogue_id, version) values (1, 'son-la-1')`.execute(db)
  for (const [position, [itemId, commitment, family, kind, vi, en]] of items.entries()) {
    await sql`insert into commitments (item_id, commitment) values (${itemId}, ${commitment})`.execute(db)
    const labels = JSON.stringify({ vi: label(vi), en: label(en) })
    await sql`insert into catalogue_items (catalogue_id, item_id, position, family, kind, labels)
      values (1, ${itemId}, ${position}, ${family}, ${kind}, ${labels}::jsonb)`.execute(db)
  }
  for (const [key, value] of Object.entries(settings)) {
    await sql`insert into settings (key, value) values (${key}, ${JSON.stringify(value)}::jsonb)`.execute(db)
  }
}
