/** A role and where it is held, as fields of a form. */
import { useState } from 'preact/hooks'
import { type Role, roles } from '../../../server/contract/accounts.ts'
import { byGivenName } from '../../../server/contract/names.ts'
import { list, type Nouns } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import type { Refusal, Values } from '../form.tsx'
import { SelectField } from '../select-field.tsx'
import { type UnitNames, unitChoices } from './sections.tsx'

/** The widest roles last: most accounts are made for a ward. */
const offered: Role[] = ['unit_leader', 'unit_clerk', 'officer', 'commission', 'inspector', 'administrator']

interface GrantFieldsProps {
  units: UnitNames
  refusal: Refusal | null
}

/** Of so few units the officers may be chosen without a unit. */
const FEW_UNITS = 20

/** Role, and where: a unit for leaders and clerks, an officer for officers, a unit or the province for the commission. */
export function GrantFields({ units, refusal }: GrantFieldsProps) {
  const [role, setRole] = useState<Role>('unit_leader')
  const [unitId, setUnitId] = useState('')
  const isProvince = role === 'administrator' || role === 'inspector'
  return (
    <>
      <SelectField
        name="role"
        label={t('accounts.role')}
        refusal={refusal}
        required
        choices={offered.map((one) => ({ value: one, label: t(`role.${one}`) }))}
        onPick={(value) => setRole(roles.find((one) => one === value) ?? 'unit_leader')}
      />
      {!isProvince && (
        <SelectField
          name="unit_id"
          label={t('column.unit')}
          refusal={refusal}
          required={role !== 'commission'}
          blank={t(role === 'commission' ? 'accounts.province' : 'form.choose')}
          choices={unitChoices(units)}
          onPick={setUnitId}
        />
      )}
      {role === 'officer' && (
        <OfficerField unitId={unitId || null} asks={unitId !== '' || units.size <= FEW_UNITS} {...{ refusal }} />
      )}
    </>
  )
}

function OfficerField(props: { unitId: string | null; asks: boolean; refusal: Refusal | null }) {
  const { unitId, asks, refusal } = props
  const officers = useLive(
    `officers ${asks} ${unitId}`,
    async (options) => (asks ? list('officers', options, unitId) : none),
    { follow: false },
  )
  const people = byGivenName((officers.data.value ?? none).filter(({ active }) => active))
  return (
    <SelectField
      name="officer_id"
      label={t('accounts.officer')}
      {...(asks ? {} : { hint: t('accounts.unit_first') })}
      refusal={refusal}
      required
      blank={t('form.choose')}
      choices={people.map((one) => ({ value: one.officer_id, label: one.name }))}
    />
  )
}
const none: Nouns['officers'][] = []

export const grantOf = ({ role, unit_id, officer_id }: Values) => ({
  role: role as Role,
  ...(unit_id ? { unit_id } : {}),
  ...(officer_id ? { officer_id } : {}),
})
