/** What the tablet cannot do, and what to do instead. No alarm colour, and never "tell the counter". */
import { Duty } from '../components/duty.tsx'
import { Hear } from '../components/hear.tsx'
import { Icon, type IconName } from '../components/icon.tsx'
import { Place } from '../components/place.tsx'
import { t } from '../i18n/messages.ts'
import { trouble } from '../state.ts'

function Seal({ name }: { name: IconName }) {
  return (
    <div class="seal pale">
      <Icon name={name} />
    </div>
  )
}

function Insecure() {
  return (
    <>
      <Seal name="unlink" />
      <h1>{t('insecure_title')}</h1>
      <ol class="steps">
        <li>{t('insecure_1')}</li>
        <li>{t('insecure_2')}</li>
        <li>{t('insecure_3')}</li>
      </ol>
      <code>{location.origin + location.pathname}</code>
    </>
  )
}

/** What is wrong, and the second of its sentences: what to do now. */
const sentences = () => t(trouble.value === 'full' ? 'full' : 'not_saved').split(/\. ?/)

/** A write that failed, or (`full`) before anything is lost: nobody is asked for an answer that could not be kept. */
function PaperSlip() {
  const [title = '', ...rest] = sentences()
  return (
    <>
      <Seal name="slip" />
      <h1>{title}</h1>
      {rest.map((sentence) => sentence && <p key={sentence}>{sentence}.</p>)}
    </>
  )
}

function SecondTab() {
  return (
    <>
      <Seal name="alert" />
      <h1>{t('second_tab_title')}</h1>
      <p>{t('second_tab_body')}</p>
    </>
  )
}

const contents = { insecure: Insecure, second_tab: SecondTab, not_saved: PaperSlip, full: PaperSlip }

export function TroubleScreen() {
  const Content = contents[trouble.value]
  return (
    <main class="plain trouble" data-screen="trouble">
      <header class="top">
        <Place />
        {Content === PaperSlip && <Hear clip="paper_slip" says={sentences()[1] ?? ''} />}
      </header>
      <div class="centre" role="alert">
        <Content />
      </div>
      <Duty />
    </main>
  )
}
