/** The letters of the pages: asked for before any text is there, and waited for a little, so that no line breaks anew while it is read. */

/** Whoever waits longer reads in the machine's own letters first (styles/fonts.css has them take nearly the same room). */
const PATIENCE_MS = 1000

/** Resolves when they are here, or late. ắ needs the second file of each weight. */
export const letters: Promise<unknown> = Promise.race([
  Promise.allSettled([400, 600].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, 'aắ'))),
  new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
])
