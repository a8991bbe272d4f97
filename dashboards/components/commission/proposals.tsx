/** What leaders of units ask about set-aside and noted ratings, for whoever decides: outside the unit, with an answer. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Proposal } from '../../../server/contract/episodes.ts'
import { countMine } from '../../api/cases.ts'
import { hasRole, listProposals, type Options } from '../../api.ts'
import { formatDate, withoutStop } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { session } from '../../session.ts'
import { waiting as casesWaiting } from '../../waiting.ts'
import { ActionButton } from '../action-button.tsx'
import { fetchPart } from '../fetch-part.ts'
import { Card } from '../page.tsx'
import { unitAddress } from './unit-rows.tsx'

type Forms = typeof import('../unit/proposal-forms.tsx')

/** As many decided ones as remind of what was said; the log holds all of them. */
const remembered = 5

/** What stands below comes with them: nothing moves. */
export function Proposals({ children }: { children: ComponentChildren }) {
  const [turn, setTurn] = useState(0)
  const [open, setOpen] = useState<{ id: string; forms: Forms } | null>(null)
  const now = session.value
  const decides = now ? hasRole(now, 'commission') : false
  // Together with the number of all that waits: what the one is taken from the other must be of one moment.
  const ask = async (options: Options) => {
    const [proposals, mine] = await Promise.all([
      listProposals(options),
      decides ? countMine().catch(() => null) : null,
    ])
    if (mine !== null) casesWaiting.value = mine
    return proposals
  }
  const { data, refused } = useLive(`proposals ${turn}`, ask, { follow: false })
  if (refused.value) return <>{children}</>
  if (!data.value) return null
  const waiting = data.value.filter(({ outcome }) => outcome === null)
  const decided = data.value.filter(({ outcome }) => outcome !== null).slice(0, remembered)
  const done = () => {
    setOpen(null)
    setTurn(turn + 1)
  }
  const answer = async (id: string) => setOpen({ id, forms: await fetchPart(import('../unit/proposal-forms.tsx')) })
  return (
    <>
      <Card id="proposals" reads="unusual-groups-of-ratings" title={t('proposals.title')} about={t('proposals.about')}>
        {waiting.length === 0 && <p>{t('proposals.none')}</p>}
        <ul class="proposals">
          {waiting.map((proposal) => (
            <li key={proposal.proposal_id} data-proposal={proposal.proposal_id}>
              <Heading proposal={proposal} />
              {decides && open?.id !== proposal.proposal_id && (
                <ActionButton label={t('episodes.answer')} act={() => answer(proposal.proposal_id)} />
              )}
              {open?.id === proposal.proposal_id && (
                <open.forms.DecisionForm named proposal={proposal} done={done} cancel={() => setOpen(null)} />
              )}
            </li>
          ))}
        </ul>
        {decides && <Others proposals={waiting.length} />}
        {decided.length > 0 && (
          <details>
            <summary>{t('proposals.decided')}</summary>
            <ul class="proposals">
              {decided.map((proposal) => (
                <li key={proposal.proposal_id}>
                  <Heading proposal={proposal} />
                  <p>
                    {t(`episodes.${proposal.outcome ?? 'refused'}`, {
                      wish: t(`episodes.wants_${proposal.wants}`),
                      answer: withoutStop(proposal.answer ?? ''),
                    })}
                  </p>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Card>
      {children}
    </>
  )
}

/** What else waits for whoever decides: requests are cases too, and stand among all others on the page of cases. */
function Others({ proposals }: { proposals: number }) {
  const others = (casesWaiting.value ?? 0) - proposals
  if (others <= 0) return null
  return <p>{rich('proposals.others', { k: others, cases: <a href="/cases">{t('nav.cases')}</a> })}</p>
}

const Heading = ({ proposal }: { proposal: Proposal }) => (
  <>
    <h3>
      <a href={unitAddress(proposal.unit_id)}>{proposal.unit_name}</a>
      {` · ${t('episodes.ask_about', { day: formatDate(proposal.local_day, language.value), rule: t(`rule.${proposal.rule}`) })}`}
    </h3>
    {proposal.outcome === null && (
      <p class="hint">{t('cases.due_on', { date: formatDate(proposal.due_on, language.value) })}</p>
    )}
    <p>{t('proposals.wish', { wish: t(`episodes.wants_${proposal.wants}`), reason: proposal.reason })}</p>
  </>
)
