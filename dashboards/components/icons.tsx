/** Line icons as components: one path each on a 48 unit grid, coloured by the text around them. */

const interfacePaths = {
  check: 'M9 25 L20 36 L40 12',
  cross: 'M12 12 L36 36 M36 12 L12 36',
  back: 'M28 10 L14 24 L28 38',
  next: 'M20 10 L34 24 L20 38',
  offline: 'M6 19 C16 9 32 9 42 19 M13 26.5 C19 20.5 29 20.5 35 26.5 M20 34 C22.4 31.8 25.6 31.8 28 34 M8 42 L40 6',
  moon: 'M38 29 A16 16 0 1 1 20 9 A13 13 0 0 0 38 29 Z',
  sun: 'M16 24 a8 8 0 1 0 16 0 a8 8 0 1 0 -16 0 M24 5 V9 M24 39 V43 M5 24 H9 M39 24 H43 M10.6 10.6 L13.4 13.4 M34.6 34.6 L37.4 37.4 M10.6 37.4 L13.4 34.6 M34.6 13.4 L37.4 10.6',
  lock: 'M12 21 H36 V41 H12 Z M17 21 V15 a7 7 0 0 1 14 0 V21',
  alert: 'M24 6 L44 41 H4 Z M24 19 V29 M24 34.6 V34.7',
  tablet: 'M9 7 H39 V41 H9 Z M21 36 H27',
  down: 'M10 18 L24 32 L38 18',
  doc: 'M11 5 H28 L38 15 V43 H11 Z M27 5 V16 H38 M17 24 H32 M17 32 H32',
  calendar: 'M7 11 H41 V42 H7 Z M7 20 H41 M16 5 V14 M32 5 V14',
  swap: 'M8 16 H38 L30 8 M40 32 H10 L18 40',
  person: 'M16 15 a8 8 0 1 0 16 0 a8 8 0 1 0 -16 0 M8 43 C8 33 14 28 24 28 C34 28 40 33 40 43',
  globe:
    'M5.5 24 a18.5 18.5 0 1 0 37 0 a18.5 18.5 0 1 0 -37 0 M5.5 24 H42.5 M24 5.5 C13 15 13 33 24 42.5 C35 33 35 15 24 5.5',
  undo: 'M17 8 L7 18 L17 28 M8 18 H30 a10 10 0 0 1 0 20 H20',
  half: 'M24 6 a18 18 0 1 0 0.01 0 M24 6 V42 M24 14 a10 10 0 0 1 0 20',
  out: 'M20 8 H9 V40 H20 M18 24 H40 M31 15 L40 24 L31 33',
  plus: 'M24 9 V39 M9 24 H39',
  sound: 'M7 18 H15 L26 9 V39 L15 30 H7 Z M32 17 a10 10 0 0 1 0 14 M37 11 a18 18 0 0 1 0 26',
} as const

export type IconName = keyof typeof interfacePaths

