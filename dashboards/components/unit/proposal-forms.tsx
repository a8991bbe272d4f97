/** What a leader asks about an episode, with a reason; and the answer to it: accepted or not, with a reason that stays. */
import type { Episode, Proposal } from '../../../server/contract/episodes.ts'
import { createProposal, decideProposal } from '../../api.ts'
import { formatDate } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { TextField, useForm } from '../form.tsx'
import { SelectField } from '../select-field.tsx'
import { Message } from '../states.tsx'

interface Ends {
  done: () => void
  cancel?: ((event: Event) => void) | undefined
}

/** `named`: what is asked, and why, stands above it already. */
export function DecisionForm(props: Ends & { proposal: Proposal; named?: boolean }) {
  const { proposal, done, cancel, named } = props
  const { local_day, rule } = proposal
  const form = useForm(async ({ outcome, answer }) => {
    await decideProposal(proposal.proposal_id, {
      outcome: outcome === 'accepted' ? 'accepted' : 'refused',
      answer: answer ?? '',
    })
    done()
  })
  const choices = (['refused', 'accepted'] as const).map((value) => ({ value, label: t(`episodes.choose_${value}`) }))
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      {!named && (
        <>
          <h3>{t('episodes.ask_about', { day: formatDate(local_day, language.value), rule: t(`rule.${rule}`) })}</h3>
          <p class="hint">{proposal.reason}</p>
        </>
      )}
      <SelectField label={t('episodes.decision')} name="outcome" choices={choices} refusal={form.refusal} />
      <TextField label={t('episodes.reason')} name="answer" required refusal={form.refusal} />
      <Foot
        busy={form.busy}
        trouble={form.refusal?.field === null ? form.refusal.text : null}
        label={t('episodes.send')}
        cancel={cancel}
      />
    </form>
  )
}

/** `wish`: what is asked for. */
export function ProposalForm(props: Ends & { unitId: string; episode: Episode; wish: Proposal['wants'] }) {
  const { unitId, episode, wish, done, cancel } = props
  const { local_day, rule, episode_id } = episode
  const form = useForm(async ({ reason }) => {
    await createProposal({ unit_id: unitId, local_day, rule, episode_id, wants: wish, reason: reason ?? '' })
    done()
  })
  const about = t('episodes.ask_about', { day: formatDate(local_day, language.value), rule: t(`rule.${rule}`) })
  return (
    <form class="stack" onSubmit={form.onSubmit} noValidate>
      <h3>{t('episodes.ask_title', { wish: t(`episodes.ask_${wish}`), about })}</h3>
      <TextField label={t('episodes.reason')} name="reason" required refusal={form.refusal} hint={t('episodes.hint')} />
      <Foot
        busy={form.busy}
        trouble={form.refusal?.field === null ? form.refusal.text : null}
        label={t('episodes.send')}
        cancel={cancel}
      />
    </form>
  )
}

interface FootProps {
  busy: boolean
  trouble: string | null
  label: string
  cancel?: ((event: Event) => void) | undefined
}

/** What went wrong, and the buttons. */
const Foot = ({ busy, trouble, label, cancel }: FootProps) => (
  <>
    {trouble && (
      <Message kind="bad" icon="alert">
        {trouble}
      </Message>
    )}
    <div class="buttons">
      <button type="submit" class="button main" aria-disabled={busy}>
        {label}
      </button>
      {cancel && (
        <button type="button" class="button" onClick={cancel}>
          {t('form.cancel')}
        </button>
      )}
    </div>
  </>
)
