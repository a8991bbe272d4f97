/** The button that opens the form for a matter, which is fetched when it is asked for. */
import type { ComponentType } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { fetchPart } from '../fetch-part.ts'

type Form = ComponentType<{ unitId: string; taken?: (() => Promise<void>) | undefined; end: () => void }>

export function TakeUp({ unitId, taken }: { unitId: string; taken?: () => Promise<void> }) {
  const [form, setForm] = useState<{ show: Form } | null>(null)
  const open = async () => setForm({ show: (await fetchPart(import('./matter-form.tsx'))).default })
  return (
    <div class="take-up" data-open={form !== null}>
      {form ? (
        <form.show unitId={unitId} taken={taken} end={() => setForm(null)} />
      ) : (
        <ActionButton label={t('matters.take_up')} act={open} />
      )}
    </div>
  )
}
