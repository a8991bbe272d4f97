/** The catalogue of commitments as a tablet and a report receive it. */
import { type Static, Type } from 'typebox'
import { Closed } from './common.ts'

/** `please`, `always`, `no` are the three rows on the wall; `service` tiles are not about the officer. */
export const Family = Type.Enum(['please', 'always', 'no', 'service'])
/** `conduct` and `service` are tiles; `integrity` items stand on the serious-matters card alone. */
export const ItemKind = Type.Enum(['conduct', 'service', 'integrity'])

/** What one item is called in one language: on the wall, when kept, when it should be better. */
export const ItemLabels = Closed({
  official: Type.String(),
  kept: Type.String(),
  broken: Type.String(),
})

export const CatalogueItem = Closed({
  commitment: Type.String(),
  family: Family,
  kind: ItemKind,
  /** By language code; `vi` is always there. */
  labels: Type.Record(Type.String(), ItemLabels),
})
export type CatalogueItem = Static<typeof CatalogueItem>

/** A published list, in the order it is shown. A version never changes once published. */
export const Catalogue = Closed({
  version: Type.String(),
  items: Type.Array(CatalogueItem),
})
export type Catalogue = Static<typeof Catalogue>
