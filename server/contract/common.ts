/** Building blocks shared by every noun: ids, dates, pages, intervals. */
import { type Static, type TSchema, Type } from 'typebox'

/** An opaque id. Callers must not read anything into it. */
export const Id = Type.String({ minLength: 1, maxLength: 40 })

/** A calendar day in the office's time zone, `YYYY-MM-DD`. */
export const LocalDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** An instant, ISO 8601 with offset. */
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})$',
  maxLength: 40,
})

/** A language as BCP 47 names it, or a name of one's own behind `x-`; at most 35 characters. */
export const LanguageTag = Type.String({
  pattern: '^([a-z]{2,3}(-[A-Za-z0-9]{1,8})*|x(-[A-Za-z0-9]{1,8})+)$',
  maxLength: 35,
})

/** A name as people write it: 1 to 200 characters, not only blanks. */
export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A closed object: an unknown property is an error, on the way in and on the way out. */
export const Closed = <T extends Record<string, TSchema>>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

export const IdParams = Closed({ id: Type.String({ maxLength: 200 }) })
export type IdParams = Static<typeof IdParams>

/** Paging of every list: `cursor` is the `next_cursor` of the page before; `limit` 1 to 500 (default 100). */
export const PageQuery = Closed({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9][0-9]|[1-4][0-9][0-9]|500)$' })),
})
export type PageQuery = Static<typeof PageQuery>

/** Paging of a list that can be narrowed to one unit, and of one that can be narrowed to a counter as well. */
export const UnitPageQuery = Closed({ ...PageQuery.properties, unit_id: Type.Optional(Id) })
export const CounterPageQuery = Closed({ ...UnitPageQuery.properties, counter_id: Type.Optional(Id) })

/** `search` stands somewhere in a name or code, whatever its case and marks: "muong bu" finds "Xã Mường Bú". */
const search = Type.Optional(Type.String({ maxLength: 100, pattern: '^[^\\u0000]*$' }))
export const SearchQuery = Closed({ ...PageQuery.properties, search })
export const UnitSearchQuery = Closed({ ...UnitPageQuery.properties, search })

/** A page of a list; `next_cursor` is null on the last one. */
export const Page = <T extends TSchema>(item: T) =>
  Closed({ items: Type.Array(item), next_cursor: Nullable(Type.String()) })

/** A page that knows how many there are on all pages, and how many of those are no longer in use. */
export const CountedPage = <T extends TSchema>(item: T) =>
  Closed({ ...Page(item).properties, total: Type.Integer(), ended: Type.Integer() })

/** A share with its 95 % interval, all in [0, 1]; `value` is null where only the bounds may be shown. */
export const Share = Closed({
  value: Nullable(Type.Number()),
  lower: Type.Number(),
  upper: Type.Number(),
})
export type Share = Static<typeof Share>
