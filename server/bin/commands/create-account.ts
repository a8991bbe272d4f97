/** `manage create-account`: what the administrator's page does, from the command line; the password comes on standard input. */
import { Value } from 'typebox/value'
import { type Role, roles, Username } from '../../contract/accounts.ts'
import { toApiError } from '../../errors.ts'
import type { DbScope } from '../../queries/database.ts'
import { createAccount } from '../../routes/accounts.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Make an account; its password is read from standard input'
export const usage =
  'create-account --username U --role ROLE [--unit ID] [--officer ID] [--ask-second-factor]  < password'
export const options: Command['options'] = {
  username: { type: 'string', value: 'U', about: 'Letters, digits, dot, dash, underscore', required: true },
  role: { type: 'string', value: 'ROLE', about: `One of ${roles.join(', ')}`, required: true },
  unit: {
    type: 'string',
    value: 'ID',
    about: 'The unit of a unit_leader or unit_clerk, or the one a commission account watches',
  },
  'ask-second-factor': {
    type: 'boolean',
    about: 'Ask for a code as of any other account; else none is ever asked for',
  },
  officer: { type: 'string', value: 'ID', about: 'The record of an officer; the unit follows from it' },
}
export const database: Command['database'] = 'ensured'

/** The operator of the machine acts as an administrator without an account. */
const operatorScope: DbScope = { account_id: null, roles: ['administrator'], units: 'all', officer_id: null }

export async function run(context: CommandContext): Promise<void> {
  const { values, print } = context
  const username = String(values.username)
  const role = readRole(String(values.role))
  if (!Value.Check(Username, username)) {
    throw new OperatorError(
      '--username needs 2 to 60 letters, digits, dots, dashes or underscores, beginning with a letter or digit.',
    )
  }
  const [unit_id, officer_id] = [readId('unit', values.unit), readId('officer', values.officer)]
  if (process.stdin.isTTY) console.error('Type the password, then Enter and Ctrl-D:')
  const [password = ''] = (await context.readInput()).split(/\r?\n/, 1)
  if (password === '') throw new OperatorError('The password is missing: give it on standard input.')
  if (password.length > 256) throw new OperatorError('The password is longer than 256 characters.')
  try {
    const account = await createAccount({ pools: await context.openPools(), clock: { now: Date.now } }, operatorScope, {
      username,
      password,
      second_factor_waived: values['ask-second-factor'] !== true,
      grants: [{ role, unit_id, officer_id }],
    })
    print(`Account ${account.account_id} (${username}, ${role}) is made.`)
  } catch (error) {
    const known = toApiError(error)
    throw known ? new OperatorError(known.message, { cause: error }) : error
  }
}

function readRole(text: string): Role {
  const role = roles.find((known) => known === text)
  if (role === undefined) throw new OperatorError(`--role must be one of ${roles.join(', ')}, not "${text}".`)
  return role
}

function readId(option: string, value: string | boolean | undefined): number | null {
  if (value === undefined) return null
  const id = /^[1-9]\d{0,9}$/.test(String(value)) ? Number(value) : Number.NaN
  if (!(id <= 2_147_483_647)) throw new OperatorError(`--${option} must be an id, a whole number, not "${value}".`)
  return id
}
