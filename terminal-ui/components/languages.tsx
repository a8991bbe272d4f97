/** Touch and hear: each button chooses its language and says its own name. */
import { chosen, isLanguage, t } from '../i18n/messages.ts'
import { canSpeak, offeredLanguages, playing, say } from '../voice.ts'
import { Icon } from './icon.tsx'

/** One button per language, or nothing to say aloud where the tablet cannot (`quiet`). */
export function LanguageButtons({ look, quiet = false }: { look: string; quiet?: boolean }) {
  return (
    <>
      {offeredLanguages().map(({ language, name }) => (
        <button
          key={language}
          type="button"
          class={look}
          // The name of a language without words of its own is written in Vietnamese.
          lang={isLanguage(language) ? language : 'vi'}
          data-language={language}
          aria-pressed={chosen.value === language}
          data-playing={playing.value === `${language}/language`}
          onClick={() => {
            chosen.value = language
            if (!quiet) void say('language')
          }}
        >
          {!quiet && canSpeak(language) && <Icon name="speak" />}
          {name}
        </button>
      ))}
    </>
  )
}

export function Languages() {
  if (offeredLanguages().length < 2) return null
  return (
    <fieldset class="langs">
      <legend class="sr">{t('language')}</legend>
      <LanguageButtons look="lang" />
    </fieldset>
  )
}
