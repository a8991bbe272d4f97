/** Which PINs of the service corner are too easy: six digits are few, so the ones everybody tries first must go. */

/** Rows and shapes of a keypad, and dates everybody here knows; alone they would open most corners. */
const FAVOURITES = new Set(['159753', '147258', '258369', '369258', '142536', '112358', '020945', '300475', '190590'])

export type PinFlaw = 'not_six_digits' | 'too_easy'

/** What is wrong with a PIN; null = nothing. */
export function flawOfPin(pin: string): PinFlaw | null {
  if (!/^[0-9]{6}$/.test(pin)) return 'not_six_digits'
  const digits = [...pin].map(Number)
  const gaps = digits.slice(1).map((digit, index) => (digit - (digits[index] as number) + 10) % 10)
  // 000000, 123456, 987654, 246802: the same step from each digit to the next.
  if (gaps.every((gap) => gap === gaps[0])) return 'too_easy'
  // 121212, 123123; 112233, 332211; 123321.
  if (pin.slice(0, 2).repeat(3) === pin || pin.slice(0, 3).repeat(2) === pin) return 'too_easy'
  if (/^(\d)\1(\d)\2(\d)\3$/.test(pin) || pin === [...pin].reverse().join('')) return 'too_easy'
  // 111112, 272722: of two signs there are few.
  if (new Set(digits).size <= 2) return 'too_easy'
  return FAVOURITES.has(pin) ? 'too_easy' : null
}
