/** The chain over the audit log: how a seal is made, and what is wrong with a chain. Pure but for the key. */
import { createHmac } from 'node:crypto'
import type { ChainEnd, ChainLink } from '../queries/audit.ts'

/** Where a chain stands: the number of its newest seal and that seal, 64 hex digits. Kept outside, it dates the log. */
export interface Head {
  seals: number
  mac: string
}

/** Before the first seal. */
const BEGINNING = Buffer.alloc(32)

/** The head of a chain that ends so; null = nothing is sealed yet. */
export function headOf(end: ChainEnd | null): Head {
  return { seals: end?.seal_number ?? 0, mac: (end?.mac ?? BEGINNING).toString('hex') }
}

/** As it stands at the foot of a report: `12-3f…`; `parseHead` reads it. */
export const writeHead = ({ seals, mac }: Head): string => `${seals}-${mac}`

/**
 * The seal of a row: HMAC-SHA-256 over its number, the seal before it (null = it is the first) and all it says. Without the
 * key, which is not in the database, nobody can make the seals that would follow an altered row.
 */
export function sealOf(key: Buffer, seal_number: number, before: Buffer | null, content: string): Buffer {
  return createHmac('sha256', key)
    .update(`hai-long audit ${seal_number}\n`)
    .update(before ?? BEGINNING)
    .update(content)
    .digest()
}

export const flaws = ['missing', 'altered', 'deleted', 'unsealed', 'cut', 'forged'] as const
export type Flaw = (typeof flaws)[number]
export interface Problem {
  flaw: Flaw
  /** The seal's number; of an unsealed row its audit_id. */
  at: number
}

/** Walks a chain link by link; `end()` compares it with heads that were kept elsewhere. */
export class ChainWalk {
  readonly problems: Problem[] = []
  readonly #key: Buffer
  readonly #heads: readonly Head[]
  #next = 1
  #before: Buffer | null = null

  constructor(key: Buffer, heads: readonly Head[] = []) {
    this.#key = key
    this.#heads = heads
  }

  /** Links in order of their numbers. */
  step({ seal_number, content, mac }: ChainLink): void {
    if (seal_number !== this.#next) this.problems.push({ flaw: 'missing', at: this.#next })
    if (content === null) this.problems.push({ flaw: 'deleted', at: seal_number })
    else if (!sealOf(this.#key, seal_number, this.#before, content).equals(mac)) {
      this.problems.push({ flaw: 'altered', at: seal_number })
    }
    for (const head of this.#heads) {
      if (head.seals === seal_number && head.mac !== mac.toString('hex')) {
        this.problems.push({ flaw: 'forged', at: seal_number })
      }
    }
    // From what is stored, so that one altered row is one problem and not all that follow.
    this.#before = mac
    this.#next = seal_number + 1
  }

  /** How long the chain is; notes every head that lies beyond its end. */
  end(): number {
    const seals = this.#next - 1
    for (const head of this.#heads) if (head.seals > seals) this.problems.push({ flaw: 'cut', at: head.seals })
    return seals
  }
}
