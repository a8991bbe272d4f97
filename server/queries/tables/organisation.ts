/** The offices and who belongs to them: units, counters, officers, holidays, what officers are asked to keep. */
import type { Generated } from 'kysely'
import type { Json } from './json.ts'

export interface OrganisationTables {
  commitments: { item_id: number; commitment: string }
  catalogues: { catalogue_id: number; version: string; published_at: Date }
  catalogue_items: {
    catalogue_id: number
    item_id: number
    position: number
    family: 'please' | 'always' | 'no' | 'service'
    kind: 'conduct' | 'service' | 'integrity'
    labels: Json<Record<string, { official: string; kept: string; broken: string }>>
  }
  units: {
    unit_id: Generated<number>
    name: string
    kind: 'ward' | 'commune' | 'township' | 'province_centre'
    valid_from: string | null
    valid_to: string | null
    hotline: string | null
    duty_leader_name: string | null
    duty_leader_phone: string | null
    hours: Json<unknown> | null
    catalogue_id: number | null
    created_at: Generated<Date>
    version: Generated<number>
    counters_only: Generated<boolean>
    code: string | null
    area: string | null
  }
  unit_predecessors: { unit_id: number; predecessor_id: number }
  counters: {
    counter_id: Generated<number>
    unit_id: number
    name: string
    service: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
  officers: {
    officer_id: Generated<number>
    unit_id: number
    code: string | null
    name: string
    title: string | null
    signed_on: string | null
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
  holidays: {
    holiday_id: Generated<number>
    /** Null = in the whole province. */
    unit_id: number | null
    day: string
    kind: 'off' | 'working'
    name: string
    provisional: Generated<boolean>
    active: Generated<boolean>
    created_at: Generated<Date>
    version: Generated<number>
  }
}
