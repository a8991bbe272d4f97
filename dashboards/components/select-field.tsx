/** A field of a form in which one of several is chosen; apart from the others, because a page's first view chooses nothing. */
import { type FieldProps, Frame, useField } from './form.tsx'
import { ManySelect, type ManySelectProps } from './many-select.tsx'

export function SelectField(props: FieldProps & ManySelectProps) {
  const { label, hint, refusal, name, choices, blank, ...select } = props
  const { id, bad, attributes } = useField({ label, hint, name, refusal: refusal ?? null })
  return (
    <Frame {...{ label, hint, name, id, bad }} refusal={refusal ?? null}>
      <ManySelect {...{ choices, blank }} {...select} {...attributes} />
    </Frame>
  )
}
