/** The few signs of the interface, out of the page's drawings. */

export type IconName =
  | 'check'
  | 'cross'
  | 'back'
  | 'next'
  | 'pen'
  | 'phone'
  | 'alert'
  | 'slip'
  | 'undo'
  | 'erase'
  | 'unlink'
  | 'person'
  | 'speak'
  | 'pause'

/** A sign beside words; it says nothing on its own to a screen reader. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" aria-hidden="true">
    <use href={`#${name}`} />
  </svg>
)
