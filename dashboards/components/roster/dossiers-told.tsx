/** Dossiers told of a unit, line by line: by month and day, and by group of procedures where a file told them apart. */
import type { Dossiers } from '../../../server/contract/visits.ts'
import { type DossierLine, dossierKinds, dossiersByGroup, dossiersByTime } from '../../dossiers.ts'
import { formatCount, formatDate, formatMonth } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { Scroll } from '../page.tsx'

const timeName = (time: string) =>
  time.length > 7
    ? formatDate(time, language.value)
    : t('dossiers.whole_month', { month: formatMonth(time, language.value) })
export function DossiersTold({ told }: { told: readonly Dossiers[] }) {
  if (told.length === 0) return null
  const groups = dossiersByGroup(told)
  return (
    <details data-dossiers>
      <summary>{t('dossiers.told')}</summary>
      <Lines
        name={t('dossiers.by_time')}
        head={t('dossiers.time')}
        lines={dossiersByTime(told).map((line) => ({ ...line, of: timeName(line.of) }))}
      />
      {groups.length > 0 && <Lines name={t('dossiers.by_group')} head={t('dossiers.group')} lines={groups} />}
    </details>
  )
}

const Lines = ({ name, head, lines }: { name: string; head: string; lines: readonly DossierLine[] }) => (
  <Scroll name={name}>
    <table class="table tight">
      <thead>
        <tr>
          <th scope="col">{head}</th>
          {dossierKinds.map((kind) => (
            <th scope="col" key={kind}>
              {t(`dossiers.${kind}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.of} data-told={line.of}>
            <th scope="row">{line.of}</th>
            {dossierKinds.map((kind) => (
              <td key={kind}>{formatCount(line[kind], language.value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
)
