/** Episodes of days that are over: a leader asks with a reason, the commission answers; nothing here names a citizen. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Episode } from '../../../server/contract/episodes.ts'
import type { Range } from '../../../server/contract/periods.ts'
import { getEpisodes, hasRole } from '../../api.ts'
import { formatDate, withoutStop } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { session } from '../../session.ts'
import { ActionButton } from '../action-button.tsx'
import { fetchPart } from '../fetch-part.ts'
import { Card, Scroll } from '../page.tsx'

type Forms = typeof import('./proposal-forms.tsx')

const firstShown = 8
const keyOf = ({ local_day, rule, episode_id }: Episode) => `${local_day} ${rule} ${episode_id ?? ''}`

interface EpisodesProps {
  unitId: string
  range: Range
  /** Asked again when it changes. */
  revision: string
  /** What stands below comes with it: nothing moves. */
  children: ComponentChildren
}

export function Episodes({ unitId, range, revision, children }: EpisodesProps) {
  const [turn, setTurn] = useState(0)
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<{ key: string; forms: Forms } | null>(null)
  const key = `${unitId} ${range.from} ${range.to} ${revision} ${turn}`
  const { data, refused } = useLive(key, (options) => getEpisodes(unitId, range, options), { follow: false })
  if (refused.value) return <>{children}</>
  if (!data.value) return null
  const { items } = data.value
  const now = session.value
  const leads = now ? hasRole(now, 'unit_leader') : false
  const decides = now ? hasRole(now, 'commission') && !leads : false
  const shown = all ? items : items.filter((episode, place) => place < firstShown || waits(episode))
  const done = () => {
    setOpen(null)
    setTurn(turn + 1)
  }
  // The keyboard goes back to the button that opened the form.
  const cancel = ({ currentTarget }: Event) => {
    const row = currentTarget instanceof Element ? currentTarget.closest('tr')?.previousElementSibling : null
    row?.querySelector('button')?.focus()
    setOpen(null)
  }
  const toggle = async (key: string) =>
    setOpen(open?.key === key ? null : { key, forms: await fetchPart(import('./proposal-forms.tsx')) })
  return (
    <>
      <Card id="episodes" reads="unusual-groups-of-ratings" title={t('episodes.title')} about={t('episodes.about')}>
        {items.length === 0 ? (
          <p>{t('episodes.none')}</p>
        ) : (
          <Scroll name={t('episodes.title')}>
            <table class="table left stacked episodes">
              <thead>
                <tr>
                  <th scope="col">{t('column.day')}</th>
                  <th scope="col">{t('episodes.rule')}</th>
                  <th scope="col">{t('column.n')}</th>
                  <th scope="col">{t('episodes.state')}</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((episode) => (
                  <>
                    <EpisodeLine
                      key={keyOf(episode)}
                      episode={episode}
                      action={
                        mayAct(episode, leads, decides) &&
                        t(decides ? 'episodes.answer' : `episodes.ask_${wishOf(episode)}`)
                      }
                      decides={decides}
                      open={open?.key === keyOf(episode)}
                      toggle={() => toggle(keyOf(episode))}
                    />
                    {open?.key === keyOf(episode) && (
                      <tr class="opened" key={`${open.key} form`}>
                        <td colSpan={4}>
                          {decides && episode.proposal ? (
                            <open.forms.DecisionForm proposal={episode.proposal} done={done} cancel={cancel} />
                          ) : (
                            <open.forms.ProposalForm {...{ unitId, episode, done, cancel }} wish={wishOf(episode)} />
                          )}
                        </td>
                      </tr>
                    )}
                  </>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
        {items.length > shown.length && (
          <button type="button" class="button more" onClick={() => setAll(true)}>
            {t('episodes.all', { n: items.length })}
          </button>
        )}
      </Card>
      {children}
    </>
  )
}

interface LineProps {
  episode: Episode
  /** What the reader may do about it. */
  action: string | false
  /** The reader is who decides about requests. */
  decides: boolean
  open: boolean
  toggle: () => Promise<void>
}

const EpisodeLine = ({ episode, action, decides, open, toggle }: LineProps) => (
  <tr data-rule={episode.rule}>
    <th scope="row">{formatDate(episode.local_day, language.value)}</th>
    <td>{t(`rule.${episode.rule}`)}</td>
    <td>
      {episode.at_least === null ? (
        t('episodes.below')
      ) : (
        <span data-figure="at_least">{t('episodes.at_least', { n: episode.at_least })}</span>
      )}
      {episode.counter && episode.terminal && <small>{`${episode.counter.name} · ${episode.terminal.name}`}</small>}
    </td>
    <td>
      <div class="episode-state">
        <p>{stateOf(episode, decides)}</p>
        {action && <ActionButton label={action} expanded={open} act={toggle} />}
      </div>
    </td>
  </tr>
)

const waits = ({ proposal }: Episode) => proposal !== null && proposal.outcome === null

function mayAct(episode: Episode, leads: boolean, decides: boolean): boolean {
  return decides ? waits(episode) : leads && !waits(episode)
}

/** What could be otherwise about it as it stands: the rule's own doing, or what the last request made of it. */
function wishOf({ proposal, sets_aside }: Episode): 'restore' | 'set_aside' {
  const aside = proposal?.outcome === 'accepted' ? proposal.wants === 'set_aside' : sets_aside
  return aside ? 'restore' : 'set_aside'
}

function stateOf({ proposal, sets_aside }: Episode, decides: boolean): string {
  if (!proposal) return t(sets_aside ? 'episodes.is_aside' : 'episodes.is_noted')
  const wish = t(`episodes.wants_${proposal.wants}`)
  if (proposal.outcome === null) {
    return t(decides ? 'episodes.waiting_mine' : 'episodes.waiting', { wish, reason: withoutStop(proposal.reason) })
  }
  return t(`episodes.${proposal.outcome}`, { wish, answer: withoutStop(proposal.answer ?? '') })
}
