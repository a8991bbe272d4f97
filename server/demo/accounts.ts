/** One account per role, with passwords made for this run: what a visitor logs in with, and what to look at. */
import { randomInt } from 'node:crypto'
import type { Role } from '../contract/accounts.ts'
import { withScope } from '../queries/database.ts'
import { setPairingCode } from '../queries/terminals.ts'
import { createAccount } from '../routes/accounts.ts'
import { hashPairingCode, newPairingCode } from '../secrets.ts'
import type { ServiceParts } from '../services.ts'
import { demoScope, idOf, nameOf, type Office } from './office.ts'

interface Visitor {
  username: string
  role: Role
  unit?: string
  officer?: string
  look_at: string
}

const ward = 'Phường Quyết Thắng'
const township = 'Thị trấn Mộc Châu'

const visitors: readonly Visitor[] = [
  { username: 'danvan', role: 'commission', look_at: 'three units side by side; a bad week, a portal outage' },
  { username: 'lanhdao.mc', role: 'unit_leader', unit: township, look_at: 'a busy unit: officers, counters, remarks' },
  { username: 'lanhdao.qt', role: 'unit_leader', unit: ward, look_at: 'a quiet ward: what few ratings can say' },
  { username: 'duyen', role: 'officer', unit: township, officer: 'Cầm Thị Duyên', look_at: 'own figures, in full' },
  { username: 'thao', role: 'officer', unit: ward, officer: 'Lò Thị Thảo', look_at: 'own figures, from few ratings' },
  { username: 'vanphong', role: 'unit_clerk', unit: township, look_at: 'roster and tablets, no figures of officers' },
  { username: 'thanhtra', role: 'inspector', look_at: 'reports of serious matters' },
  { username: 'quantri', role: 'administrator', look_at: 'units, counters, pairing a tablet' },
]

export interface PrintedAccount extends Visitor {
  password: string
}

/** Makes the accounts the way `POST /accounts` does, at the moment of `parts.clock`. */
export async function openAccounts(
  office: Office,
  parts: Pick<ServiceParts, 'pools' | 'clock'>,
): Promise<PrintedAccount[]> {
  const accounts: PrintedAccount[] = []
  for (const visitor of visitors) {
    const { username, role, unit, officer } = visitor
    const password = newPassphrase()
    await createAccount(parts, demoScope, {
      username,
      password,
      second_factor_waived: true,
      grants: [
        {
          role,
          unit_id: unit === undefined || officer !== undefined ? null : idOf(office.units, unit),
          officer_id: unit === undefined || officer === undefined ? null : idOf(office.officers, nameOf(unit, officer)),
        },
      ],
    })
    accounts.push({ ...visitor, password })
  }
  return accounts
}

/** Visitors come back after lunch; nobody keeps a demonstration longer than a day. */
const CODE_HOURS = 24

export interface WaitingTablet {
  unit: string
  counter: string
  code: string
}

/** A pairing code for the first tablet of each unit: whoever uses it takes the place of the simulated one. */
export async function offerTablets(office: Office, { pools, keys, clock }: ServiceParts): Promise<WaitingTablet[]> {
  const expiresAt = new Date(clock.now() + CODE_HOURS * 3_600_000)
  const counter = 'Quầy 1'
  return withScope(pools.app, demoScope, async (trx) => {
    const tablets: WaitingTablet[] = []
    for (const unit of office.units.keys()) {
      const terminal = office.terminals.get(nameOf(unit, counter))
      if (terminal === undefined) continue
      const code = newPairingCode()
      await setPairingCode(trx, terminal.terminal_id, hashPairingCode(code, keys.codes), expiresAt)
      tablets.push({ unit, counter, code })
    }
    return tablets
  })
}

// Short words of Sơn La that are typed without tone marks on any keyboard.
const words = [
  ...[
    'ruong',
    'thang',
    'rung',
    'suoi',
    'ngan',
    'hoa',
    'ban',
    'moc',
    'doi',
    'che',
    'khen',
    'pieu',
    'chan',
    'mua',
    'vang',
  ],
  ...[
    'xanh',
    'nang',
    'gio',
    'may',
    'trang',
    'sao',
    'dem',
    'sang',
    'bep',
    'lua',
    'com',
    'lam',
    'xoi',
    'tim',
    'mat',
    'ong',
  ],
  ...[
    'dao',
    'man',
    'hong',
    'xoai',
    'nhan',
    'chuoi',
    'quyt',
    'trau',
    'ngua',
    'cho',
    'phien',
    'cau',
    'treo',
    'duong',
    'deo',
  ],
  ...[
    'vong',
    'sap',
    'khan',
    'theu',
    'tho',
    'cam',
    'nong',
    'nuong',
    'sang',
    'gieng',
    'dong',
    'ghe',
    'thuyen',
    'bong',
    'lanh',
  ],
]

/** Four words and a number: long enough for the rule, easy to copy from the screen to a tablet. */
export function newPassphrase(): string {
  const chosen = Array.from({ length: 4 }, () => words[randomInt(words.length)] as string)
  return `${chosen.join('-')}-${randomInt(10, 100)}`
}
