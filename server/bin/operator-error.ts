/** Errors whose message alone, one line, tells the operator what is wrong and what to do. */
import { ConfigError } from '../config.ts'
import { EmbeddedError } from '../embedded/errors.ts'
import { UnsafeRoleError } from '../queries/database.ts'
import { SchemaError } from '../queries/migrate.ts'

/** A command or a start cannot go on for a reason that only the operator can change. */
export class OperatorError extends Error {
  override name = 'OperatorError'
}

/** True when the message alone is for the operator. */
export function isForOperator(error: unknown): boolean {
  return [OperatorError, ConfigError, EmbeddedError, SchemaError, UnsafeRoleError].some((kind) => error instanceof kind)
}

/** What to print for any error: one line when that is enough, everything we know when it is our own fault. */
export function explain(error: unknown): unknown {
  return isForOperator(error) ? (error as Error).message : error
}
