/** `npm run manage -- COMMAND`: the operators' tools, each with --help, with or without a running server. */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { loadKeys } from '../keys.ts'
import { openLog } from '../log.ts'
import { openPools, type Pools } from '../queries/database.ts'
import { requireCurrentSchema } from '../queries/migrate.ts'
import type { Command, CommandContext } from './command.ts'
import { type OpenDatabase, openForCommand } from './database.ts'
import { explain } from './operator-error.ts'

/** Every command, one line each; loaded only when it is called. */
const commands: Record<string, () => Promise<Command>> = {
  'create-account': () => import('./commands/create-account.ts'),
  'setup-link': () => import('./commands/setup-link.ts'),
  migrate: () => import('./commands/migrate.ts'),
  backup: () => import('./commands/backup.ts'),
  restore: () => import('./commands/restore.ts'),
  verify: () => import('./commands/verify.ts'),
  'audit-head': () => import('./commands/audit-head.ts'),
  'verify-audit': () => import('./commands/verify-audit.ts'),
  'accept-clock': () => import('./commands/accept-clock.ts'),
  certificate: () => import('./commands/certificate.ts'),
  simulate: () => import('./commands/simulate.ts'),
  schema: () => import('./commands/schema.ts'),
  demo: () => import('./commands/demo.ts'),
}

const helpOption = { type: 'boolean', about: 'Show this help' } as const

/** Bad usage ends with 2, a failure with 1. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(await describeAll())
    return name === undefined ? 2 : 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw new UsageError(`There is no command "${name}".\n\n${await describeAll()}`)
  const command = await load()
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(describe(command))
    return 0
  }
  return runCommand(name, command, rest)
}

async function runCommand(name: string, command: Command, args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(command, args)
  const config = readConfig()
  // Standard output belongs to the command's result, so that it can be piped.
  const log = openLog(config.logLevel === 'info' ? 'warn' : config.logLevel)
  const opened: OpenDatabase | null = command.database === 'none' ? null : await openForCommand(config, name, log)
  let pools: Pools | null = null
  const context: CommandContext = {
    config,
    log,
    values,
    positionals,
    get ownerUrl() {
      if (opened === null) throw new Error(`${name} declares no database`)
      return opened.ownerUrl
    },
    servedAt: opened?.servedAt ?? null,
    async openPools() {
      const urls = { ownerUrl: context.ownerUrl, appUrl: config.databaseAppUrl, ingestUrl: config.databaseIngestUrl }
      pools ??= await openPools(urls, (error) => log.error({ err: error }, 'database connection lost'))
      return pools
    },
    get keys() {
      return loadKeys(config.dataDir)
    },
    print: (line) => console.log(line),
    readInput: async () => (await text(process.stdin)).replace(/\r?\n$/, ''),
  }
  const close = async () => {
    await (pools as Pools | null)?.close()
    await opened?.close()
  }
  // A command that looks after its own database ends by its own signals too.
  if (opened !== null) closeOnSignal(close)
  try {
    if (command.database === 'current') await requireCurrentSchema(context.ownerUrl, 'refuse')
    if (command.database === 'ensured') await requireCurrentSchema(context.ownerUrl, 'migrate')
    return (await command.run(context)) ?? 0
  } catch (error) {
    throw opened === null ? error : opened.explain(error)
  } finally {
    await close()
  }
}

/** An interrupted command must not leave the database running that it started. */
function closeOnSignal(close: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.error(`Interrupted by ${signal}.`)
      void close().finally(() => process.exit(1))
    })
  }
}

function parse(command: Command, args: readonly string[]): Pick<CommandContext, 'values' | 'positionals'> {
  const wanted = command.positionals ?? []
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.entries(command.options).map(([key, { type }]) => [key, { type }])),
      allowPositionals: wanted.length > 0,
      strict: true,
    })
    const missing = Object.entries(command.options).find(([key, option]) => option.required && !values[key])
    if (missing !== undefined) throw new Error(`--${missing[0]} is missing`)
    const required = wanted.filter((name) => !name.endsWith('?'))
    if (positionals.length < required.length) throw new Error(`${required[positionals.length]} is missing`)
    if (positionals.length > wanted.length) throw new Error(`"${positionals[wanted.length]}" is too much`)
    const given = { values: values as CommandContext['values'], positionals }
    const complaint = command.complain?.(given) ?? null
    if (complaint !== null) throw new Error(complaint)
    return given
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${describe(command)}`)
  }
}

async function describeAll(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(16)}${(await load()).summary}`),
  )
  return ['Usage: npm run manage -- COMMAND [options]', '', ...lines, '', 'COMMAND --help says more.'].join('\n')
}

function describe(command: Command): string {
  const options = Object.entries({ ...command.options, help: helpOption }).map(([key, option]) => {
    const value = 'value' in option && option.value ? ` ${option.value}` : ''
    const note = 'required' in option && option.required ? ' (required)' : ''
    return `  ${`--${key}${value}`.padEnd(24)}${option.about}${note}`
  })
  return [`Usage: npm run manage -- ${command.usage}`, '', `${command.summary}.`, '', ...options].join('\n')
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    console.error(error.message)
    process.exitCode = 2
  } else {
    console.error(explain(error))
    process.exitCode = 1
  }
}
