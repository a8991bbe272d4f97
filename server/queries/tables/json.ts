/** A column of JSON: read as what it means, written as text. */
import type { ColumnType } from 'kysely'

export type Json<T> = ColumnType<T, string, string>
