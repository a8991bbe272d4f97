/** Long lists, drawn piece by piece as each comes near the screen: 3,300 units open as fast as three. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.tsx'
import { Near } from './near.tsx'

/** So many are compared at a glance, drawn at once and set side by side; of more each piece waits for its turn. */
export const FEW = 12
const PIECE = 25

const cut = <T,>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / PIECE) }, (_, place) => items.slice(place * PIECE, (place + 1) * PIECE))

interface PiecesProps<T> {
  items: readonly T[]
  /** About how high one item is, so that the page has its length from the start. */
  height: number
  tag?: 'div' | 'tbody'
  children: (piece: readonly T[]) => ComponentChildren
}

export function Pieces<T>({ items, height, tag = 'div', children }: PiecesProps<T>) {
  const [first = [], ...rest] = cut(items)
  return (
    <>
      {tag === 'tbody' ? <tbody>{children(first)}</tbody> : children(first)}
      {rest.map((piece, place) => (
        <Near tag={tag} height={piece.length * height} soon={false} key={place}>
          {children(piece)}
        </Near>
      ))}
    </>
  )
}

/** A table below its picture; a long one is made when it is opened. */
export function TableBelow({ many, children }: { many: boolean; children: () => ComponentChildren }) {
  const [wanted, setWanted] = useState(!many)
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && setWanted(true)}>
      <summary>{t('table.show')}</summary>
      {wanted && children()}
    </details>
  )
}
