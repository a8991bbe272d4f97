/** The words on the pages: one typed dictionary per language. A missing message, or error code, does not compile. */
import { effect, signal } from '@preact/signals'
import type { ComponentChild } from 'preact'
import type { ErrorCode } from '../../server/contract/errors.ts'
import { formatCount, type Language } from '../format.ts'

type Vietnamese = typeof import('./vi.json')
export type MessageKey = keyof Vietnamese
type Messages = Record<MessageKey, string>

/** The build wrote `vi.json` into the page, beside the script: words are data, and no page comes up without them. */
const vi = JSON.parse(document.getElementById('words')?.textContent ?? '') as Messages

export const language = signal<Language>('vi')
const messages = signal<Messages>(vi)

/** English is its own file, fetched only by those who read it. */
const loaders: Record<Language, () => Promise<Messages>> = {
  vi: async () => vi,
  en: async () => (await import('./en.json')).default satisfies Messages,
}

/** Switches the pages to a language once its words are there. */
export async function loadMessages(next: Language): Promise<void> {
  const words = await loaders[next]()
  messages.value = words
  language.value = next
}

/** Screen readers choose their voice by it. */
export function startLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value
  })
}

type Parameters = Record<string, string | number>

/** `{name}` = the parameter; `{name|one|many}` = the word that fits its number (English needs it, Vietnamese does not). */
const holes = /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g

function fill(match: RegExpMatchArray, parameters: Record<string, unknown>): unknown {
  const [, name = '', one, many] = match
  const value = parameters[name]
  if (one !== undefined) return value === 1 ? one : many
  return typeof value === 'number' ? formatCount(value, language.value) : value
}

/** A message in the reader's language; numbers are written in that language's way. */
export function t(key: MessageKey, parameters: Parameters = {}): string {
  return messages.value[key].replace(holes, (...match) => String(fill(match as RegExpMatchArray, parameters) ?? ''))
}

/** Whether there are words for a key that was put together. */
export const isMessage = (key: string): key is MessageKey => Object.hasOwn(vi, key)

/** `Quầy 1` does not end a line before its number. */
const unbroken = (value: unknown) => (typeof value === 'string' ? value.replace(/ (?=\d+$)/, '\u00a0') : value)

/** The same as nodes: parameters may be elements, and `**words**` are strong. */
export function rich(key: MessageKey, parameters: Record<string, ComponentChild> = {}): ComponentChild[] {
  return messages.value[key].split('**').map((piece, index) => {
    const nodes: ComponentChild[] = []
    let end = 0
    for (const match of piece.matchAll(holes)) {
      nodes.push(piece.slice(end, match.index), unbroken(fill(match, parameters)) as ComponentChild)
      end = match.index + match[0].length
    }
    nodes.push(piece.slice(end))
    return index % 2 === 1 ? <b>{nodes}</b> : nodes
  })
}

/** The message of an error code; `unreachable` is the pages' own code for a server that does not answer. */
export const errorText = (code: ErrorCode | 'unreachable'): string => {
  const key: MessageKey = `error.${code}`
  return t(key)
}
