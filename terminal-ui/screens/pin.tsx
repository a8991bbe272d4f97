/** The service corner's PIN: six digits on a pad, or typed. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Duty } from '../components/duty.tsx'
import { Icon } from '../components/icon.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { goHome } from '../home.ts'
import { t } from '../i18n/messages.ts'
import { FREE_TRIES, isPin, PIN_LENGTH, waitAfter } from '../offline/pin.ts'
import { device, panel, screen, shown } from '../state.ts'

const GIVE_UP_MS = 60_000
/** Monotonic milliseconds at which this page last saw a wrong PIN, or began: a wait survives a new start of the page. */
let wrongAt = performance.now()

const secondsToWait = (failures: number): number =>
  Math.max(0, Math.ceil(waitAfter(failures) - (performance.now() - wrongAt) / 1000))

export function PinPanel() {
  const pin = useSignal('')
  const failures = useSignal(0)
  const wait = useSignal(0)
  const asking = useSignal(true)
  const store = device.value?.tablet.store

  useEffect(() => {
    // A store that cannot be read remembers no failures; the PIN still has to be right.
    const known = store?.meta('pin').catch(() => undefined)
    void known?.then((record) => {
      failures.value = record?.failures ?? 0
      wait.value = secondsToWait(failures.value)
      asking.value = false
      // Whoever knows the PIN may have typed it already.
      void check()
    })
    const timer = setInterval(() => {
      wait.value = secondsToWait(failures.value)
    }, 1000)
    return () => clearInterval(timer)
  }, [])
  useEffect(() => {
    const timer = setTimeout(goHome, GIVE_UP_MS)
    return () => clearTimeout(timer)
  }, [pin.value])

  const remember = (count: number) => {
    failures.value = count
    wait.value = secondsToWait(count)
    void store?.putMeta({ key: 'pin', failures: count }).catch(() => {})
  }
  const check = async () => {
    const wanted = shown()?.service_pin
    if (!wanted || asking.value || wait.value > 0 || pin.value.length < PIN_LENGTH) return
    asking.value = true
    const right = await isPin(pin.value, wanted).catch(() => false)
    asking.value = false
    pin.value = ''
    if (panel.value !== 'pin') return
    if (right) {
      remember(0)
      panel.value = 'service'
    } else {
      wrongAt = performance.now()
      remember(failures.value + 1)
    }
  }
  const add = (digit: string) => {
    if (wait.value > 0 || pin.value.length >= PIN_LENGTH) return
    pin.value += digit
    void check()
  }
  const erase = () => {
    pin.value = pin.value.slice(0, -1)
  }
  useEffect(() => {
    const typed = (event: KeyboardEvent) => {
      if (/^\d$/.test(event.key)) add(event.key)
      else if (event.key === 'Backspace') erase()
      else if (event.key === 'Escape') goHome()
    }
    addEventListener('keydown', typed)
    return () => removeEventListener('keydown', typed)
  }, [])

  const problem = () => {
    if (wait.value > 0) return t('pin_wait', { n: wait.value })
    return failures.value > 0 && t('pin_wrong', { n: Math.max(1, FREE_TRIES - failures.value) })
  }
  return (
    <main class="service" data-screen={screen.value} data-panel="pin">
      <header class="top">
        <h2>{t('service_title')}</h2>
        <button type="button" class="act" onClick={goHome}>
          <Icon name="cross" />
          {t('close')}
        </button>
      </header>
      <div class="pin">
        <ScreenTitle text={t('pin_title')} />
        <div class="dots" role="img" aria-label={`${pin.value.length} / ${PIN_LENGTH}`}>
          {Array.from({ length: PIN_LENGTH }, (_, place) => (
            <i key={place} class={place < pin.value.length ? 'on' : ''} />
          ))}
        </div>
        <div class="say" role="status">
          {problem() ? (
            <p class="err">
              <Icon name="alert" />
              {problem()}
            </p>
          ) : (
            <p>{t('pin_help')}</p>
          )}
        </div>
        <div class="digits">
          {[...'123456789'].map((digit) => (
            <button key={digit} type="button" class="act" onClick={() => add(digit)}>
              {digit}
            </button>
          ))}
          <button type="button" class="act" aria-label={t('erase')} onClick={erase}>
            <Icon name="erase" />
          </button>
          <button type="button" class="act" onClick={() => add('0')}>
            0
          </button>
          <button
            type="button"
            class="act main"
            aria-label={t('continue')}
            aria-disabled={pin.value.length < PIN_LENGTH}
            onClick={() => void check()}
          >
            <Icon name="check" />
          </button>
        </div>
      </div>
      <Duty />
    </main>
  )
}
