/** What a list shows of all there is: searched by the server, a hundred at a time, and more when asked for. */
import { useState } from 'preact/hooks'
import { type Listed, type Searched, search } from '../../api/lists.ts'
import type { Nouns } from '../../api.ts'
import { formatCount } from '../../format.ts'
import { language, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { route } from '../../router.ts'

export interface Found {
  total: number
  ended: number
  /** Of accounts: how many wait for their first password. */
  invited?: number | undefined
  /** What was searched for; empty = everything. */
  text: string
  /** Null when everything is shown. */
  more: (() => void) | null
}

/** The list as the address narrows it; null until the first answer. */
export function useFound<N extends Searched>(noun: N, unitId: string | null) {
  const text = route.value.query.get('q')?.trim() ?? ''
  const narrowed = `${noun} ${unitId} ${text}`
  const [shown, setShown] = useState({ narrowed, pages: 1 })
  const pages = shown.narrowed === narrowed ? shown.pages : 1
  const live = useLive<Listed<Nouns[N]>>(`${narrowed} ${pages}`, (options) =>
    search(noun, { unitId, text, pages }, options),
  )
  const data = live.data.value
  const found: Found | null = data && {
    total: data.total,
    ended: data.ended,
    invited: data.invited,
    text,
    more: data.hasMore ? () => setShown({ narrowed, pages: pages + 1 }) : null,
  }
  return { items: data?.items ?? null, found, refused: live.refused.value, reload: live.reload }
}

/** Below a list of which there is more. */
export const ShowMore = ({ found, shown }: { found: Found | undefined; shown: number }) =>
  found?.more ? (
    <div class="buttons">
      <button type="button" class="button" onClick={found.more}>
        {t('list.more')}
      </button>
      <span class="muted" role="status">
        {t('list.shown', {
          shown: formatCount(shown, language.value),
          total: formatCount(found.total, language.value),
        })}
      </span>
    </div>
  ) : null
