/** The second screen: recorded, and what was good or should be better. One layout, one length, one set of colours at every level. */
import { computed, useComputed } from '@preact/signals'
import type { CatalogueItem } from '../../server/contract/catalogue.ts'
import { Duty, unbroken } from '../components/duty.tsx'
import { Hear } from '../components/hear.tsx'
import { Icon } from '../components/icon.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { Tile } from '../components/tile.tsx'
import { ClockLine, IdleWarning } from '../components/visit-clock.tsx'
import { language, t } from '../i18n/messages.ts'
import { secondsLeft, still } from '../idle.ts'
import { countMarks } from '../offline/queue-policy.ts'
import { shown } from '../state.ts'
import { changeFace, finish, front, list, openRemark, openSerious, showOtherList, touchTile, visit } from '../visit.ts'

type Side = 'good' | 'better'

/** The tile's words in the present language, Vietnamese where it has none; on narrow lines no word of two parts is torn. */
export function tileLabel(item: CatalogueItem, kept: boolean): string {
  const labels = item.labels[language.value] ?? item.labels.vi
  return ((kept ? labels?.kept : labels?.broken) ?? item.commitment).replace(RegExp(t('compounds'), 'gi'), unbroken)
}

const tiles = computed(() => shown()?.catalogue.items.filter((item) => item.kind !== 'integrity') ?? [])
const isWarning = computed(() => secondsLeft.value !== null)

/** Of thirteen tiles only the one that was touched is drawn again. */
function MarkTile({ item, side }: { item: CatalogueItem; side: Side }) {
  const { commitment } = item
  const kept = side === 'good'
  const chosen = useComputed(() =>
    Boolean(visit.value?.draft.marks.some((mark) => mark.commitment === commitment && mark.kept === kept)),
  )
  return (
    <Tile
      commitment={commitment}
      label={tileLabel(item, kept)}
      chosen={chosen.value}
      onTouch={() => touchTile(commitment, kept)}
    />
  )
}

const Tiles = ({ items, side }: { items: CatalogueItem[]; side: Side }) => (
  <div class="tiles" style={{ '--n': items.length }}>
    {items.map((item) => (
      <MarkTile key={item.commitment} item={item} side={side} />
    ))}
  </div>
)

function Group({ name, items, side }: { name: string; items: CatalogueItem[]; side: Side }) {
  if (!items.length) return null
  return (
    <section class="group" aria-label={name}>
      <h2>{name}</h2>
      <Tiles items={items} side={side} />
    </section>
  )
}

function Groups({ side }: { side: Side }) {
  const items = tiles.value
  const conduct = (family: string) => items.filter((item) => item.kind === 'conduct' && item.family === family)
  const service = items.filter((item) => item.kind === 'service')
  return (
    <div class="groups">
      <Group name={t('group_please')} items={conduct('please')} side={side} />
      <Group name={t('group_always')} items={conduct('always')} side={side} />
      <div class="last">
        <Group name={t('group_no')} items={conduct('no')} side={side} />
        {service.length > 0 && (
          <section class="group service" aria-label={t('group_service')} style={{ '--n': service.length }}>
            <h2>{t('group_service')}</h2>
            <Tiles items={service} side={side} />
          </section>
        )}
      </div>
    </div>
  )
}

const Recorded = () => (
  <header class="got">
    <span class="tick">
      <Icon name="check" />
    </span>
    <p role="status" id="recorded">
      {t('recorded')}
    </p>
    <button type="button" class="act" onClick={changeFace}>
      <Icon name="undo" />
      {t('change')}
    </button>
    <Hear clip="recorded" says={t('recorded')} />
  </header>
)

const Hint = () => (
  <p class={still.value ? 'paused' : ''}>
    {still.value && <Icon name="pause" />}
    {t(still.value ? 'paused' : 'followup_hint')}
  </p>
)

function Ask({ side }: { side: Side }) {
  const good = side === 'good'
  /** How many are chosen in the other list. */
  const others = useComputed(() =>
    countMarks(visit.value?.draft.marks ?? [], !good, new Set(tiles.value.map(({ commitment }) => commitment))),
  )
  return (
    <div class="ask">
      <div>
        <ScreenTitle text={t(good ? 'followup_good' : 'followup_better')} describedBy="recorded" />
        <Hint />
      </div>
      <button type="button" class="act plain" onClick={showOtherList}>
        <span>
          {t(good ? 'other_better' : 'other_good')}
          {others.value > 0 && <small>{t('chosen', { n: others.value })}</small>}
        </span>
        <Icon name="next" />
      </button>
    </div>
  )
}

function Acts() {
  return (
    <footer class="acts">
      {isWarning.value ? (
        <IdleWarning stage="tiles" />
      ) : (
        <>
          <ClockLine />
          <button type="button" class="act" onClick={openRemark}>
            <Icon name="pen" />
            {t('remark_open')}
          </button>
          <button type="button" class="act quiet" onClick={openSerious}>
            {t('serious_link')}
          </button>
        </>
      )}
      <button type="button" class="act main" onClick={() => void finish()}>
        {t('done')}
        <Icon name="check" />
      </button>
    </footer>
  )
}

/** Both lists lie on one another too, and choosing one costs no drawing. */
function List({ side }: { side: Side }) {
  const isCovered = useComputed(() => front.value !== side)
  return (
    <div class={`side ${side}`} inert={isCovered}>
      <Ask side={side} />
      <Groups side={side} />
    </div>
  )
}

const isCovered = computed(() => front.value === 'attract')

export const MarksScreen = () => (
  <div class="marks" data-list={list} inert={isCovered}>
    <Recorded />
    <List side="good" />
    <List side="better" />
    <Acts />
    <Duty />
  </div>
)
