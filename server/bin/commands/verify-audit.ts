/** `manage verify-audit`: proves that nothing in the audit log was altered, taken out, cut off, swapped or sealed anew. */
import { readFileSync } from 'node:fs'
import type { Flaw, Head } from '../../audit/chain.ts'
import { parseHead, readKeptHead } from '../../audit/head-file.ts'
import { verifyAudit } from '../../audit/verify.ts'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'

export const summary = 'Prove that the audit log is whole and as it was sealed'
export const usage = 'verify-audit [--head FILE]'
export const options: Command['options'] = {
  head: { type: 'string', value: 'FILE', about: 'A head printed by audit-head earlier, kept elsewhere' },
}
export const database: Command['database'] = 'current'

const meanings: Record<Flaw, (at: number) => string> = {
  missing: (at) => `seal ${at} is missing: something was taken out of the middle`,
  altered: (at) => `seal ${at} does not fit: its row, or the order around it, was altered`,
  deleted: (at) => `the row under seal ${at} is gone`,
  unsealed: (at) => `row ${at} was put in past the server: it has no seal and waits for none`,
  cut: (at) => `the log ends before seal ${at}, which was there: its end was cut off, or an older backup was restored`,
  forged: (at) => `seal ${at} is another one than was kept: the log was rewritten and sealed anew`,
}

export async function run({ openPools, print, values, keys, config }: CommandContext): Promise<number> {
  const heads: Head[] = []
  if (values.head !== undefined) heads.push(readHead(String(values.head)))
  const kept = readKeptHead(config.dataDir)
  if (kept) heads.push(kept)
  const client = await (await openPools()).openCountClient()
  try {
    const { seals, waiting, problems } = await verifyAudit(client, keys.audit, heads)
    for (const { flaw, at } of problems) print(`PROBLEM ${flaw}: ${meanings[flaw](at)}.`)
    const against = heads.map((head) => head.seals).join(' and ') || 'no head that was kept'
    print(`${seals} seals, ${waiting} rows waiting for theirs; compared with ${against}.`)
    print(problems.length === 0 ? 'The audit log is whole.' : `${problems.length} problems.`)
    return problems.length === 0 ? 0 : 1
  } finally {
    await client.end()
  }
}

function readHead(file: string): Head {
  try {
    return parseHead(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new OperatorError(`${file} cannot be read as a head of the audit log; audit-head prints one.`, {
      cause: error,
    })
  }
}
