/** The file of an import: chosen, dropped, or tried again. It stays chosen while somebody logs in again. */
import { signal } from '@preact/signals'
import { useEffect, useRef, useState } from 'preact/hooks'
import { MAX_IMPORT_BYTES } from '../../../server/contract/import-nouns.ts'
import type { Import, ImportFlaw } from '../../../server/contract/imports.ts'
import { cut } from '../../../server/contract/text.ts'
import { createImport } from '../../api/imports.ts'
import { ApiError } from '../../api.ts'
import { language, t } from '../../i18n/index.tsx'
import { noticeEnd } from '../../session.ts'
import { isNarrow } from '../../viewport.ts'
import { type Refusal, refusalOf, refuse } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Card } from '../page.tsx'
import { Message } from '../states.tsx'

/** Outlives the page's parts, so that a refused or interrupted file need not be looked for again. */
export const chosenFile = signal<File | null>(null)

/** The bytes as base64, as the call takes them. */
function readFile(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

function flawOf(error: unknown): Refusal {
  const details = error instanceof ApiError && error.code === 'import_refused' ? error.details : null
  if (typeof details !== 'object' || details === null) return refusalOf(error)
  const { flaw, ...more } = details as { flaw: ImportFlaw } & Record<string, string | number>
  return refuse(null, () => t(`imports.flaw.${flaw}`, more))
}

export function ChooseFile({ onShown }: { onShown: (made: Import) => void }) {
  const [busy, setBusy] = useState(false)
  const [over, setOver] = useState(false)
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const file = chosenFile.value

  async function check(chosen: File): Promise<void> {
    stop.current?.abort()
    const controller = new AbortController()
    stop.current = controller
    chosenFile.value = chosen
    setTrouble(null)
    if (chosen.size > MAX_IMPORT_BYTES) {
      setTrouble(refuse(null, () => t('imports.flaw.too_large')))
      return
    }
    setBusy(true)
    try {
      const content = await readFile(chosen)
      const made = await createImport(cut(chosen.name, 200), content, language.value, controller.signal)
      if (!controller.signal.aborted) onShown(made)
    } catch (error) {
      if (controller.signal.aborted) return
      // Changed on the disk, or on a stick that was pulled out, since it was chosen.
      if (error instanceof DOMException) setTrouble(refuse(null, () => t('imports.file_gone')))
      else if (!noticeEnd(error)) setTrouble(flawOf(error))
      else setTrouble(refuse(null, () => t('imports.logged_out')))
    } finally {
      if (stop.current === controller) setBusy(false)
    }
  }
  const take = (files: FileList | null | undefined) => {
    const [first] = files ?? []
    if (first) void check(first)
  }
  return (
    <Card id="choose" title={t('imports.choose')} about={t('imports.choose_about')} span={7}>
      <div class="stack">
        <label
          class={over ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault()
            setOver(false)
            take(event.dataTransfer?.files)
          }}
        >
          <Icon name="doc" />
          <b>{t(isNarrow.value ? 'imports.drop_phone' : 'imports.drop')}</b>
          <span>{t('imports.drop_hint')}</span>
          <input
            type="file"
            accept=".csv,.xlsx,.txt,.tsv"
            onChange={(event) => {
              take(event.currentTarget.files)
              // Choosing the same file once more must be a change as well.
              event.currentTarget.value = ''
            }}
          />
        </label>
        <div role="status">
          {busy && file && (
            <p class="reading">
              <span class="spinner" aria-hidden="true" />
              <span>{t('imports.reading', { name: file.name })}</span>
              <button
                type="button"
                class="button"
                onClick={() => {
                  stop.current?.abort()
                  setBusy(false)
                }}
              >
                {t('imports.stop')}
              </button>
            </p>
          )}
        </div>
        {file && !busy && !trouble && (
          <p>
            {file.name}{' '}
            <button type="button" class="link" onClick={() => void check(file)}>
              {t('imports.try_again')}
            </button>
          </p>
        )}
        {trouble && file && (
          <Message kind="bad" icon="alert">
            <p>
              <b>{file.name}</b>: {trouble.text}
            </p>
            <p>
              <button type="button" class="link" onClick={() => void check(file)}>
                {t('imports.try_again')}
              </button>
            </p>
          </Message>
        )}
        <ol class="how">
          <li>{t('imports.how_template')}</li>
          <li>{t('imports.how_fill')}</li>
          <li>{t('imports.how_look')}</li>
        </ol>
      </div>
    </Card>
  )
}
