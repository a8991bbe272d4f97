/** The one error of the embedded PostgreSQL that is meant for the operator. */

/** The embedded PostgreSQL cannot run here; `message` is one line that says why and what to do. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
}
