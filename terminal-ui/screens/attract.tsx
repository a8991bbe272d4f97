/** The first screen: the question and its five answers. One touch on a face is the whole rating. */
import { computed } from '@preact/signals'
import { Diamonds } from '../components/diamonds.tsx'
import { Duty } from '../components/duty.tsx'
import { Face, LEVELS } from '../components/face.tsx'
import { Hear } from '../components/hear.tsx'
import { Icon } from '../components/icon.tsx'
import { Languages } from '../components/languages.tsx'
import { Place } from '../components/place.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { inLanguage, language, t } from '../i18n/messages.ts'
import { screen, shown } from '../state.ts'
import { backToMarks, busy, front, pickFace, visit } from '../visit.ts'

/** The thirteen as they hang on the wall, in the words they were signed in, by row. */
const wall = [
  ['group_please', 'please', 4],
  ['group_always', 'always', 4],
  ['group_no', 'no', 5],
] as const

const isChanging = computed(() => visit.value !== null && screen.value === 'attract')

const isCovered = computed(() => front.value !== 'attract')

/** Who changes a face has a way back; everybody else chooses a language. */
function Corner() {
  if (!isChanging.value) return <Languages />
  return (
    <button type="button" class="lang" onClick={backToMarks}>
      <Icon name="back" />
      {t('back')}
    </button>
  )
}

function Wall() {
  const items = shown()?.catalogue.items ?? []
  return (
    <section class="wall" lang="vi" aria-label="4 xin, 4 luôn, 5 không">
      {wall.map(([key, family]) => {
        const row = items.filter((item) => item.family === family)
        if (!row.length) return null
        const name = { please: 'xin', always: 'luôn', no: 'không' }[family]
        return (
          <p key={family}>
            <b>
              {row.length} {name}
              {language.value !== 'vi' && <small lang={language.value}>{t(key)}</small>}
            </b>
            <span>
              {row.map((item) => (
                <span key={item.commitment}>{item.labels.vi?.official}</span>
              ))}
            </span>
          </p>
        )
      })}
    </section>
  )
}

export function AttractScreen() {
  const config = shown()
  return (
    <div class="first" inert={isCovered}>
      <header class="hero">
        <div class="row">
          <Place />
          <Corner />
        </div>
        <div class="question">
          <ScreenTitle text={t('question')} />
          <Hear clip="question" says={t('question')} />
        </div>
        <p class="vow">
          {config && <span>{inLanguage(config.slogan)}</span>}
          {wall.map(([key, , count]) => (
            <span key={key}>
              <Diamonds count={count} />
              {t(key)}
            </span>
          ))}
        </p>
      </header>
      <div class="stage">
        <ul class="faces" aria-busy={busy}>
          {LEVELS.map((level) => (
            <li key={level}>
              <button
                type="button"
                class="pick"
                onClick={(event) => {
                  if (event.detail < 2) void pickFace(level)
                }}
              >
                <Face level={level} />
                <span class="word">{t(`face_${level}`)}</span>
              </button>
              <Hear clip={`level_${level}`} says={t(`face_${level}`)} look="say" />
            </li>
          ))}
        </ul>
        <p class="safe">
          {t('anonymous')} {t('voluntary')}
        </p>
        <Wall />
      </div>
      <Duty />
    </div>
  )
}
