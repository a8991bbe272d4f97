/** The people of the three pilot units, all of them invented: who serves at which counter, and how citizens find them. */

/** One officer's time at a counter. */
export interface Tenure {
  name: string
  title: string
  /** Share of this officer's ratings that are 4 or 5 in ordinary times. */
  satisfied: number
  /** Share of the low ratings that are about conduct, not about queue, procedure or building. */
  conduct: number
  /** Citizens do not hold crowds and outages against this officer. */
  calm?: true
  /** The day the commitment was signed; null = on the day the officer joined. */
  signed_on: string | null
  /** First and last day of service, as days before the end of the simulation; absent = always. */
  joined?: number
  left?: number
}

/** A counter; its officers take turns week by week. */
export interface Desk {
  counter: string
  officers: readonly Tenure[]
}

export interface UnitPlan {
  unit: string
  hotline: string
  duty_leader_name: string
  duty_leader_phone: string
  /** Ratings of one officer in one month of 21 office days. */
  ratings_per_month: number
  /** How far the share of satisfied ratings lay below today's when the simulation begins; it grows evenly. */
  climbs: number
  desks: readonly Desk[]
}

const pilotSigned = '2023-05-19'
const civilStatus = 'Công chức Tư pháp – Hộ tịch'
const land = 'Công chức Địa chính – Xây dựng – Môi trường'
const social = 'Công chức Văn hóa – Xã hội'

const usual = { satisfied: 0.94, conduct: 0.5, signed_on: pilotSigned }

export const unitPlans: readonly UnitPlan[] = [
  {
    unit: 'Phường Quyết Thắng',
    hotline: '0212 3000 101',
    duty_leader_name: 'Trần Quang Minh',
    duty_leader_phone: '0212 3000 102',
    ratings_per_month: 5,
    climbs: 0,
    desks: [
      {
        counter: 'Quầy 1',
        officers: [
          { ...usual, name: 'Nguyễn Thu Hà', title: civilStatus, satisfied: 0.95 },
          { ...usual, name: 'Cầm Văn Toàn', title: civilStatus, satisfied: 0.95 },
        ],
      },
      { counter: 'Quầy 2', officers: [{ ...usual, name: 'Đỗ Minh Tuấn', title: land }] },
      {
        counter: 'Quầy 3',
        officers: [
          { ...usual, name: 'Lò Thị Thảo', title: social, satisfied: 0.95 },
          { ...usual, name: 'Vàng A Sử', title: social, satisfied: 0.93, signed_on: '2024-03-01' },
        ],
      },
      { counter: 'Quầy 4', officers: [{ ...usual, name: 'Phạm Quốc Huy', title: 'Công an phường' }] },
    ],
  },
  {
    unit: 'Xã Chiềng Khương',
    hotline: '0212 3000 201',
    duty_leader_name: 'Lường Văn Tiến',
    duty_leader_phone: '0212 3000 202',
    ratings_per_month: 28,
    climbs: 0.06,
    desks: [
      {
        counter: 'Quầy 1',
        officers: [
          { ...usual, name: 'Lường Thị Phượng', title: civilStatus, satisfied: 0.95 },
          { ...usual, name: 'Bùi Xuân Trường', title: civilStatus },
        ],
      },
      {
        counter: 'Quầy 2',
        officers: [
          { ...usual, name: 'Lò Văn Chiến', title: 'Công chức Địa chính – Nông nghiệp – Môi trường', satisfied: 0.92 },
          { ...usual, name: 'Sồng Thị Dua', title: 'Công chức Địa chính – Nông nghiệp – Môi trường' },
        ],
      },
      { counter: 'Quầy 3', officers: [{ ...usual, name: 'Hà Thị Bích', title: social, satisfied: 0.95 }] },
    ],
  },
  {
    unit: 'Thị trấn Mộc Châu',
    hotline: '0212 3000 301',
    duty_leader_name: 'Hoàng Thị Nga',
    duty_leader_phone: '0212 3000 302',
    ratings_per_month: 36,
    climbs: 0.01,
    desks: [
      {
        counter: 'Quầy 1',
        officers: [
          { ...usual, name: 'Cầm Thị Duyên', title: civilStatus },
          { ...usual, name: 'Lò Thị Hương', title: civilStatus, satisfied: 0.93 },
        ],
      },
      {
        counter: 'Quầy 2',
        officers: [
          // Clearly below the others, and for reasons that are the officer's own.
          { ...usual, name: 'Vũ Đình Quân', title: land, satisfied: 0.77, conduct: 0.8 },
          { ...usual, name: 'Vì Văn Thắng', title: land, satisfied: 0.93 },
        ],
      },
      {
        counter: 'Quầy 3',
        officers: [
          // Clearly above the others.
          { ...usual, name: 'Tòng Thị Mai', title: social, satisfied: 0.98, conduct: 0.2, calm: true },
          { ...usual, name: 'Hoàng Văn Kiên', title: social, left: 201 },
          { ...usual, name: 'Vũ Thu Trang', title: social, signed_on: null, joined: 200 },
        ],
      },
      {
        counter: 'Quầy 4',
        officers: [{ ...usual, name: 'Giàng A Páo', title: 'Công an thị trấn', satisfied: 0.93 }],
      },
    ],
  },
]
