/** Chooses the screen. Panels lie on a screen and keep its name in `data-screen`. */
import { computed } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { AttractScreen } from './screens/attract.tsx'
import { MarksScreen } from './screens/marks.tsx'
import { PairScreen } from './screens/pair.tsx'
import { PinPanel } from './screens/pin.tsx'
import { RemarkScreen } from './screens/remark.tsx'
import { RestScreen } from './screens/rest.tsx'
import { SeriousPanel } from './screens/serious.tsx'
import { ServicePanel } from './screens/service.tsx'
import { ThanksScreen } from './screens/thanks.tsx'
import { TroubleScreen } from './screens/trouble.tsx'
import { panel, screen } from './state.ts'

/**
 * First and second screen lie on one another, both of them painted. Once a tap is on the disk, one attribute puts the
 * second on top: drawing it only then took a slow tablet a tenth of a second.
 */
const Counter = () => (
  <main class="counter" data-screen={screen}>
    <AttractScreen />
    <MarksScreen />
  </main>
)

const screens: Record<string, ComponentType> = {
  pair: PairScreen,
  counter: Counter,
  remark: RemarkScreen,
  thanks: ThanksScreen,
  rest: RestScreen,
  trouble: TroubleScreen,
  serious: SeriousPanel,
  pin: PinPanel,
  service: ServicePanel,
}

const wanted = computed(
  () => panel.value ?? (screen.value === 'attract' || screen.value === 'marks' ? 'counter' : screen.value),
)

/** Where a screen is taller than the glass (a phone), the next one must not begin in its middle. */
function Top() {
  useLayoutEffect(() => scrollTo(0, 0), [screen.value, panel.value])
  return null
}

function Shown() {
  const name = wanted.value
  const Screen = name === null ? null : screens[name]
  return Screen ? <Screen key={name} /> : null
}

export const App = () => (
  <>
    <Shown />
    <Top />
  </>
)
