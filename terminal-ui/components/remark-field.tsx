/** A text field that takes at most a thousand code points and says how many there are. */
import { t } from '../i18n/messages.ts'
import { clip, codePoints, MAX_REMARK } from '../offline/queue-policy.ts'

interface RemarkFieldProps {
  /** Id of the visible words that name the field. */
  labelledBy: string
  value: string
  onType: (text: string) => void
}

/** `maxlength` counts UTF-16 units and would cut an emoji in two, so the length is kept here, never within a composition. */
export function RemarkField({ labelledBy, value, onType }: RemarkFieldProps) {
  const length = codePoints(value)
  return (
    <div class="field">
      <textarea
        aria-labelledby={labelledBy}
        value={value}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          const field = event.currentTarget
          const composing = (event as InputEvent).isComposing
          if (!composing && codePoints(field.value) > MAX_REMARK) field.value = clip(field.value, MAX_REMARK)
          onType(field.value)
        }}
      />
      <small>{t('remark_length', { n: Math.min(length, MAX_REMARK), max: MAX_REMARK })}</small>
    </div>
  )
}
