/** What officers and leaders bring up, and how it is answered; doubts and proposals have tables of their own. */
import type { Generated } from 'kysely'

export interface CaseTables {
  cases: {
    case_id: Generated<number>
    kind: 'explanation' | 'review' | 'matter'
    unit_id: number
    /** Null = a matter. */
    officer_id: number | null
    title: string | null
    words: string | null
    about_from: string | null
    about_to: string | null
    opened_by: number
    opened_at: Date
    due_on: string
    /** Reviews: until when it is the leader's to advise; else null. */
    advise_by: string | null
    without_leader: Generated<boolean>
    state: Generated<'new' | 'accepted' | 'in_hand' | 'answered'>
    advice: 'uphold' | 'refuse' | null
    advice_text: string | null
    advised_by: number | null
    advised_at: Date | null
    outcome: 'upheld' | 'refused' | 'noted' | 'done' | 'not_done' | null
    answer: string | null
    answered_by: number | null
    answered_at: Date | null
  }
}
