/** The words on the tablet. A key missing in one language, or one too many, does not compile. */
import { computed, signal } from '@preact/signals'

type Vietnamese = typeof import('./vi.json')
type English = typeof import('./en.json')
export type Messages = Record<keyof Vietnamese, string>
export type MessageKey = keyof Messages

type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : never
const complete: Same<Vietnamese, English> = true

/** The languages the tablet has words for. */
export type Language = 'vi' | 'en'

/** The build wrote `vi.json` and `en.json` into the page, beside the script. */
const dictionaries = JSON.parse(document.getElementById('words')?.textContent ?? '') as Record<Language, Messages>

export const isLanguage = (code: string): code is Language => complete && Object.hasOwn(dictionaries, code)

/** The language that was chosen: it may be one that the tablet can speak and has no words for. */
export const chosen = signal('vi')
/** The language of the words on the screen: the chosen one, or Vietnamese. */
export const language = computed<Language>(() => (isLanguage(chosen.value) ? chosen.value : 'vi'))
const messages = computed<Messages>(() => dictionaries[language.value])

/** The message `key` in the language on the screen, with `{name}` replaced from `values`; numbers are written as it writes them. */
export function t(key: MessageKey, values: Record<string, string | number> = {}): string {
  return messages.value[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name] ?? whole
    return typeof value === 'string' ? value : value.toLocaleString(language.value)
  })
}

/** The text of a field that is given by language; Vietnamese where the present language is missing. */
export const inLanguage = (texts: Record<string, string>): string => texts[language.value] ?? texts.vi ?? ''
