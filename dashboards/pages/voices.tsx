/** The recorder page: languages in which tablets speak, recorded by one person of the unit and approved by another. */
import { useState } from 'preact/hooks'
import { normalise } from '../../server/contract/text.ts'
import type { VoiceSet } from '../../server/contract/voices.ts'
import { createVoiceSet, listVoiceSets } from '../api/voices.ts'
import { hasRole } from '../api.ts'
import { FormRefusal, TextField, useForm } from '../components/form.tsx'
import { Card, Page } from '../components/page.tsx'
import { SelectField } from '../components/select-field.tsx'
import { Refused, Skeleton, Void } from '../components/states.tsx'
import { VoiceSetCard } from '../components/voices/voice-set.tsx'
import { t } from '../i18n/index.tsx'
import { useLive } from '../live.ts'
import { session } from '../session.ts'

/** Languages of the province by their tags; any other takes a name of its own behind `x-`. */
const languages = [
  { tag: 'blt', name: 'Tiếng Thái' },
  { tag: 'hmn', name: 'Tiếng Mông' },
  { tag: 'mtq', name: 'Tiếng Mường' },
  { tag: 'pry', name: 'Tiếng Xinh Mun' },
  { tag: 'kjg', name: 'Tiếng Khơ Mú' },
  { tag: 'ium', name: 'Tiếng Dao' },
  { tag: 'lo', name: 'Tiếng Lào' },
  { tag: 'vi', name: 'Tiếng Việt' },
  { tag: 'en', name: 'English' },
]

export default function VoicesPage() {
  const live = useLive('voice-sets', listVoiceSets)
  /** What the server just answered, before the list is asked again. */
  const [fresh, setFresh] = useState<VoiceSet | null>(null)
  if (live.refused.value) {
    return (
      <Page name="voices" title={t('nav.voices')}>
        <Refused error={live.refused.value} />
      </Page>
    )
  }
  const items = live.data.value
  const changed = (set: VoiceSet) => {
    setFresh(set)
    void live.reload()
  }
  const newest = (set: VoiceSet) =>
    fresh?.voice_set_id === set.voice_set_id && fresh.changed_at >= set.changed_at ? fresh : set
  const shown = items?.map(newest).filter(({ state }) => state !== 'replaced' && state !== 'withdrawn')
  const approved = shown?.filter(({ state }) => state === 'approved').length ?? 0
  return (
    <Page name="voices" title={t('nav.voices')}>
      {shown === undefined ? (
        <Skeleton />
      ) : (
        <>
          <section class="answer" id="top">
            <h1>
              <span class="of">{t('voices.of')}</span>
              {approved === 0 ? t('voices.headline_none') : t('voices.headline', { n: approved })}
            </h1>
            <p>{t('voices.about')}</p>
          </section>
          {shown.length === 0 && !hasKeeper() && (
            <Void icon="sound" title={t('voices.none_others_title')}>
              {t('voices.none_others')}
            </Void>
          )}
          {shown.length > 0 && (
            <div class="voice-sets">
              {shown.map((set) => (
                <VoiceSetCard key={set.voice_set_id} set={set} changed={changed} />
              ))}
            </div>
          )}
          {hasKeeper() && (
            <Card
              id="new-voice"
              title={t(shown.length === 0 ? 'voices.none' : 'voices.new')}
              about={t(shown.length === 0 ? 'voices.none_help' : 'voices.new_about')}
            >
              <NewSet made={changed} />
              {shown.length === 0 && <p class="hint">{t('voices.new_about')}</p>}
            </Card>
          )}
        </>
      )}
    </Page>
  )
}

const hasKeeper = (): boolean =>
  Boolean(session.value && hasRole(session.value, 'administrator', 'unit_leader', 'unit_clerk'))

function NewSet({ made }: { made: (set: VoiceSet) => void }) {
  const [choice, setChoice] = useState('')
  const unit = session.value?.account.unit ?? null
  const own = choice === 'x'
  const { busy, refusal, onSubmit } = useForm(async ({ tag = '', name = '' }) => {
    const known = languages.find((one) => one.tag === choice)
    const made_of = own ? { language: `x-${plain(tag)}`, name } : { language: choice, name: known?.name ?? choice }
    made(await createVoiceSet({ unit_id: unit?.unit_id ?? null, ...made_of }))
    setChoice('')
  })
  return (
    <form class="stack" onSubmit={onSubmit} noValidate>
      <SelectField
        name="language"
        label={t('voices.language')}
        blank={t('form.choose')}
        required
        refusal={refusal}
        value={choice}
        onPick={setChoice}
        choices={[
          ...languages.map(({ tag, name }) => ({ value: tag, label: name })),
          { value: 'x', label: t('voices.other_language') },
        ]}
      />
      {own && (
        <>
          <TextField name="name" label={t('voices.name')} hint={t('voices.name_hint')} required refusal={refusal} />
          <TextField name="tag" label={t('voices.tag')} hint={t('voices.tag_hint')} required refusal={refusal} />
        </>
      )}
      <FormRefusal refusal={refusal} fields={own ? ['language', 'name', 'tag'] : ['language']} />
      <button type="submit" class="button main" aria-disabled={busy}>
        {t('voices.begin')}
      </button>
    </form>
  )
}

/** "Thái đen" -> `thai-den`: letters without marks, in pieces of at most eight. */
const plain = (text: string): string =>
  normalise(text, 'NFD')
    .replace(/đ/gi, 'd')
    .replace(/[^a-z0-9\s-]/gi, '')
    .toLowerCase()
    .split(/[\s-]+/)
    .filter(Boolean)
    .map((piece) => piece.slice(0, 8))
    .join('-')
    .slice(0, 30)
