/** Bringing a file in: choose it, see what it would change, write it as a whole; and taking the organisation out as files. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Import } from '../../server/contract/imports.ts'
import { getImport } from '../api/imports.ts'
import { ApiError, hasRole, isGone } from '../api.ts'
import { ChooseFile, chosenFile } from '../components/imports/choose-file.tsx'
import { Exports } from '../components/imports/exports.tsx'
import { Outcome } from '../components/imports/outcome.tsx'
import { Shown } from '../components/imports/shown.tsx'
import { Page } from '../components/page.tsx'
import { Refused, Skeleton } from '../components/states.tsx'
import { t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { navigate, route, withQuery } from '../router.ts'
import { noticeEnd, session } from '../session.ts'

/** The import on the page: its number stands in the address, so that a reload or a log-in in between finds it again. */
const current = signal<Import | null>(null)
const failed = signal<ApiError | null>(null)

/** While it writes, its progress is asked for this often. */
const EVERY_MS = 700

async function load(importId: string): Promise<void> {
  try {
    current.value = await getImport(importId, { background: current.value?.state === 'applying' })
    failed.value = null
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // A server that is gone for a moment goes on writing, or leaves everything as it was: it is asked again.
    if (!noticeEnd(error) && !isGone(error)) failed.value = error
  }
}

export default function Imports() {
  const now = session.value
  const asked = route.value.query.get('id')
  const shown = current.value?.import_id === asked ? current.value : null
  const writing = shown?.state === 'applying'
  // Asked until it is answered: the server may be gone, or the session over, just then.
  const { refused } = useLive(
    `import ${asked}`,
    async (options) => {
      if (asked && current.peek()?.import_id !== asked) current.value = await getImport(asked, options)
      return asked
    },
    { follow: false },
  )
  useEffect(() => {
    failed.value = null
  }, [asked])
  useEffect(() => {
    if (!asked || !writing) return
    const timer = setInterval(() => void load(asked), EVERY_MS)
    return () => clearInterval(timer)
  }, [asked, writing])
  if (!now) return null
  const error = refused.value ?? failed.value
  const show = (made: Import) => {
    current.value = made
    navigate(withQuery({ id: made.import_id }))
  }
  const again = () => {
    current.value = null
    navigate(withQuery({ id: null }))
  }
  if (asked && !shown) {
    return (
      <Page name="imports" title={t('imports.title')}>
        {error ? <Refused error={error} /> : <Skeleton />}
      </Page>
    )
  }
  return (
    <Page name="imports" title={t('imports.title')}>
      {shown === null ? (
        <>
          <section class="answer" id="top">
            <h1>{t('imports.headline')}</h1>
            <p>{t(hasRole(now, 'administrator') ? 'imports.about' : 'imports.about_unit')}</p>
          </section>
          <div class="grid loose">
            {hasRole(now, 'administrator', 'unit_leader', 'unit_clerk') && <ChooseFile onShown={show} />}
            <Exports />
          </div>
        </>
      ) : shown.state === 'checked' ? (
        <Shown
          made={shown}
          onChange={(made) => {
            current.value = made
          }}
          onAgain={again}
          key={shown.import_id}
        />
      ) : (
        <Outcome
          made={shown}
          mayInvite={hasRole(now, 'administrator')}
          hasFile={chosenFile.value !== null}
          onReload={() => load(shown.import_id)}
          onAgain={again}
        />
      )}
    </Page>
  )
}
