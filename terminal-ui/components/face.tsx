/** The five faces, out of the page's drawings: told apart by mouth, eyes, the marks outside the head and the word, never by colour. */
import type { Level } from '../offline/queue-policy.ts'

/** Level 5 first: the order of official forms, one order everywhere. */
export const LEVELS: readonly Level[] = [5, 4, 3, 2, 1]

/** The drawing of one level. The words beside it are its name. */
export const Face = ({ level }: { level: Level }) => (
  <svg class="face" aria-hidden="true">
    <use href={`#face-${level}`} />
  </svg>
)
