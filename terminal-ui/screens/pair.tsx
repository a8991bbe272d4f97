/** Pairing: eight signs on a pad of thirty-two, or typed on a keyboard, or pasted. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { keepInTouch, loadConfig } from '../background.ts'
import { Icon } from '../components/icon.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { goHome } from '../home.ts'
import { type MessageKey, t } from '../i18n/messages.ts'
import { CODE_LENGTH, CODE_SIGNS, codeSigns, type PairingResult, pair, takeLinkedCode } from '../offline/pairing.ts'
import { device, showTrouble } from '../state.ts'

const GIVE_UP_MS = 120_000

const problems: Record<Exclude<PairingResult, 'paired'>, MessageKey> = {
  refused: 'pair_refused',
  busy: 'pair_busy',
  unreachable: 'pair_unreachable',
}

/** A code as people read it aloud: two groups of four. */
function CodeBoxes({ code }: { code: string }) {
  return (
    <div class="code" role="img" aria-label={`${t('pair_title')}: ${[...code].join(' ')}`}>
      {Array.from({ length: CODE_LENGTH }, (_, i) => (
        <b key={i} class={i === code.length ? 'at' : ''}>
          {code[i]}
        </b>
      ))}
    </div>
  )
}

export function PairScreen() {
  // Signals, because a key may follow before the screen was drawn again.
  const code = useSignal('')
  const problem = useSignal<MessageKey | null>(null)
  const asking = useSignal(false)
  const opened = device.value
  const tablet = opened?.tablet
  const paired = Boolean(tablet?.pairing.value)
  const loading = paired && !tablet?.config.value
  const ready = code.value.length === CODE_LENGTH && !asking.value && !loading

  const add = (text: string) => {
    problem.value = null
    code.value = (code.value + codeSigns(text)).slice(0, CODE_LENGTH)
  }
  const erase = () => {
    code.value = code.value.slice(0, -1)
  }
  const send = async () => {
    if (!opened || asking.value || code.value.length < CODE_LENGTH) return
    asking.value = true
    const result = await pair(opened.tablet, code.value).catch(() => null)
    asking.value = false
    // The code is spent, and the token it gave could not be written down.
    if (result === null) return showTrouble('not_saved')
    if (result === 'paired' || result === 'refused') code.value = ''
    if (result !== 'paired') problem.value = problems[result]
    else {
      await loadConfig(opened)
      await keepInTouch(opened)
    }
  }

  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Backspace') erase()
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) void send()
      else if (event.key.length === 1) add(event.key)
    }
    const pasted = (event: ClipboardEvent) => add(event.clipboardData?.getData('text') ?? '')
    addEventListener('keydown', typed)
    addEventListener('paste', pasted)
    return () => {
      removeEventListener('keydown', typed)
      removeEventListener('paste', pasted)
    }
  }, [opened])
  useEffect(() => {
    const follow = () => {
      const linked = takeLinkedCode()
      if (linked === null) return
      code.value = linked
      void send()
    }
    follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [opened])
  // Someone who opened this from the service corner and walked away must not keep the counter without its question.
  useEffect(() => {
    const timer = setTimeout(() => tablet?.config.value && goHome(), GIVE_UP_MS)
    return () => clearTimeout(timer)
  }, [code.value])

  return (
    <main class="plain" data-screen="pair">
      <div class="pair">
        <ScreenTitle text={t('pair_title')} />
        <CodeBoxes code={code.value} />
        <div class="say" role="status">
          {problem.value ? (
            <p class="err">
              <Icon name="alert" />
              {t(problem.value)}
            </p>
          ) : (
            <p>{t(loading ? 'pair_loading' : 'pair_help')}</p>
          )}
        </div>
        <div class="pad">
          {[...CODE_SIGNS].map((sign) => (
            <button key={sign} type="button" class="act" onClick={() => add(sign)}>
              {sign}
            </button>
          ))}
        </div>
        <div class="go">
          {paired && !loading && (
            <button type="button" class="act" onClick={goHome}>
              <Icon name="back" />
              {t('back')}
            </button>
          )}
          <button type="button" class="act" onClick={erase}>
            <Icon name="erase" />
            {t('erase')}
          </button>
          <button type="button" class="act main" aria-disabled={!ready} onClick={() => void send()}>
            {t('pair_go')}
          </button>
        </div>
      </div>
    </main>
  )
}
