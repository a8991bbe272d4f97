/** The two fields of a new password: what it needs is said before, and checked here before it is sent. */
import { t } from '../../i18n/index.tsx'
import { type Refusal, refuse, TextField } from '../form.tsx'

/** Long rather than complicated: no rules about digits and signs, which only make people write passwords down. */
const SHORTEST = 15

/** Throws a Refusal when the two differ or are too short. */
export function checkNewPassword(password: string, again: string, field = 'password'): void {
  const n = [...password].length
  if (n < SHORTEST) throw refuse(field, () => t('password.counted', { n }))
  if (again !== password) throw refuse('again', () => t('password.differs'))
}

export const NewPasswordFields = ({ refusal, name = 'password' }: { refusal: Refusal | null; name?: string }) => (
  <>
    <TextField
      label={t(name === 'password' ? 'login.password' : 'account.new_password')}
      hint={t('password.rule')}
      name={name}
      type="password"
      autocomplete="new-password"
      required
      refusal={refusal}
    />
    <TextField
      label={t(name === 'password' ? 'password.again' : 'account.new_password_again')}
      name="again"
      type="password"
      autocomplete="new-password"
      required
      refusal={refusal}
    />
  </>
)
