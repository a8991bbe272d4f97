/** The typeface of reports: Tinos, which takes the room of Times New Roman letter by letter and may be embedded. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'))

export const reportFonts = {
  family: 'Tinos',
  regular: join(folder, '400Regular', 'Tinos_400Regular.ttf'),
  bold: join(folder, '700Bold', 'Tinos_700Bold.ttf'),
  italics: join(folder, '400Regular_Italic', 'Tinos_400Regular_Italic.ttf'),
  bolditalics: join(folder, '700Bold_Italic', 'Tinos_700Bold_Italic.ttf'),
} as const
