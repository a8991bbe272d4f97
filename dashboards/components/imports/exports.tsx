/** Templates to fill in, and the organisation as files: chosen by noun and unit, fetched at a touch. */
import { useState } from 'preact/hooks'
import { type ImportNoun, importNouns, tableFormats } from '../../../server/contract/import-nouns.ts'
import { byName } from '../../../server/contract/names.ts'
import { exportPath, templatePath } from '../../api/imports.ts'
import { hasRole, list } from '../../api.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { session } from '../../session.ts'
import { ManySelect } from '../many-select.tsx'
import { Card } from '../page.tsx'
import { FileButton } from '../reports/file-button.tsx'

export function Exports() {
  const now = session.value
  const province = now ? hasRole(now, 'administrator', 'commission') : false
  const keeps = now ? hasRole(now, 'administrator', 'unit_leader', 'unit_clerk') : false
  const administers = now ? hasRole(now, 'administrator') : false
  const own = importNouns.filter((noun) => administers || (noun !== 'units' && noun !== 'accounts'))
  const first = own[0] ?? 'counters'
  const [noun, setNoun] = useState<ImportNoun>(first)
  const [filled, setFilled] = useState<ImportNoun>(first)
  const [unitId, setUnitId] = useState('')
  const units = useLive('units', (options) => list('units', options), { follow: false })
  const several = province || (units.data.value?.length ?? 0) > 1
  return (
    <div class="span-5 side">
      {keeps && (
        <Card id="templates" title={t('imports.templates')} about={t('imports.templates_about')}>
          <div class="stack">
            <div class="files">
              <FileButton label={t('imports.template_all')} path={templatePath(null, 'xlsx', language.value)} />
            </div>
            <NounField id="template-noun" nouns={own} value={filled} onPick={setFilled} />
            <div class="files">
              <FileButton
                label={t('imports.template_csv', { noun: t(`imports.noun.${filled}`) })}
                path={templatePath(filled, 'csv', language.value)}
              />
            </div>
          </div>
        </Card>
      )}
      <Card id="exports" title={t('imports.exports')} about={t('imports.exports_about')}>
        <div class="stack">
          <NounField id="export-noun" nouns={own} value={noun} onPick={setNoun} />
          {several && noun !== 'units' && (
            <div class="field">
              <label for="export-unit">{t('column.unit')}</label>
              <ManySelect
                id="export-unit"
                class="input"
                value={unitId}
                onPick={setUnitId}
                blank={t('admin.all_units')}
                choices={byName(units.data.value ?? []).map((unit) => ({ value: unit.unit_id, label: unit.name }))}
              />
            </div>
          )}
          <div class="files">
            {tableFormats.map((format) => (
              <FileButton
                key={format}
                label={t(`imports.export_${format}`)}
                about={t(`imports.noun.${noun}`)}
                path={exportPath(noun, format, language.value, noun === 'units' ? '' : unitId)}
              />
            ))}
          </div>
        </div>
      </Card>
    </div>
  )
}

interface NounFieldProps {
  id: string
  nouns: readonly ImportNoun[]
  value: ImportNoun
  onPick: (noun: ImportNoun) => void
}

const NounField = ({ id, nouns, value, onPick }: NounFieldProps) => (
  <div class="field">
    <label for={id}>{t('imports.what')}</label>
    <select id={id} class="input" value={value} onChange={(event) => onPick(event.currentTarget.value as ImportNoun)}>
      {nouns.map((one) => (
        <option value={one} key={one}>
          {t(`imports.noun.${one}`)}
        </option>
      ))}
    </select>
  </div>
)
