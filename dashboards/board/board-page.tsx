/** The public board: one screen on a wall, one column on a telephone. Last closed month, what was changed, who answers. */
import { useEffect } from 'preact/hooks'
import type { Board } from '../../server/contract/boards.ts'
import { daySpans } from '../../server/contract/weekdays.ts'
import { CommitmentIcon, Icon } from '../components/icons.tsx'
import { formatDate, formatLongWeekday, officeTime } from '../format.ts'
import { language, t } from '../i18n/index.tsx'
import { setLanguage } from '../preferences.ts'
import { answeredAt, board, now, trouble } from './keep-fresh.ts'
import { Month } from './month.tsx'
import { QrCode } from './qr-code.tsx'

export function BoardPage() {
  const shown = board.value
  const name = shown?.unit.name
  useEffect(() => {
    document.title = name ? `${name} · ${t('board.title')}` : t('board.title')
  }, [name, language.value])
  if (!shown) return <Nothing />
  return (
    <div class="board">
      <Head board={shown} />
      <main class="middle" data-page="board">
        <div class="left">
          <Month month={shown.month} />
          <Answers board={shown} />
        </div>
        <Vows items={shown.items} />
      </main>
      <Foot board={shown} />
    </div>
  )
}

const Nothing = () => (
  <div class="board">
    <main class="nothing" data-page="board">
      {trouble.value === null ? (
        <p role="status">{t('state.loading')}</p>
      ) : (
        <>
          <h1>{t(trouble.value === 'closed' ? 'board.closed' : 'board.gone')}</h1>
          <p>{t(trouble.value === 'closed' ? 'board.closed_help' : 'board.gone_help')}</p>
          <LanguageButton />
        </>
      )}
    </main>
  </div>
)

const LanguageButton = () => {
  const other = language.value === 'vi' ? 'en' : 'vi'
  const label = other === 'en' ? 'EN, English' : 'VI, Tiếng Việt'
  return (
    <button
      type="button"
      class="language"
      lang={other}
      aria-label={label}
      data-tool="language"
      onClick={() => void setLanguage(other)}
    >
      {other.toUpperCase()}
    </button>
  )
}

const inWords = (texts: Readonly<Record<string, string>>) => texts[language.value] ?? texts.vi ?? ''

function Head({ board: { unit, slogan } }: { board: Board }) {
  const { date, time } = officeTime(now.value)
  return (
    <header class="top">
      <div>
        <h1>{unit.name}</h1>
        <p>{inWords(slogan)}</p>
      </div>
      <div class="clock">
        <LanguageButton />
        <div class="time">
          <time>{time}</time>
          <small>
            {formatLongWeekday(date, language.value)}, {formatDate(date, language.value)}
          </small>
        </div>
      </div>
    </header>
  )
}

/** Long texts are written smaller: a wall does not scroll. */
const roomy = 260
const roomyFoot = 90

const Answers = ({ board: { answers, unit } }: { board: Board }) => {
  const letters = answers.reduce((sum, { asked, done }) => sum + asked.length + done.length, 0)
  return (
    <section class={letters > roomy ? 'panel answers long' : 'panel answers'}>
      <h2>{t(`board.answers_${unit.kind}`)}</h2>
      {answers.length === 0 ? (
        <p>{t('board.no_answers')}</p>
      ) : (
        <ul>
          {answers.map(({ asked, done }) => (
            <li key={asked + done}>
              <span class="asked">
                <span class="sr">{t('board.asked')}: </span>
                {asked}
              </span>
              <Icon name="next" />
              <span>
                <span class="sr">{t('board.done')}: </span>
                {done}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const rows = ['please', 'always', 'no'] as const

/** Lines of a list end after its commas, not within a word of two parts. */
const endAtCommas = (text: string) =>
  text
    .split(', ')
    .map((part) => (part.length <= 20 ? part.replaceAll(' ', '\u00a0') : part))
    .join(', ')

const Vows = ({ items }: { items: Board['items'] }) => (
  <div class="vows">
    {rows.map((row) => {
      const own = items.filter(({ family }) => family === row)
      return (
        own.length > 0 && (
          <section class={`panel vow ${row}`} key={row}>
            <h2>
              {own.length} {t(`board.row_${row}`)}
              <span class="diamonds" aria-hidden="true">
                {own.map(({ commitment }) => (
                  <i key={commitment} />
                ))}
              </span>
            </h2>
            <ul>
              {own.map(({ commitment, labels }) => (
                <li key={commitment}>
                  {row === 'no' ? <i aria-hidden="true" /> : <CommitmentIcon commitment={commitment} />}
                  {row === 'no' ? endAtCommas(inWords(labels)) : inWords(labels)}
                </li>
              ))}
            </ul>
          </section>
        )
      )
    })}
  </div>
)

/** An ISO weekday as it stands within a sentence; 1 January 2024 was a Monday. */
const dayName = (day: number) => formatLongWeekday(`2024-01-0${day}`, language.value).replace(/^Thứ/, 'thứ')

/** "thứ Hai đến thứ Sáu", or nothing when the days are not known. */
const daysText = (days: readonly number[]) =>
  daySpans(days)
    .map(([from, to]) => (from === to ? dayName(from) : t('board.days_to', { from: dayName(from), to: dayName(to) })))
    .join(', ')

function Foot({ board: { duty_leader, hotline, hours, procedures_url } }: { board: Board }) {
  const open = hours.intervals.map(({ from, to }) => `${from}–${to}`).join(', ')
  const letters = [duty_leader?.name, duty_leader?.phone, hotline].join('').length
  return (
    <footer class={letters > roomyFoot ? 'foot long' : 'foot'}>
      <div>
        <dl>
          {duty_leader && (
            <div>
              <dt>{t('board.duty_leader')}</dt>
              <dd>
                {duty_leader.name}
                {duty_leader.phone && (
                  <>
                    , <a href={`tel:${duty_leader.phone.replace(/[^+\d]/g, '')}`}>{duty_leader.phone}</a>
                  </>
                )}
              </dd>
            </div>
          )}
          {hotline && (
            <div>
              <dt>{t('board.hotline')}</dt>
              <dd>
                <a href={`tel:${hotline.replace(/[^+\d]/g, '')}`}>{hotline}</a>
              </dd>
            </div>
          )}
          {open && (
            <div>
              <dt>{[t('board.hours'), daysText(hours.days)].filter(Boolean).join(', ')}</dt>
              <dd>{open}</dd>
            </div>
          )}
        </dl>
        {trouble.value === 'gone' && answeredAt.value !== null && (
          <p class="stale" role="status">
            {t('board.as_of', { time: officeTime(answeredAt.value).time })}
          </p>
        )}
      </div>
      {procedures_url && (
        <a class="qr" href={procedures_url} rel="noreferrer">
          <span>{t('board.procedures')}</span>
          <QrCode address={procedures_url} />
        </a>
      )}
    </footer>
  )
}
