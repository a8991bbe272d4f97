/** Everything that is wrong with a file, by sheet, row and column, each as a sentence that says what to write instead. */
import type { Import, ImportProblem } from '../../../server/contract/imports.ts'
import { t } from '../../i18n/index.tsx'
import { Card, Scroll } from '../page.tsx'
import { Message } from '../states.tsx'

/** The sentence of a problem; what it does not mention stands in none of its holes. */
const sentence = ({ code, details }: ImportProblem): string =>
  t(`imports.problem.${code}`, details.to === '' ? { ...details, to: t('roster.until_changed') } : details)

export function Problems({ made }: { made: Import }) {
  const { total, items } = made.problems
  const several = made.sheets.length > 1 || items.some(({ noun }) => noun === null)
  return (
    <Card id="problems" title={t('imports.problems')}>
      <div class="stack">
        <Scroll name={t('imports.problems')}>
          <table class="table left lines stacked" data-table="problems">
            <thead>
              <tr>
                <th scope="col">{t('imports.row')}</th>
                {several && <th scope="col">{t('imports.sheet')}</th>}
                <th scope="col">{t('imports.column_head')}</th>
                <th scope="col" class="wide">
                  {t('imports.problem_head')}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((problem, index) => (
                <tr key={index}>
                  <th scope="row" data-label={t('imports.row')}>
                    {problem.line}
                  </th>
                  {several && (
                    <td class="nowrap" data-label={t('imports.sheet')}>
                      {problem.noun ? t(`imports.noun.${problem.noun}`) : problem.sheet}
                    </td>
                  )}
                  <td data-label={t('imports.column_head')}>
                    {problem.column ? t(`imports.column.${problem.column as 'unit'}`) : '–'}
                  </td>
                  <td class="wide">{sentence(problem)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        {total > items.length && (
          <Message kind="info" icon="alert">
            {t('imports.problems_more', { n: total - items.length })}
          </Message>
        )}
      </div>
    </Card>
  )
}
