/** The second screen: recorded, and what was good or should be better. One layout, one length, one set of colours at every level. */
import type { CatalogueItem } from '../../server/contract/catalogue.ts'
import { Duty } from '../components/duty.tsx'
import { Icon } from '../components/icon.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { Tile } from '../components/tile.tsx'
import { ClockLine, IdleWarning } from '../components/visit-clock.tsx'
import { language, t } from '../i18n/messages.ts'
import { secondsLeft } from '../idle.ts'
import { countMarks } from '../offline/queue-policy.ts'
import { shown } from '../state.ts'
import { changeFace, finish, openRemark, openSerious, showOtherList, touchTile, type Visit, visit } from '../visit.ts'

/** The tile's words in the present language, Vietnamese where it has none. */
export function tileLabel(item: CatalogueItem, kept: boolean): string {
  const labels = item.labels[language.value] ?? item.labels.vi
  return (kept ? labels?.kept : labels?.broken) ?? item.commitment
}

function Tiles({ items, now }: { items: CatalogueItem[]; now: Visit }) {
  const kept = now.list === 'good'
  return (
    <div class="tiles" style={{ '--n': items.length }}>
      {items.map((item) => (
        <Tile
          key={item.commitment}
          commitment={item.commitment}
          label={tileLabel(item, kept)}
          chosen={now.draft.marks.some((mark) => mark.commitment === item.commitment && mark.kept === kept)}
          onTouch={() => touchTile(item.commitment, kept)}
        />
      ))}
    </div>
  )
}

function Group({ name, items, now }: { name: string; items: CatalogueItem[]; now: Visit }) {
  if (!items.length) return null
  return (
    <section class="group" aria-label={name}>
      <h2>{name}</h2>
      <Tiles items={items} now={now} />
    </section>
  )
}

export function MarksScreen() {
  const now = visit.value
  const items = shown()?.catalogue.items.filter((item) => item.kind !== 'integrity') ?? []
  if (!now) return null
  const conduct = (family: string) => items.filter((item) => item.kind === 'conduct' && item.family === family)
  const service = items.filter((item) => item.kind === 'service')
  const good = now.list === 'good'
  const other = countMarks(now.draft.marks, !good, new Set(items.map((item) => item.commitment)))
  return (
    <main class="marks" data-screen="marks">
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
      </header>
      <div class="ask">
        <div>
          <ScreenTitle text={t(good ? 'followup_good' : 'followup_better')} describedBy="recorded" />
          <p>{t('followup_hint')}</p>
        </div>
        <button type="button" class="act plain" onClick={showOtherList}>
          <Icon name="next" />
          <span>
            {t(good ? 'other_better' : 'other_good')}
            {other > 0 && <small>{t('chosen', { n: other })}</small>}
          </span>
        </button>
      </div>
      <div class="groups">
        <Group name={t('group_please')} items={conduct('please')} now={now} />
        <Group name={t('group_always')} items={conduct('always')} now={now} />
        <div class="last">
          <Group name={t('group_no')} items={conduct('no')} now={now} />
          {service.length > 0 && (
            <section class="group service" aria-label={t('group_service')} style={{ '--n': service.length }}>
              <h2>{t('group_service')}</h2>
              <Tiles items={service} now={now} />
            </section>
          )}
        </div>
      </div>
      <footer class="acts">
        {secondsLeft.value === null ? (
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
        ) : (
          <IdleWarning stage="tiles" />
        )}
        <button type="button" class="act main" onClick={() => void finish()}>
          {t('done')}
          <Icon name="check" />
        </button>
      </footer>
      <Duty />
    </main>
  )
}
