/** A total in its three parts: received = counted + set aside. */

/** Ratings received; null where either part may not be shown, because the other would then give it away. */
export const receivedOf = ({ n, set_aside }: { n: number | null; set_aside: number | null }): number | null =>
  n === null || set_aside === null ? null : n + set_aside
