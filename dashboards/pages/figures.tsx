/** What each figure is, how it is read and when it is not shown: docs/figures.md as a page, in the reader's language. */
import { h } from 'preact'
import { useEffect } from 'preact/hooks'
import text from '../../docs/figures.md?raw'
import { Card, Page } from '../components/page.tsx'
import { type Block, type Explanation, type Run, readExplanations } from '../figure-text.ts'
import { language, t } from '../i18n/index.tsx'

export default function Figures() {
  const found = readExplanations(text, language.value)
  useEffect(() => {
    const wanted = location.hash.slice(1)
    if (wanted) document.getElementById(wanted)?.scrollIntoView()
  }, [])
  return (
    <Page
      name="figures"
      title={t('figures.title')}
      sections={found.map(({ id, title }) => ({ id, name: title }))}
      narrow
    >
      <section class="answer">
        <h1>{t('figures.title')}</h1>
        <p>{t('figures.about')}</p>
        <ul class="name-list">
          {found.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </section>
      {found.map((one) => (
        <Told one={one} key={one.id} />
      ))}
    </Page>
  )
}

const Told = ({ one }: { one: Explanation }) => (
  <Card id={one.id} title={one.title}>
    <div class="explanation">
      {one.blocks.map((block) =>
        block.kind === 'words' ? <p>{words(block.runs)}</p> : <Rows rows={block.rows} name={one.title} />,
      )}
    </div>
  </Card>
)

const Rows = ({ rows: [head = [], ...rows], name }: { rows: (Block & { kind: 'table' })['rows']; name: string }) => (
  <table class="table left" aria-label={name}>
    <thead>
      <tr>
        {head.map((cell) => (
          <th scope="col">{words(cell)}</th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr>{row.map((cell, place) => (place === 0 ? <th scope="row">{words(cell)}</th> : <td>{words(cell)}</td>))}</tr>
      ))}
    </tbody>
  </table>
)

const words = (runs: readonly Run[]) => runs.map(({ text, kind }) => (kind === 'plain' ? text : h(kind, null, text)))
