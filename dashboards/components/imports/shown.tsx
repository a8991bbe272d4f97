/** What a file would change, or what is wrong with it: by sheet, then row by row; and the button that writes it. */
import { useEffect, useState } from 'preact/hooks'
import type { Import, ImportRow } from '../../../server/contract/imports.ts'
import { applyImport, listImportRows } from '../../api/imports.ts'
import { ApiError } from '../../api.ts'
import { formatCount } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { noticeEnd } from '../../session.ts'
import { ActionButton } from '../action-button.tsx'
import { type Refusal, refusalOf } from '../form.tsx'
import { Card, Scroll } from '../page.tsx'
import { Message } from '../states.tsx'
import { Problems } from './problems.tsx'

interface ShownProps {
  made: Import
  onChange: (made: Import) => void
  onAgain: () => void
}

const sum = (made: Import, key: 'new' | 'changed' | 'formulas') =>
  made.sheets.reduce((total, sheet) => total + sheet[key], 0)

export function Shown({ made, onChange, onAgain }: ShownProps) {
  const wrong = made.problems.total
  const writes = sum(made, 'new') + sum(made, 'changed')
  const apply = async () => {
    try {
      onChange(await applyImport(made))
    } catch (error) {
      // Somebody was faster: the page then says so, and offers to look again.
      if (error instanceof ApiError && error.code === 'changed_meanwhile') onChange({ ...made, state: 'stale' })
      else throw error
    }
  }
  return (
    <>
      <section class="answer" id="top">
        <h1>
          {wrong > 0
            ? rich('imports.wrong_headline', { n: wrong, name: made.file_name })
            : writes === 0
              ? rich('imports.same_headline', { name: made.file_name })
              : rich('imports.shown_headline', { made: sum(made, 'new'), changed: sum(made, 'changed') })}
        </h1>
        <p>
          {t(wrong > 0 ? 'imports.wrong_about' : writes === 0 ? 'imports.same_about' : 'imports.shown_about', {
            name: made.file_name,
            n: wrong,
          })}
        </p>
        <div class="buttons">
          {wrong === 0 && writes > 0 && <ActionButton main label={t('imports.apply')} act={apply} />}
          <button type="button" class={wrong > 0 || writes === 0 ? 'button main' : 'button'} onClick={onAgain}>
            {t(wrong > 0 ? 'imports.choose_again' : 'imports.choose_other')}
          </button>
        </div>
      </section>
      <div class="grid">
        {wrong > 0 && <Problems made={made} />}
        <Sheets made={made} />
        {wrong === 0 && sum(made, 'changed') > 0 && <Rows made={made} outcome="changed" />}
        {wrong === 0 && sum(made, 'new') > 0 && <Rows made={made} outcome="new" />}
      </div>
    </>
  )
}

function Sheets({ made }: { made: Import }) {
  const formulas = sum(made, 'formulas')
  const count = (n: number) => formatCount(n, language.value)
  return (
    <Card id="sheets" title={t('imports.sheets')}>
      <div class="stack">
        <Scroll name={t('imports.sheets')}>
          <table class="table tight stacked even">
            <thead>
              <tr>
                <th scope="col">{t('imports.what')}</th>
                <th scope="col">{t('imports.rows')}</th>
                <th scope="col">{t('imports.outcome.new')}</th>
                <th scope="col">{t('imports.outcome.changed')}</th>
                <th scope="col">{t('imports.outcome.same')}</th>
                <th scope="col">{t('imports.outcome.error')}</th>
              </tr>
            </thead>
            <tbody>
              {made.sheets.map((sheet) => (
                <tr key={sheet.sheet}>
                  <th scope="row">{sheet.noun ? t(`imports.noun.${sheet.noun}`) : sheet.sheet}</th>
                  <td data-label={t('imports.rows')}>{count(sheet.rows)}</td>
                  <td data-label={t('imports.outcome.new')}>{count(sheet.new)}</td>
                  <td data-label={t('imports.outcome.changed')}>{count(sheet.changed)}</td>
                  <td data-label={t('imports.outcome.same')}>{count(sheet.same)}</td>
                  <td data-label={t('imports.outcome.error')}>
                    {sheet.error > 0 ? <b class="bad-ink">{count(sheet.error)}</b> : count(0)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        {made.sheets
          .filter(({ hidden_rows }) => hidden_rows > 0)
          .map(({ sheet, hidden_rows }) => (
            <Message kind="info" icon="alert" key={sheet}>
              {t('imports.hidden_rows', { sheet, n: hidden_rows })}
            </Message>
          ))}
        {formulas > 0 && (
          <Message kind="info" icon="alert">
            {t('imports.formulas', { n: formulas })}
          </Message>
        )}
      </div>
    </Card>
  )
}

/** Rows of one outcome, twenty-five at a time. */
function Rows({ made, outcome }: { made: Import; outcome: 'new' | 'changed' }) {
  const [rows, setRows] = useState<ImportRow[]>([])
  const [cursor, setCursor] = useState<string | null>(null)
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const more = async (from: string | null) => {
    try {
      const page = await listImportRows(made.import_id, outcome, from)
      setRows((known) => [...(from === null ? [] : known), ...page.items])
      setCursor(page.next_cursor)
      setTrouble(null)
    } catch (error) {
      noticeEnd(error)
      setTrouble(refusalOf(error))
    }
  }
  useEffect(() => void more(null), [made.import_id, outcome])
  const title = t(`imports.rows_${outcome}`)
  return (
    <Card id={`rows-${outcome}`} title={title}>
      <Scroll name={title}>
        <table class="table left lines stacked">
          <thead>
            <tr>
              <th scope="col">{t('imports.row')}</th>
              <th scope="col">{t('imports.sheet')}</th>
              <th scope="col">{t('imports.about_what')}</th>
              {outcome === 'changed' && <th scope="col">{t('imports.from_to')}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.noun} ${row.line}`}>
                <th scope="row" data-label={t('imports.row')}>
                  {row.line}
                </th>
                <td data-label={t('imports.sheet')}>{t(`imports.noun.${row.noun}`)}</td>
                <td class="wide">{row.label}</td>
                {outcome === 'changed' && (
                  <td class="wide">
                    <ul class="changes">
                      {row.changes.map(({ column, from, to }) => (
                        <li key={column}>
                          <span class="of">{t(`imports.column.${column as 'unit'}`)}:</span>{' '}
                          <del>{from ?? t('imports.empty')}</del> → <ins>{to ?? t('imports.empty')}</ins>
                        </li>
                      ))}
                    </ul>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {cursor && (
        <div class="buttons">
          <button type="button" class="button" onClick={() => void more(cursor)}>
            {t('imports.more')}
          </button>
          <span class="muted" role="status">
            {t('list.shown', { shown: rows.length, total: sum(made, outcome) })}
          </span>
        </div>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble.text}
        </p>
      )}
    </Card>
  )
}
