/** The unit's public board, as its leader keeps it: open or closed, its words, and what was changed because of citizens. */
import { useState } from 'preact/hooks'
import type { BoardSettings } from '../../server/contract/boards.ts'
import { changeBoard, changeBoardAnswer, createBoardAnswer, getBoardSettings } from '../api/boards.ts'
import { ActionButton } from '../components/action-button.tsx'
import { FormRefusal, TextField, useForm } from '../components/form.tsx'
import { Icon } from '../components/icons.tsx'
import { Card, Page, Scroll } from '../components/page.tsx'
import { Message, Refused, Skeleton, Void } from '../components/states.tsx'
import { formatCount, formatDate, formatInterval, formatMonth, formatPercent } from '../format.ts'
import { language, rich, t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'

/** As many as the board has room for; more stay in the list below. */
const ON_BOARD = 3

export default function PublicBoardPage() {
  const unit = session.value?.account.unit
  const sections = [
    { id: 'texts', name: t('board_form.texts') },
    { id: 'answers', name: t('board_form.answers') },
  ]
  return (
    <Page name="public-board" title={t('nav.board')} sections={sections}>
      {unit && <Keep unitId={unit.unit_id} />}
    </Page>
  )
}

function Keep({ unitId }: { unitId: string }) {
  const { data, refused, reload } = useLive(`board ${unitId}`, (options) => getBoardSettings(unitId, options))
  if (refused.value) return <Refused error={refused.value} />
  const board = data.value
  if (!board) return <Skeleton />
  const path = `/board/${encodeURIComponent(unitId)}`
  const switchTo = (open: boolean) => async () => {
    try {
      await changeBoard(unitId, { open, version: board.version })
    } finally {
      await reload()
    }
  }
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich(board.open ? 'board_form.is_open' : 'board_form.is_closed')}</h1>
        <p>{board.open ? <Told board={board} /> : t('board_form.about')}</p>
        <div class="buttons">
          {board.open ? (
            <>
              <a class="button main" href={path} target="_blank" rel="noreferrer">
                {t('board_form.look')}
              </a>
              <ActionButton label={t('board_form.close')} act={switchTo(false)} />
            </>
          ) : (
            <span data-action="open">
              <ActionButton main label={t('board_form.open')} act={switchTo(true)} />
            </span>
          )}
        </div>
        {board.open && <p class="hint">{t('board_form.address', { address: `${location.origin}${path}` })}</p>}
      </section>
      <div class="grid loose">
        <Texts board={board} reload={reload} />
        <Answers board={board} reload={reload} />
      </div>
    </>
  )
}

/** What the public is told of the closed month, in the leader's words. */
function Told({ board: { month } }: { board: BoardSettings }) {
  if (!month) return t('board_form.month_none')
  const name = formatMonth(month.month, language.value)
  if (month.n === null) return t('board_form.month_few', { month: name })
  if (month.n === 0 || month.satisfaction?.value == null) return t('board_form.month_zero', { month: name })
  return t(month.visits === null ? 'board_form.month_no_visits' : 'board_form.month', {
    month: name,
    share: formatPercent(month.satisfaction.value, language.value),
    interval: formatInterval(month.satisfaction.lower, month.satisfaction.upper, language.value),
    n: formatCount(month.n, language.value),
    visits: formatCount(month.visits ?? 0, language.value),
  })
}

interface Kept {
  board: BoardSettings
  reload: () => Promise<void>
}

const texts = ['duty_leader_name', 'duty_leader_phone', 'hotline', 'procedures_url'] as const

