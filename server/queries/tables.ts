/** Every table that Kysely or a row type speaks of, a file per subject in tables/; reached through database.ts. */
import type { Generated } from 'kysely'
import type { AccountTables } from './tables/accounts.ts'
import type { CaseTables } from './tables/cases.ts'
import type { FigureTables } from './tables/figures.ts'
import type { Json } from './tables/json.ts'
import type { OrganisationTables } from './tables/organisation.ts'
import type { PaperTables } from './tables/papers.ts'
import type { RosterTables } from './tables/roster.ts'
import type { TabletsTables } from './tables/tablets.ts'

export type { Counts, RangePart, RatingToJudge } from './tables/figures.ts'

export interface Tables
  extends OrganisationTables,
    RosterTables,
    TabletsTables,
    AccountTables,
    CaseTables,
    FigureTables,
    PaperTables {
  server_state: {
    singleton: boolean
    epoch: string
    created_at: Date
    restored_through: Date | null
    restored_at: Date | null
    backup_generation: number
  }
  verified_backups: {
    backup_id: Generated<number>
    cut_off: Date
    verified_at: Date
    sha256: Buffer
    ratings: number
    epoch: string | null
    generation: number | null
    elsewhere: boolean
    withdrawn_at: Date | null
  }
  settings: { key: string; value: Json<unknown> }
}
