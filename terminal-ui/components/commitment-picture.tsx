/** The pictures of the commitments, out of one sprite: drawings are data, and kept out of the script they cost no start-up time. */
import sprite from './pictures.svg'

const drawn: ReadonlySet<string> = new Set(
  (
    'please_hello please_sorry please_thank_you please_permission always_smile always_gentle always_listen always_help ' +
    'no_arrogance no_bureaucracy no_corruption no_flattery no_abuse_of_power service_time service_guidance service_place'
  ).split(' '),
)

/** The picture of one commitment by its code; a diamond for items of other provinces' catalogues. */
export function CommitmentPicture({ commitment }: { commitment: string }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`${sprite}#${drawn.has(commitment) ? commitment : 'other'}`} />
    </svg>
  )
}

/** Fetches the sprite with the page, so that the first tiles appear with their pictures. */
export const PictureStore = () => (
  <svg class="store" aria-hidden="true">
    <use href={`${sprite}#other`} />
  </svg>
)