function Texts({ board, reload }: Kept) {
  const [saved, setSaved] = useState(false)
  const { busy, refusal, onSubmit } = useForm(
    async (values) => {
      setSaved(false)
      await changeBoard(board.unit_id, {
        ...Object.fromEntries(texts.map((name) => [name, values[name]?.trim() ?? null])),
        version: board.version,
      })
      await reload()
      setSaved(true)
    },
    { keep: true },
  )
  return (
    <Card id="texts" span={5} title={t('board_form.texts')} about={t('board_form.texts_about')}>
      <form class="stack" onSubmit={onSubmit} noValidate onInput={() => setSaved(false)}>
        <TextField
          name="duty_leader_name"
          label={t('board.duty_leader')}
          defaultValue={board.duty_leader_name ?? ''}
          refusal={refusal}
        />
        <TextField
          name="duty_leader_phone"
          type="tel"
          label={t('board_form.duty_leader_phone')}
          defaultValue={board.duty_leader_phone ?? ''}
          refusal={refusal}
        />
        <TextField
          name="hotline"
          type="tel"
          label={t('board.hotline')}
          defaultValue={board.hotline ?? ''}
          refusal={refusal}
        />
        <TextField
          name="procedures_url"
          label={t('board_form.procedures_url')}
          hint={t('board_form.procedures_hint')}
          defaultValue={board.procedures_url ?? ''}
          autocapitalize="off"
          spellcheck={false}
          refusal={refusal}
        />
        <FormRefusal refusal={refusal} fields={texts} />
        {saved && (
          <Message kind="good" icon="check">
            <span role="status">{t('board_form.saved')}</span>
          </Message>
        )}
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            {t('form.save')}
          </button>
        </div>
      </form>
    </Card>
  )
}

function Answers({ board, reload }: Kept) {
  const { busy, refusal, onSubmit } = useForm(async ({ asked = '', done = '' }) => {
    await createBoardAnswer({ unit_id: board.unit_id, asked, done })
    await reload()
  })
  const onBoard = board.answers.filter(({ shown }) => shown).slice(0, ON_BOARD)
  const set = (answerId: string, shown: boolean, version: number) => async () => {
    try {
      await changeBoardAnswer(answerId, { shown, version })
    } finally {
      await reload()
    }
  }
  return (
    <Card id="answers" span={7} title={t('board_form.answers')} about={t('board_form.answers_about')}>
      <form class="stack" onSubmit={onSubmit} noValidate>
        <TextField
          name="asked"
          label={t('board_form.asked')}
          hint={t('board_form.asked_hint')}
          required
          refusal={refusal}
        />
        <TextField
          name="done"
          label={t('board_form.done')}
          hint={t('board_form.done_hint')}
          required
          refusal={refusal}
        />
        <FormRefusal refusal={refusal} fields={['asked', 'done']} />
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            <Icon name="plus" />
            {t('board_form.add')}
          </button>
        </div>
      </form>
      {board.answers.length === 0 ? (
        <Void icon="doc" title={t('board_form.no_answers')}>
          {t('board_form.no_answers_help')}
        </Void>
      ) : (
        <Scroll name={t('board_form.answers')}>
          <table class="table stacked left">
            <thead>
              <tr>
                <th scope="col">{t('board_form.asked')}</th>
                <th scope="col">{t('board_form.done')}</th>
                <th scope="col">{t('board_form.where')}</th>
                <th scope="col">
                  <span class="sr">{t('column.action')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {board.answers.map((answer) => (
                <tr key={answer.answer_id} data-answer-id={answer.answer_id}>
                  <th scope="row">{answer.asked}</th>
                  <td data-label={t('board_form.done')}>
                    {answer.done} <small>{formatDate(answer.written_on, language.value)}</small>
                  </td>
                  <td data-label={t('board_form.where')}>
                    {t(
                      onBoard.includes(answer)
                        ? 'board_form.on_board'
                        : answer.shown
                          ? 'board_form.no_room'
                          : 'board_form.taken_off',
                    )}
                  </td>
                  <td>
                    <div class="buttons">
                      <ActionButton
                        label={t(answer.shown ? 'board_form.take_off' : 'board_form.put_back')}
                        act={set(answer.answer_id, !answer.shown, answer.version)}
                      />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Card>
  )
}
