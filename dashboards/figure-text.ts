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

/** The simulator's tables and the list of contents are left to the document. */
export function readExplanations(text: string, language: Language): Explanation[] {
  const told = (text.split('<!-- simulation')[0] ?? '').replaceAll(/<!--.*?-->/g, '')
  return told
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...body] = section.split('\n')
      const [vietnamese = '', english = ''] = heading.split(' · ')
      const blocks = body
        .join('\n')
        .split(/\n\s*\n/)
        .map((block) => block.trim())
        .filter((block) => block !== '' && block.startsWith('>') === (language === 'en'))
        .map(blockOf)
      return { id: idOf(english), title: language === 'en' ? english : vietnamese, blocks }
    })
}

function blockOf(block: string): Block {
  if (!block.startsWith('|')) return { kind: 'words', runs: runsOf(block.replaceAll(/^> ?/gm, '')) }
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

const kinds = { '**': 'strong', '*': 'em', '`': 'code' } as const

/** Links stand as their words, and names of fields, which are for whoever reads the API, not at all. */
function runsOf(text: string): Run[] {
  const plain = text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s*\([^()]*`[^()]*\)\.?/g, '')
    .replace(/^\*\*English\.\*\*\s*/, '')
    .replaceAll(/\s+/g, ' ')
    // As everywhere on the pages: 91,7%.
    .replaceAll(/(\d) %/g, '$1%')
  const runs: Run[] = []
  for (const [, mark, inner, rest] of plain.matchAll(/(\*\*|\*|`)(.+?)\1|([^*`]+)/g)) {
    if (mark) runs.push({ text: inner ?? '', kind: kinds[mark as keyof typeof kinds] })
    else runs.push({ text: rest ?? '', kind: 'plain' })
  }
  return runs
}
