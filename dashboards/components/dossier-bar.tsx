/** Dossiers as a bar in four parts, and what its grounds mean. The numbers stand in words beside it. */
import type { DossierCounts } from '../../server/contract/visits.ts'
import { dossierKinds } from '../dossiers.ts'
import { t } from '../i18n/index.tsx'

/** Nothing where there are no dossiers. */
export function DossierBar({ counts }: { counts: DossierCounts }) {
  if (dossierKinds.every((kind) => counts[kind] === 0)) return null
  return (
    <div class="dossiers" aria-hidden="true">
      {dossierKinds.map((kind) => (
        <span class={`dossiers-${kind}`} style={{ flexGrow: String(counts[kind]) }} key={kind} />
      ))}
    </div>
  )
}

export const DossierKey = () => (
  <ul class="key" aria-hidden="true">
    {dossierKinds.map((kind) => (
      <li key={kind}>
        <span class={`key-sign dossiers-${kind}`} />
        {t(`dossiers.${kind}`)}
      </li>
    ))}
  </ul>
)
