/** The five faces of the scale, as on the tablet: one disc, one ink, told apart by mouth, eyes and marks. */
import type { ComponentChildren } from 'preact'

const ink = 'var(--face-ink)'
/** What lies outside the disc is drawn in the ink of the page, which a dark one has light. */
const outside = 'currentColor'
const Line = ({ d, width = 5, stroke = ink }: { d: string; width?: number; stroke?: string }) => (
  <path d={d} fill="none" stroke={stroke} stroke-width={width} stroke-linecap="round" stroke-linejoin="round" />
)
/** A drop beside the disc. */
const Drop = ({ d }: { d: string }) => <path d={d} fill={outside} />
const Solid = ({ d, width = 4 }: { d: string; width?: number }) => (
  <path d={d} fill={ink} stroke={ink} stroke-width={width} stroke-linejoin="round" />
)

const features: Record<1 | 2 | 3 | 4 | 5, ComponentChildren> = {
  1: (
    <>
      <Line d="M23.5 42.5 L37 36" />
      <Line d="M72.5 42.5 L59 36" />
      <Line d="M25 50 Q32 56 39 50" />
      <Line d="M57 50 Q64 56 71 50" />
      <Solid d="M32.5 76.5 Q34 63.5 48 63.5 Q62 63.5 63.5 76.5 Q48 70.5 32.5 76.5 Z" />
      <Drop d="M9.5 13 C12.1 17.6 14.5 20.4 14.5 24 A5 5 0 0 1 4.5 24 C4.5 20.4 6.9 17.6 9.5 13 Z" />
      <Drop d="M86.5 13 C89.1 17.6 91.5 20.4 91.5 24 A5 5 0 0 1 81.5 24 C81.5 20.4 83.9 17.6 86.5 13 Z" />
    </>
  ),
  2: (
    <>
      <Line d="M24.5 40 L37 36.5" width={4.5} />
      <Line d="M71.5 40 L59 36.5" width={4.5} />
      <Solid d="M27 47.5 H38.5 A5.8 6.2 0 0 1 27 47.5 Z M57.5 47.5 H69 A5.8 6.2 0 0 1 57.5 47.5 Z" width={2.5} />
      <Line d="M34 73 Q48 62.5 62 73" width={5.5} />
      <Drop d="M86.5 13 C89.1 17.6 91.5 20.4 91.5 24 A5 5 0 0 1 81.5 24 C81.5 20.4 83.9 17.6 86.5 13 Z" />
    </>
  ),
  3: (
    <>
      <circle cx="33.5" cy="46.5" r="5.2" fill={ink} />
      <circle cx="62.5" cy="46.5" r="5.2" fill={ink} />
      <Line d="M34 69 H62" width={5.5} />
    </>
  ),
  4: (
    <>
      <ellipse cx="34" cy="45" rx="4.9" ry="7" fill={ink} />
      <ellipse cx="62" cy="45" rx="4.9" ry="7" fill={ink} />
      <Line d="M29 63 Q48 82 67 63" width={5.5} />
      <Line d="M48 4 V8.5" width={4.5} stroke={outside} />
    </>
  ),
  5: (
    <>
      <Line d="M24.5 48.5 Q32 37.5 39.5 48.5" width={5.5} />
      <Line d="M56.5 48.5 Q64 37.5 71.5 48.5" width={5.5} />
      <Solid d="M28.5 60 Q48 64.5 67.5 60 Q65.5 79 48 79 Q30.5 79 28.5 60 Z" />
      <path d="M33 63.6 Q48 66.8 63 63.6 L61.6 68 Q48 70.6 34.4 68 Z" fill="#FFFFFF" />
      <Line d="M48 4 V8.5" width={4.5} stroke={outside} />
      <Line d="M17 13.5 L20.2 17.2" width={4.5} stroke={outside} />
      <Line d="M79 13.5 L75.8 17.2" width={4.5} stroke={outside} />
    </>
  ),
}

export type Level = keyof typeof features

export const Face = ({ level }: { level: Level }) => (
  <span class="face">
    <svg viewBox="0 0 96 96" aria-hidden="true" focusable="false">
      <circle cx="48" cy="52" r="36" fill="var(--face-disc)" stroke={ink} stroke-width="4" />
      {features[level]}
    </svg>
  </span>
)