const commitmentPaths: Record<string, string> = {
  please_hello:
    'M15 28 V14.5 a2.75 2.75 0 0 1 5.5 0 V23 M20.5 23 V10.5 a2.75 2.75 0 0 1 5.5 0 V23 M26 23 V12.5 a2.75 2.75 0 0 1 5.5 0 V25 M31.5 25 V17.5 a2.75 2.75 0 0 1 5.5 0 V30 C37 38 32.5 43 26 43 C20.5 43 17.6 40.4 15.4 36.6 L10.6 28.6 a2.7 2.7 0 0 1 4.5 -3 M40.5 8.5 a9 9 0 0 1 3.5 6.5 M8 15 a9 9 0 0 1 3 -6.5',
  please_sorry:
    'M5.4 17 a5.6 5.6 0 1 0 11.2 0 a5.6 5.6 0 1 0 -11.2 0 M20.5 13.2 C29.5 14.4 36 20.5 36 29.5 V42.5 M17.6 22.4 C22.8 23.6 26.4 27.4 26.4 33.5 V42.5 M20.2 24 L14.6 34.5 M19 42.5 H43',
  please_thank_you:
    'M26 24.5 C19.5 20.6 17 17.4 17 13.6 A4.9 4.9 0 0 1 26 11 A4.9 4.9 0 0 1 35 13.6 C35 17.4 32.5 20.6 26 24.5 Z M5 33 H10.5 L16 30.5 C18 29.6 20 29.8 22 31 L24.5 32.5 H30 a2.75 2.75 0 0 1 0 5.5 H22.5 M32.2 33.5 L39.4 29.6 a2.7 2.7 0 0 1 2.9 4.5 L32.5 41 C31 42 29.5 42.4 27.8 42.2 L14.5 41 H5',
  please_permission:
    'M8 22 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0 M4 43 V40 C4 34.5 8 31.5 14 31.5 C20 31.5 24 34.5 24 40 V43 M24.5 5.5 H40 a4 4 0 0 1 4 4 V21 a4 4 0 0 1 -4 4 H31 L25.5 30 V25 H24.5 a4 4 0 0 1 -4 -4 V9.5 a4 4 0 0 1 4 -4 Z M29.2 12.2 a3.2 3.2 0 1 1 4.8 2.8 c-1.2 .7 -1.7 1.2 -1.7 2.5 M32.3 20.7 v.1',
  always_smile:
    'M7 22 C11 35 17 39.5 24 39.5 C31 39.5 37 35 41 22 M4 23.6 L10.4 20.6 M44 23.6 L37.6 20.6 M12.5 12.5 Q16 8.2 19.5 12.5 M28.5 12.5 Q32 8.2 35.5 12.5',
  always_gentle:
    'M11 7 H37 a6 6 0 0 1 6 6 V27 a6 6 0 0 1 -6 6 H22 L13.5 41.5 V33 H11 a6 6 0 0 1 -6 -6 V13 a6 6 0 0 1 6 -6 Z M13 20 q5.5 -6.5 11 0 t11 0',
  always_listen:
    'M15 20 C15 11.5 20 6 27 6 C34 6 39 11.2 39 18.4 C39 27.5 31.5 28.5 31 35 C30.6 40 28 43 24 43 C20.4 43 18 40.6 17.6 37.4 M21.5 20.5 C21.5 15.5 23.6 12.5 27 12.5 C30.4 12.5 32.5 15 32.5 18.2 C32.5 23.5 26.5 23.5 25.5 28.5 M9.5 13.5 a16 16 0 0 0 0 14',
  always_help:
    'M11 12 a6 6 0 1 0 12 0 a6 6 0 1 0 -12 0 M29.5 19.5 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M6 43 V33 C6 26.5 10.5 23 16 23 C21.5 23 24.5 25.6 28 30.5 H41 M26.5 43 V36.5 M43 43 V36 C43 32 40.5 29 37.5 28.4',
  no_arrogance:
    'M6.5 13 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M31.5 13 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0 M4 31 V28.5 C4 23.8 7 21.2 11.5 21.2 C15 21.2 17.6 22.9 18.6 25.8 M44 31 V28.5 C44 23.8 41 21.2 36.5 21.2 C33 21.2 30.400 22.9 29.400 25.8 M4 31.5 H44 M9.5 31.5 V42.5 M38.5 31.5 V42.5',
  no_bureaucracy:
    'M17 9.5 H11.5 a3 3 0 0 0 -3 3 V40 a3 3 0 0 0 3 3 H36.5 a3 3 0 0 0 3 -3 V12.5 a3 3 0 0 0 -3 -3 H31 M17 6.5 a1.5 1.5 0 0 1 1.5 -1.5 H29.5 a1.5 1.5 0 0 1 1.5 1.5 V12 a1.5 1.5 0 0 1 -1.5 1.5 H18.5 a1.5 1.5 0 0 1 -1.5 -1.5 Z M24 35.5 C18.5 32 16 29.2 16 26 A4.3 4.3 0 0 1 24 23.7 A4.3 4.3 0 0 1 32 26 C32 29.2 29.5 32 24 35.5 Z',
  service_time: 'M5.5 24 a18.5 18.5 0 1 0 37 0 a18.5 18.5 0 1 0 -37 0 M24 12.5 V24 L32 29 M24 5.6 v.1',
  service_guidance:
    'M24 4.5 V8 M24 20 V24 M24 36 V43.5 M16.5 43.5 H31.5 M10 8 H34.5 L41 14 L34.5 20 H10 Z M38 24 H13.5 L7 30 L13.5 36 H38 Z',
  service_place:
    'M6 14 V30.5 H20.5 V42.5 M6 30.5 V42.5 M6 24.5 H17 M26 24 H43.5 V36 H26 Z M34.8 36 V42 M30 42.5 H39.5 M28.5 17.5 a9 9 0 0 1 12.5 0 M24.5 12 a15.5 15.5 0 0 1 20.5 0',
}

const drawing = (path: string, width: number) => (
  <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <path
      d={path}
      fill="none"
      stroke="currentColor"
      stroke-width={width}
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
)

export const Icon = ({ name }: { name: IconName }) => <span class="icon">{drawing(interfacePaths[name], 3.25)}</span>

/** The picture of a commitment's tile; a commitment of another province's catalogue gets a plain sheet. */
export const CommitmentIcon = ({ commitment }: { commitment: string }) => (
  <span class="icon">{drawing(commitmentPaths[commitment] ?? interfacePaths.doc, 2.75)}</span>
)

/** The product's own mark: a gold diamond with a smile. */
export const Mark = () => (
  <span class="mark">
    <svg viewBox="0 0 26 26" aria-hidden="true" focusable="false">
      <path d="M13 1.8 L24.2 13 L13 24.2 L1.8 13 Z" fill="none" stroke="#DDA52F" stroke-width="2" />
      <path
        d="M7.5 13.5 Q13 19.5 18.5 13.5"
        fill="none"
        stroke="currentColor"
        stroke-width="2.4"
        stroke-linecap="round"
      />
    </svg>
  </span>
)

const signs = {
  lower: <path d="M2 4 H20 L11 19 Z" fill="var(--low-ink)" />,
  higher: <path d="M2 18 H20 L11 3 Z" fill="var(--high-ink)" />,
  missing: <path d="M11 2 L20 11 L11 20 L2 11 Z" fill="none" stroke="var(--gold-ink)" stroke-width="2.5" />,
}

/** A coloured sign only where chance is ruled out (triangles) or data is missing (hollow diamond). */
export const Sign = ({ kind }: { kind: keyof typeof signs }) => (
  <span class="sign">
    <svg viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      {signs[kind]}
    </svg>
  </span>
)
