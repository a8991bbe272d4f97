/** One noun an administrator keeps: the list, a form to add or change one, and a way to end it. Nothing is ever deleted. */
import type { ComponentChild } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { ApiError, change, create, type Noun } from '../../api.ts'
import { type MessageKey, rich, t } from '../../i18n/index.tsx'
import { ActionButton } from '../action-button.tsx'
import { ActionHead } from '../figure-cells.tsx'
import { FormRefusal, useForm, type Values } from '../form.tsx'
import { Icon } from '../icons.tsx'
import { Card, Scroll } from '../page.tsx'
import { Message, Void } from '../states.tsx'
import { type Found, ShowMore } from './found.tsx'
import { type FieldSpec, RecordField } from './record-field.tsx'

interface Column<T> {
  name: MessageKey
  /** Null where there is nothing to say; a column of which every item says nothing is left out. */
  cell: (item: T) => ComponentChild
  /** What stands for nothing where others say something. */
  none?: string
}

export interface RecordsProps<T> {
  noun: Noun
  title: MessageKey
  listTitle: MessageKey
  about: MessageKey
  addTitle: MessageKey
  changeTitle: MessageKey
  items: readonly T[]
  idOf: (item: T) => string
  nameOf: (item: T) => string
  /** Below the name. */
  under?: (item: T) => string | undefined
  columns: Column<T>[]
  fields: FieldSpec[]
  /** Values of an item as its fields show them. */
  valuesOf: (item: T) => Values
  toNew: (values: Values) => Record<string, unknown>
  /** Undefined where a noun cannot be changed once made. */
  toChange?: (values: Values) => Record<string, unknown>
  /** Ends it, or opens it again. */
  ending?: {
    isEnded: (item: T) => boolean
    /** Said below the name: nobody is told by grey letters alone. */
    ended: MessageKey
    body: (ended: boolean) => Record<string, unknown>
    label: MessageKey
    confirm: MessageKey
    again: MessageKey
  }
  handle: string
  reload: () => Promise<void>
  /** Where the server searches and pages; else `items` are all there are. */
  found?: Found | undefined
  /** A further button of a row. */
  extra?: ((item: T) => ComponentChild) | undefined
}

export function Records<T>(props: RecordsProps<T>) {
  const [changing, setChanging] = useState<T | null>(null)
  const [done, setDone] = useState('')
  const form = useRef<HTMLDivElement>(null)
  const begin = (item: T) => {
    setChanging(item)
    setDone('')
    form.current?.scrollIntoView({ block: 'nearest' })
    form.current?.querySelector<HTMLElement>('input, select')?.focus()
  }
  const { found } = props
  const ended = found?.ended ?? (props.ending ? props.items.filter(props.ending.isEnded).length : 0)
  const n = (found?.total ?? props.items.length) - ended
  return (
    <>
      <section class="answer" id="top">
        <h1>{rich(headlineOf(props.noun, Boolean(found?.text)), { title: t(props.title), n, k: ended })}</h1>
      </section>
      <div class="grid loose">
        <Card id="list" span={8} title={t(props.listTitle)} about={t(props.about)}>
          {props.items.length === 0 ? <Nothing text={found?.text ?? ''} /> : <List {...props} begin={begin} />}
          <ShowMore found={found} shown={props.items.length} />
        </Card>
        <div class="span-4 sticky" ref={form}>
          <RecordForm
            {...props}
            key={changing ? props.idOf(changing) : 'new'}
            {...{ changing, done, setDone }}
            end={() => setChanging(null)}
          />
        </div>
      </div>
    </>
  )
}

/** People serve, offices are active, and what else there is is in use. */
function headlineOf(noun: Noun, found: boolean): MessageKey {
  if (noun === 'officers') return found ? 'records.headline_found_people' : 'records.headline_people'
  if (noun === 'units') return found ? 'records.headline_found_units' : 'records.headline_units'
  return found ? 'records.headline_found' : 'records.headline'
}

export const Nothing = ({ text }: { text: string }) => (
  <Void icon="doc" title={text ? t('list.not_found', { text }) : t('records.none')}>
    {t(text ? 'list.not_found_help' : 'records.none_help')}
  </Void>
)

