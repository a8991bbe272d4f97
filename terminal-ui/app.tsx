/** Chooses the screen. Panels lie on a screen and keep its name in `data-screen`. */
import { useLayoutEffect } from 'preact/hooks'
import { AttractScreen } from './screens/attract.tsx'
import { MarksScreen } from './screens/marks.tsx'
import { PairScreen } from './screens/pair.tsx'
import { RemarkScreen } from './screens/remark.tsx'
import { RestScreen } from './screens/rest.tsx'
import { SeriousPanel } from './screens/serious.tsx'
import { ServicePanel } from './screens/service.tsx'
import { ThanksScreen } from './screens/thanks.tsx'
import { TroubleScreen } from './screens/trouble.tsx'
import { panel, screen } from './state.ts'

const screens = {
  pair: PairScreen,
  attract: AttractScreen,
  marks: MarksScreen,
  remark: RemarkScreen,
  thanks: ThanksScreen,
  rest: RestScreen,
  trouble: TroubleScreen,
}

function Shown() {
  // Where a screen is taller than the glass (a phone), the next one must not begin in its middle.
  useLayoutEffect(() => scrollTo(0, 0), [screen.value, panel.value])
  if (screen.value === null) return null
  if (panel.value === 'serious') return <SeriousPanel />
  if (panel.value === 'service') return <ServicePanel />
  const Screen = screens[screen.value]
  return <Screen key={screen.value} />
}

export const App = () => <Shown />
