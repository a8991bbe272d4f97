/** The pictures of the commitments, out of the page's drawings. */

/** The picture of one commitment by its code; a diamond for items of other provinces' catalogues. */
export function CommitmentPicture({ commitment }: { commitment: string }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#${document.getElementById(commitment) ? commitment : 'other'}`} />
    </svg>
  )
}
