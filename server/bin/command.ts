/** What a `manage` command is: its help, its options, and the function that does it. */
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Keys } from '../keys.ts'
import type { Pools } from '../queries/database.ts'

export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** Placeholder of the value in help, such as `ID`. */
  readonly value?: string
  readonly about: string
  readonly required?: true
}

/** A file in `commands/` exports exactly these names. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** What follows `npm run manage -- `, such as `backup FILE`. */
  readonly usage: string
  readonly options: Readonly<Record<string, CommandOption>>
  /** Names of the positional arguments; one that ends in `?` may be left out. */
  readonly positionals?: readonly string[]
  /** What is wrong with arguments that are each right by themselves; null = nothing. */
  readonly complain?: (given: Pick<CommandContext, 'values' | 'positionals'>) => string | null
  /**
   * Which schema the opened database must have; another one is refused in a sentence. `current`: this program's.
   * `ensured`: the same, and an empty database gets it first. `any`: whatever is there. `none`: the command opens its
   * own database, and `ownerUrl` and `openPools` throw.
   */
  readonly database: 'current' | 'ensured' | 'any' | 'none'
  /** Does the work. Returns the exit code; nothing means 0. */
  run(context: CommandContext): Promise<number | undefined> | Promise<void>
}

export interface CommandContext {
  readonly config: Config
  readonly log: Logger
  /** Values of the options, by name; an option not given is undefined. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly positionals: readonly string[]
  /** The owner's connection string. */
  readonly ownerUrl: string
  /** Address of the server running on the same DATA_DIR; null when none is, or with DATABASE_URL. */
  readonly servedAt: string | null
  /** Opens the restricted pools, once; they are closed after `run`. */
  openPools(): Promise<Pools>
  /** The keys under DATA_DIR, made when missing. */
  readonly keys: Keys
  /** Writes a line to standard output. */
  print(line: string): void
  /** Everything on standard input, without the last line break. */
  readInput(): Promise<string>
}
