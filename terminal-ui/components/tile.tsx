/** A tile: a commitment to name or to leave. The same neutral tick whatever it says. */
import { CommitmentPicture } from './commitment-picture.tsx'
import { Icon } from './icon.tsx'

interface TileProps {
  commitment: string
  label: string
  chosen: boolean
  onTouch: () => void
}

export function Tile({ commitment, label, chosen, onTouch }: TileProps) {
  return (
    <button
      type="button"
      class="tile"
      aria-pressed={chosen}
      onClick={(event) => {
        // The second tap of a double tap on a face would land on a tile that nobody meant.
        if (event.detail < 2) onTouch()
      }}
    >
      <CommitmentPicture commitment={commitment} />
      <span>{label}</span>
      {chosen && (
        <i class="chosen">
          <Icon name="check" />
        </i>
      )}
    </button>
  )
}
