/** Whether the page is as narrow as a phone; pictures then carry fewer words. */
import { signal } from '@preact/signals'

const query = matchMedia('(max-width: 640px)')
export const isNarrow = signal(query.matches)
query.addEventListener('change', () => {
  isNarrow.value = query.matches
})
