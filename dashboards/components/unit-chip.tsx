/** Narrows a page to one unit, or to all; the choice stands in the address. */
import { byName } from '../../server/contract/names.ts'
import { t } from '../i18n/index.tsx'
import { navigate, withQuery } from '../router.ts'
import { ManySelect } from './many-select.tsx'

interface UnitChipProps {
  units: readonly { unit_id: string; name: string }[]
  /** '' = none of them. */
  chosen: string
  /** The words for none of them, where that may be meant. */
  blank?: string | undefined
  label?: string
  /** The parameter of the address. */
  name?: string
  class?: string
}

export const UnitChip = ({ units, chosen, blank, label, name = 'unit', class: look = 'chip' }: UnitChipProps) => (
  <label class={look} for="unit-filter">
    <small>{label ?? t('column.unit')}</small>
    <ManySelect
      id="unit-filter"
      value={chosen}
      onPick={(unit) => navigate(withQuery({ [name]: unit || null }))}
      data-tool="unit"
      blank={blank}
      choices={byName(units).map((unit) => ({ value: unit.unit_id, label: unit.name }))}
    />
  </label>
)
