/** An address that asks for what there is not: what is wrong, and one step to the page without it. */
import type { Wrong } from '../filters.ts'
import { t } from '../i18n/index.tsx'
import { withQuery } from '../router.ts'
import { Void } from './states.tsx'

export const BadAddress = ({ wrong }: { wrong: readonly Wrong[] }) => (
  <Void
    whole
    icon="alert"
    title={t('error.invalid_query')}
    actions={
      <a
        class="button main"
        href={withQuery(Object.fromEntries(wrong.flatMap(({ names }) => names.map((name) => [name, null]))))}
      >
        {t('address.mend')}
      </a>
    }
  >
    {wrong.map(({ text }) => text).join(' ')}
  </Void>
)
