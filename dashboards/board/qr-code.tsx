/** A QR code as one SVG path, dark on white in every theme: readers of codes expect it. */
import { qrModules } from '../../server/contract/qr.ts'

/** The quiet zone readers need, in modules. */
const QUIET = 3

/** Not every reader of codes takes letters with marks: in an address they are written as browsers send them, where that has room. */
const inAscii = (address: string) => (URL.canParse(address) ? qrModules(new URL(address).href) : null)

/** An address as a QR code; nothing when it is too long for a small one. */
export function QrCode({ address }: { address: string }) {
  const modules = inAscii(address) ?? qrModules(address)
  if (!modules) return null
  const size = modules.length + 2 * QUIET
  const d = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`} aria-hidden="true" shape-rendering="crispEdges">
      <path d={d} fill="#1b1a22" />
    </svg>
  )
}
