/** Long lists, drawn piece by piece as each comes near the screen: 3,300 units open as fast as three. */
import type { ComponentChild, ComponentChildren } from 'preact'
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

interface BelowProps {
  /** What is opened; a table of the picture above when nothing is said. */
  name?: string
  many: boolean
  children: () => ComponentChildren
}

/** What lies below a picture, behind a disclosure; what is long is made when it is opened. */
export function Below({ name = t('table.show'), many, children }: BelowProps) {
  const [wanted, setWanted] = useState(!many)
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && setWanted(true)}>
      <summary>{name}</summary>
      {wanted && children()}
    </details>
  )
}

/** Unit by unit: in view where a dozen stand below one another, else behind a disclosure. */
export const EachUnit = ({ units, children }: { units: number; children: () => ComponentChild }): ComponentChild =>
  units > FEW ? (
    <Below many name={t('pieces.each_unit')}>
      {children}
    </Below>
  ) : (
    children()
  )
