/** A button that fetches a file: says that it is being made, can be stopped, and tells in words why it was refused. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { fetchFile } from '../../api.ts'
import { t } from '../../i18n/index.tsx'
import { noticeEnd } from '../../session.ts'
import { type Refusal, refusalOf } from '../form.tsx'

interface FileButtonProps {
  label: string
  path: string
  /** Whose file it is, spoken with the label. */
  about?: string
  /** Rarely wanted: words among buttons. */
  quiet?: boolean
}

export function FileButton({ label, path, about, quiet = false }: FileButtonProps) {
  const [trouble, setTrouble] = useState<Refusal | null>(null)
  const [busy, setBusy] = useState(false)
  const [rows, setRows] = useState<{ done: number; total: number } | null>(null)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const run = async () => {
    if (busy) {
      stop.current?.abort()
      return
    }
    const controller = new AbortController()
    stop.current = controller
    setBusy(true)
    setTrouble(null)
    try {
      const { name, content } = await fetchFile(path, controller.signal, (done, total) => setRows({ done, total }))
      saveFile(name, content)
    } catch (error) {
      // Stopped by the reader: nothing to tell.
      if (!controller.signal.aborted) {
        noticeEnd(error)
        setTrouble(refusalOf(error))
      }
    } finally {
      setBusy(false)
      setRows(null)
    }
  }
  const name = busy ? t('reports.stop', { label }) : label
  return (
    <span class="action">
      <button
        type="button"
        class={quiet ? 'link' : 'button'}
        onClick={run}
        aria-label={about ? `${name}, ${about}` : undefined}
      >
        {name}
      </button>
      <span class="hint" role="status">
        {busy ? t('reports.being_made') : ''}
      </span>
      {busy && rows && (
        <span class="hint made-so-far">
          <progress class="bar-of" max={rows.total} value={rows.done} aria-label={label} />
          <span aria-hidden="true">{t('reports.rows_so_far', rows)}</span>
        </span>
      )}
      {trouble && (
        <span class="trouble" role="alert">
          {trouble.text}
        </span>
      )}
    </span>
  )
}

/** Hands the file to the browser as a download. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
