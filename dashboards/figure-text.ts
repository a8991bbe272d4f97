/** Reads docs/figures.md: what each figure is and how it is read, in one of its two languages. Pure. */
import type { Language } from './format.ts'

/** Words with their emphasis. */
export interface Run {
  text: string
  kind: 'plain' | 'strong' | 'em' | 'code'
}
export type Block = { kind: 'words'; runs: Run[] } | { kind: 'table'; rows: Run[][][] }
export interface Explanation {
  /** By the English heading, whatever the language: links to it stay good. */
  id: string
  title: string
  blocks: Block[]
}

export const idOf = (english: string): string =>
  english
    .toLowerCase()
    .replace(/[^a-z]+/g, '-')
    .replace(/^-|-$/g, '')

/** The list of contents, and what stands under a third heading (how the tables of the simulation are made), are left to the document. */
export function readExplanations(text: string, language: Language): Explanation[] {
  const told = text.replaceAll(/<!--.*?-->/g, '')
  return told
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...body] = section.split('\n### ', 1).join('').split('\n')
      const [vietnamese = '', english = ''] = heading.split(' · ')
      const blocks = body
        .join('\n')
        .split(/\n(?:\s*|>\s*)\n/)
        .map((block) => block.trim())
        .filter((block) => block !== '' && block.startsWith('>') === (language === 'en'))
        .map((block) => blockOf(block.replaceAll(/^> ?/gm, '')))
      return { id: idOf(english), title: language === 'en' ? english : vietnamese, blocks }
    })
}

function blockOf(block: string): Block {
  if (!block.startsWith('|')) return { kind: 'words', runs: runsOf(block) }
  const rows = block.split('\n').filter((row) => !/^\|[-| ]+\|$/.test(row))
  return {
    kind: 'table',
    rows: rows.map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => runsOf(cell.trim())),
    ),
  }
}

/** Where a link was. */
const LINK = '\uE000'
const kinds = { '**': 'strong', '*': 'em', '`': 'code' } as const

/** Links stand as their words; remarks in brackets that only lead on, or name fields for whoever reads the API, not at all. */
function runsOf(text: string): Run[] {
  const plain = text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, `$1${LINK}`)
    .replaceAll(new RegExp(`\\s*\\([^()]*[\`${LINK}][^()]*\\)`, 'g'), '')
    .replaceAll(LINK, '')
    .replace(/^\*\*English\.\*\*\s*/, '')
    .replaceAll(/\s+/g, ' ')
    // As everywhere on the pages: 91,7%; ’; a level does not end a line before its number.
    .replaceAll(/(\d) %/g, '$1%')
    .replaceAll("'", '’')
    .replaceAll(/(mức|levels?) (?=\d)/gi, '$1\u00a0')
  const runs: Run[] = []
  for (const [, mark, inner, rest] of plain.matchAll(/(\*\*|\*|`)(.+?)\1|([^*`]+)/g)) {
    if (mark) runs.push({ text: inner ?? '', kind: kinds[mark as keyof typeof kinds] })
    else runs.push({ text: rest ?? '', kind: 'plain' })
  }
  return runs
}