function List<T>(props: RecordsProps<T> & { begin: (item: T) => void }) {
  const { items, idOf, nameOf, under, ending, noun, reload, toChange, begin, handle, extra } = props
  const columns = props.columns.filter(({ cell }) => items.some((item) => cell(item) !== null))
  return (
    <Scroll name={t(props.title)}>
      <table class={`table stacked early kept left of-${handle}`}>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            {columns.map(({ name }) => (
              <th scope="col">{t(name)}</th>
            ))}
            <ActionHead />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const id = idOf(item)
            const ended = ending?.isEnded(item) ?? false
            const below = [under?.(item), ending && ended && t(ending.ended)].filter(Boolean)
            const attributes = { [`data-${handle}-id`]: id }
            return (
              <tr key={id} class={ended ? 'ended' : undefined} {...attributes}>
                <th scope="row">
                  {nameOf(item)}
                  {below.map((line) => (
                    <small key={line}>{line}</small>
                  ))}
                </th>
                {columns.map(({ name, cell, none = '–' }) => (
                  <td class={name === 'column.unit' ? 'named-unit' : undefined} data-label={t(name)}>
                    {cell(item) ?? none}
                  </td>
                ))}
                <td>
                  <span class="buttons">
                    {toChange && !ended && (
                      <button type="button" class="button" onClick={() => begin(item)}>
                        {t('form.change')}
                        <span class="sr"> {nameOf(item)}</span>
                      </button>
                    )}
                    {ending && (
                      <ActionButton
                        label={t(ended ? ending.again : ending.label)}
                        {...(ended ? {} : { confirm: t(ending.confirm, { name: nameOf(item) }) })}
                        act={async () => {
                          await change(noun, id, ending.body(!ended))
                          await reload()
                        }}
                      />
                    )}
                    {extra?.(item)}
                  </span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}

interface RecordFormProps<T> extends RecordsProps<T> {
  changing: T | null
  end: () => void
  /** What was saved last; it outlives the form of a change, which goes when the change is made. */
  done: string
  setDone: (name: string) => void
}

function RecordForm<T>(props: RecordFormProps<T>) {
  const { noun, fields, changing, end, toNew, toChange, valuesOf, idOf, reload, done, setDone } = props
  const shown = fields.filter((field) => !(changing ? field.onlyNew : field.onlyChange))
  const initial = changing ? valuesOf(changing) : {}
  const seen = useRef((changing as { version?: number } | null)?.version)
  /** Says which version it changes. Told that somebody was faster, the form keeps what was typed and may be sent again. */
  async function save(id: string, body: Record<string, unknown>) {
    try {
      await change(noun, id, { ...body, ...(seen.current === undefined ? {} : { version: seen.current }) })
    } catch (error) {
      if (error instanceof ApiError && error.code === 'changed_meanwhile') {
        seen.current = (error.details as { version?: number } | undefined)?.version
        await reload()
      }
      throw error
    }
  }
  const { busy, refusal, onSubmit } = useForm(async (values) => {
    setDone('')
    if (changing && toChange) await save(idOf(changing), toChange(values))
    else await create(noun, toNew(values))
    await reload()
    setDone(values.name ?? values.username ?? '')
    if (changing) end()
  })
  return (
    <Card
      id="form"
      title={t(changing ? props.changeTitle : props.addTitle)}
      about={changing ? props.nameOf(changing) : null}
    >
      <form class="stack" onSubmit={onSubmit} noValidate autocomplete="off">
        {shown.map((field) => (
          <RecordField {...{ field, initial, refusal }} key={field.name} />
        ))}
        <FormRefusal refusal={refusal} fields={shown.map(({ name }) => name)} />
        {done && (
          <Message kind="good" icon="check">
            <span role="status">{t('records.saved', { name: done })}</span>
          </Message>
        )}
        <div class="buttons">
          <button type="submit" class="button main" aria-disabled={busy}>
            {!changing && <Icon name="plus" />}
            {t(changing ? 'form.save' : 'form.add')}
          </button>
          {changing && (
            <button type="button" class="button" onClick={end}>
              {t('form.cancel')}
            </button>
          )}
        </div>
      </form>
    </Card>
  )
}
