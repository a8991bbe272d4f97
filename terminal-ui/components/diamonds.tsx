/** Thirteen gold diamonds, 4 · 4 · 5: the only ornament of the house. */

/** `count` diamonds in a row. */
export const Diamonds = ({ count }: { count: number }) => (
  <svg
    class="diamonds"
    aria-hidden="true"
    viewBox={`0 0 ${count * 24 - 8} 16`}
    width={count * 24 - 8}
    height="16"
    fill="currentColor"
  >
    {Array.from({ length: count }, (_, i) => (
      <path key={i} d={`M${i * 24 + 8} 1 l7 7 -7 7 -7 -7 Z`} />
    ))}
  </svg>
)

/** All thirteen in their three groups. */
export const DiamondBand = () => (
  <div class="band" aria-hidden="true">
    <Diamonds count={4} />
    <Diamonds count={4} />
    <Diamonds count={5} />
  </div>
)
