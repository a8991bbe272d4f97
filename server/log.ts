/** The server's log: JSON lines with what an operator needs, and never a body, a token, a cookie or a query string. */
import { type DestinationStream, type Logger, pino } from 'pino'
import { type Output, openOutput } from './log-output.ts'

/** What a command keeps for a standard error that fails; later lines are dropped. */
const MAX_WAITING_BYTES = 2 ** 20

/** The log of a `manage` command on standard error; it waits for its reader, as a tool in a pipeline does. */
export function openLog(level: string): Logger {
  const destination = pino.destination({ fd: 2, sync: true, maxLength: MAX_WAITING_BYTES })
  destination.on('error', () => {})
  return createLog(level, destination)
}

export interface ServerLog {
  readonly log: Logger
  /** The same standard error, for lines that were put together elsewhere. */
  readonly output: Output
}

let output: Output | null = null

/** The log of a server on standard error, which nothing waits for. Call it once in a process. */
export function openServerLog(level: string): ServerLog {
  const own = openOutput(2, (dropped) => {
    const line = { level: 'warn', time: new Date().toISOString(), dropped, msg: `${dropped} log lines dropped` }
    return `${JSON.stringify(line)}\n`
  })
  output = own
  const destination = { write: (line: string) => own.write(line, line.startsWith('{"level":"fatal"')) }
  return { log: createLog(level, destination), output: own }
}

/** Lines that the server's log has dropped because standard error took none. */
export const droppedLogLines = (): number => output?.dropped() ?? 0

/**
 * Only a fixed handful of fields of a request is ever written, so nothing has to be blotted out afterwards. The address
 * is not among them: beside the minute of a rating it would point at a person.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: {
      err: writeError,
      req: () => undefined,
      res: () => undefined,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/**
 * PostgreSQL puts the values of a row into `detail` and `where`: those stay out, only names and codes go in. Messages of class
 * 22 (data exceptions) quote the value too.
 */
function writeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown }
  const quotes = typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)
  return {
    type: error.name,
    message: quotes ? 'a value that PostgreSQL cannot take' : error.message,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    stack: quotes ? error.stack?.replace(error.message, '') : error.stack,
    ...(error.cause instanceof Error ? { cause: writeError(error.cause) } : {}),
  }
}
