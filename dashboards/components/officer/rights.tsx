/** What an officer may do about their figures: explain, ask for a review, say "that was not me"; and what became of it. */
import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Case } from '../../../server/contract/cases.ts'
import { countDays, earlierOf, type Range } from '../../../server/contract/periods.ts'
import { type CasesFound, findCases, openCase } from '../../api/cases.ts'
import { aboutText, casePlace, dueText, sameWords } from '../../cases.ts'
import { today } from '../../clock.ts'
import { formatRange } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { CaseItem } from '../cases/case-item.tsx'
import { WordsForm } from '../cases/words-form.tsx'
import { Icon, type IconName } from '../icons.tsx'
import { Card } from '../page.tsx'
import { NotYet } from '../states.tsx'

type Right = 'explanation' | 'review'
const rights: readonly { kind: Right; icon: IconName }[] = [
  { kind: 'explanation', icon: 'doc' },
  { kind: 'review', icon: 'undo' },
]

/** As many answered ones as remind of what was said; the page of cases holds all. */
const REMEMBERED = 3
/** Whoever leads the unit as well reads others' among them. */
const ASKED = 100
/** The longest time that words may be about. */
const MOST_DAYS = 366

/** What stands below it comes with it, or without it when it is refused: nothing moves. */
export function Rights(props: { officerId: string; range: Range; children: ComponentChildren }) {
  const { officerId, range, children } = props
  const open = useLive('own cases open', (options) => findCases({ limit: ASKED }, options))
  const answered = useLive('own cases answered', (options) => findCases({ state: 'answered', limit: ASKED }, options))
  const ownOf = (found: CasesFound) => found.items.filter(({ officer }) => officer?.officer_id === officerId)
  if (open.refused.value || answered.refused.value) return <>{children}</>
  if (!open.data.value || !answered.data.value) {
    return (
      <NotYet id="right" title={t('rights.title')}>
        {children}
      </NotYet>
    )
  }
  return (
    <>
      <RightsCard
        range={range}
        open={ownOf(open.data.value)}
        answered={ownOf(answered.data.value)}
        reload={open.reload}
      />
      {children}
    </>
  )
}

interface CardProps {
  range: Range
  open: readonly Case[]
  answered: readonly Case[]
  reload: () => Promise<void>
}

function RightsCard({ range, open, answered, reload }: CardProps) {
  const place = useRef<HTMLUListElement>(null)
  const [form, setForm] = useState<Right | null>(null)
  // Words are about days that are over or running; what is to come of a period is left out.
  const about = { from: range.from, to: earlierOf(range.to, today.value) }
  const dates = formatRange(about.from, about.to, language.value)
  const barred = range.from > today.value ? 'to_come' : countDays(about) > MOST_DAYS ? 'too_long' : null
  const own = [...open, ...answered.slice(0, REMEMBERED)]
  // What is sent already is about days of its own, which are told beside it.
  const free = barred === null && rights.some(({ kind }) => !open.some((one) => one.kind === kind))
  return (
    <Card id="right" title={t('rights.title')} about={free ? t('rights.about', { dates }) : undefined}>
      <ul class="rights" ref={place}>
        {rights.map(({ kind, icon }) => {
          // What is being sent may be in the list before its answer is here: the form stays until it knows.
          const sent = open.find((one) => one.kind === kind)
          return (
            <li key={kind} data-right={kind}>
              {sent && form !== kind ? (
                <Sent one={sent} icon={icon} />
              ) : (
                <button
                  type="button"
                  class="right"
                  aria-expanded={form === kind}
                  disabled={barred !== null}
                  onClick={() => setForm(form === kind ? null : kind)}
                >
                  <Icon name={icon} />
                  <b>{t(`cases.kind_${kind}`)}</b>
                  <small>{barred ? t(`rights.${barred}`) : t(`rights.${kind}_about`)}</small>
                </button>
              )}
              {form === kind && !barred && (
                <RightForm
                  kind={kind}
                  range={about}
                  dates={dates}
                  end={() => setForm(null)}
                  done={async () => {
                    await reload()
                    setForm(null)
                    // As soon as it stands in the form's place.
                    setTimeout(() =>
                      place.current?.querySelector<HTMLElement>(`[data-right="${kind}"] [tabindex]`)?.focus(),
                    )
                  }}
                />
              )}
            </li>
          )
        })}
        <li data-right="doubt">
          <a class="right" href="#served">
            <Icon name="swap" />
            <b>{t('doubts.not_me')}</b>
            <small>{t('rights.not_me_about')}</small>
          </a>
        </li>
      </ul>
      {own.length > 0 && (
        <>
          <h3 class="rights-mine">{t('rights.mine')}</h3>
          <ol class="cases">
            {own.map((one) => (
              <CaseItem one={one} own level={4} key={one.case_id} />
            ))}
          </ol>
        </>
      )}
      {answered.length > REMEMBERED && (
        <p class="more">
          <a class="nowrap" href="/cases?state=answered">
            {t('rights.all')}
          </a>
        </p>
      )}
    </Card>
  )
}

/** In the place of a second form: what is sent already, about which days, by when it is answered, and when the next can go. */
const Sent = ({ one, icon }: { one: Case; icon: IconName }) => (
  <div class="right sent" tabIndex={-1} data-sent={one.case_id}>
    <Icon name={icon} />
    <b>{t(`cases.kind_${one.kind}`)}</b>
    <small>
      {t('rights.waiting', { about: aboutText(one) ?? '', due: dueText(one) })}{' '}
      <a class="nowrap" href={`#${casePlace(one)}`}>
        {t('rights.see')}
      </a>
    </small>
  </div>
)

interface FormProps {
  kind: Right
  range: Range
  dates: string
  end: () => void
  done: () => Promise<void>
}

const RightForm = ({ kind, range, dates, end, done }: FormProps) => (
  <WordsForm
    label={t(`rights.${kind}_label`, { dates })}
    hint={t(`rights.${kind}_hint`)}
    submit={t(`rights.${kind}_send`)}
    post={(words) => openCase({ kind, ...range, words })}
    arrived={async (words) =>
      (await findCases({ kind, limit: 50 })).items.some(
        ({ about, ...one }) => sameWords(one.words, words) && about?.from === range.from && about.to === range.to,
      )
    }
    done={done}
    end={end}
  />
)
