/**
 * Keeps the keyboard where it was: when what has the focus is taken from the page, or can no longer be used, the focus goes to
 * what came in its place, else to what it stood in. The browser would let it fall, and a screen reader begin again at the top.
 */

const reachable = ':is(a[href], button, input, select, textarea, summary, [tabindex]):not(:disabled, [type="hidden"])'

/** What is read as a whole: it takes the focus itself where nothing smaller is left. */
const wholes = '.card, .answer, main'

let held: HTMLElement | null = null
/** What it stands in, from within. */
let around: Element[] = []

const isElement = (node: Node): node is HTMLElement => node instanceof HTMLElement

function firstOf(node: HTMLElement): HTMLElement | undefined {
  const all = [node, ...node.querySelectorAll<HTMLElement>(reachable)]
  return all.find((one) => one.matches(reachable) && one.checkVisibility())
}

/** What came where something was taken away. */
function successor(place: Node | undefined, records: readonly MutationRecord[]): HTMLElement | undefined {
  const added = records.flatMap(({ target, addedNodes }) => (target === place ? [...addedNodes] : []))
  return added.flatMap((node) => (isElement(node) && node.isConnected ? (firstOf(node) ?? []) : []))[0]
}

/** What it stood in: the first control of the smallest part that is left, or a card as a whole. */
function remains(): HTMLElement | undefined {
  for (const node of around) {
    if (!node.isConnected || !isElement(node)) continue
    if (!node.closest('main')) return undefined
    const heir = node.matches(wholes) ? node : firstOf(node)
    if (heir) return heir
  }
  return undefined
}

function give(node: HTMLElement): void {
  const passing = !node.matches(reachable)
  if (passing) node.tabIndex = -1
  node.focus({ preventScroll: node.matches(wholes) })
  if (passing) node.addEventListener('blur', () => node.removeAttribute('tabindex'), { once: true })
}

export function startKeepingFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    held = target instanceof HTMLElement ? target : null
    around = []
    for (let node = held?.parentElement; node; node = node.parentElement) around.push(node)
  })
  // A click beside everything lets go of it.
  document.addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Node && held?.contains(target))) held = null
  })
  new MutationObserver((records) => {
    if (!held) return
    const lost = held
    const isOff = lost.matches(':disabled')
    if (!isOff && document.activeElement !== document.body) return
    const place = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(lost)))?.target
    if (!isOff && !place) return
    // Moved to another place of its list, it lost the focus on the way.
    const heir = lost.isConnected && !isOff ? lost : (successor(place, records) ?? remains())
    if (heir) give(heir)
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] })
}
