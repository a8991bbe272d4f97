/** One citizen's visit: a tap is on the disk before anything says so, and every later touch amends the same record. */
import { batch, effect, signal } from '@preact/signals'
import { dwellMs, goHome, hasListened, noteListening } from './home.ts'
import { chosen } from './i18n/messages.ts'
import { type Stage, startIdle, stopIdle } from './idle.ts'
import { noteError } from './offline/api.ts'
import { clockSession, elapsedMs, officeIso } from './offline/clock.ts'
import { type Draft, firstTap, joinRemarks, type Level, listOf, toggleMark } from './offline/queue-policy.ts'
import { device, panel, type Screen, screen, shown, showTrouble } from './state.ts'
import { chime, hush, type Sentence, say } from './voice.ts'

export const THANKS_MS = 4000
const TROUBLE_MS = 20_000
const AFTER_MS = 100

export interface Visit {
  draft: Draft
  /** What is typed on the remark screen and on the serious-matters card, and the items chosen there: nothing until sent. */
  remark: string
  serious: string
  report: string[]
}

/** The visit that is going on. It lives in memory only: no later screen and no reload can show what was answered. */
export const visit = signal<Visit | null>(null)
/** True while a tap is being written: a second tap waits for the next visit. */
export const busy = signal(false)
/** Which of its two lists of tiles the second screen has on top. */
export const list = signal<'good' | 'better'>('good')
/** What keys and readers reach of the screens that lie on one another: it follows the picture, which must not wait for it. */
export const front = signal<Screen | 'good' | 'better' | null>(null)
effect(() => {
  const top = screen.value === 'marks' ? list.value : screen.value
  const follow = () => {
    front.value = top
  }
  if (front.peek() !== 'attract') return follow()
  const timer = setTimeout(follow, AFTER_MS)
  return () => clearTimeout(timer)
})
let afterwards: ReturnType<typeof setTimeout> | undefined

function newDraft(level: Level): Draft {
  return firstTap({
    id: crypto.randomUUID(),
    level,
    language: chosen.value,
    rated_at: officeIso(Date.now()),
    terminal_id: device.value?.tablet.pairing.value?.terminal_id ?? '',
    catalogue: shown()?.catalogue.version ?? '',
    voice_used: hasListened(),
    dwell_ms: dwellMs(),
    clock_session: clockSession(),
    elapsed_ms: elapsedMs(),
  })
}

/** A face was touched: records the rating, or changes the face of the record that is open, and only then shows "recorded". */
export async function pickFace(level: Level): Promise<void> {
  const opened = device.value
  if (!opened || busy.value) return
  busy.value = true
  hush()
  stopIdle()
  const before = visit.value
  const draft = before ? { ...before.draft, level, voice_used: hasListened() } : newDraft(level)
  // Set before the write, or a sync round between write and screen would seal it as left over.
  opened.tablet.current.id = draft.id
  try {
    await opened.tablet.queue.save(draft, Date.now())
  } catch {
    fail()
    return
  } finally {
    busy.value = false
  }
  const typed = before ?? { remark: '', serious: '', report: [] }
  batch(() => {
    visit.value = { remark: typed.remark, serious: typed.serious, report: typed.report, draft }
    panel.value = null
    list.value = listOf(level)
    screen.value = 'marks'
  })
  // Clock and sound come after the picture: a slow tablet draws one thing at a time.
  setTimeout(() => {
    if (visit.value?.draft === draft) touch('face')
    confirmAloud()
  }, AFTER_MS)
}

/** One tone for every face; to whoever listened before, the same clip after every level. */
function confirmAloud(): void {
  chime()
  if (hasListened() && screen.value === 'marks') void say('recorded', 0.3)
}

/** A loudspeaker was touched: it speaks and chooses nothing. */
export function listen(clip: Sentence): void {
  noteListening()
  void say(clip)
  if (visit.value && !visit.value.draft.voice_used) amend({ voice_used: true })
}

/** Amends the open record; the screen need not wait, but a write that fails ends in the trouble screen. */
function amend(change: Partial<Draft>): void {
  const now = visit.value
  const opened = device.value
  if (!now || !opened) return
  const draft: Draft = { ...now.draft, ...change, shown: 'marks' }
  visit.value = { ...now, draft }
  opened.tablet.queue.save(draft, Date.now()).catch(fail)
}

/** Someone is still there: the stage's time starts anew. */
export function touch(stage: Stage): void {
  startIdle(stage, () => void leave())
}

export function touchTile(commitment: string, kept: boolean): void {
  const now = visit.value
  if (!now) return
  amend({ marks: toggleMark(now.draft.marks, commitment, kept) })
  touch('tiles')
}

export function showOtherList(): void {
  if (!visit.value) return
  list.value = list.value === 'good' ? 'better' : 'good'
  touch('tiles')
}

/** Back to the faces; the record stays open and keeps its id. */
export function changeFace(): void {
  screen.value = 'attract'
  touch('face')
}

export function openRemark(): void {
  screen.value = 'remark'
  touch('remark')
}

export function openSerious(): void {
  panel.value = 'serious'
  touch('remark')
}

export function backToMarks(): void {
  panel.value = null
  screen.value = 'marks'
  touch('tiles')
}

/** Keeps what is typed for this visit; nothing is recorded before it is sent. */
export function keepTyped(text: Partial<Pick<Visit, 'remark' | 'serious' | 'report'>>): void {
  if (visit.value) visit.value = { ...visit.value, ...text }
  touch('remark')
}

/** Puts the remark into the record and ends the visit. */
export function sendRemark(): Promise<void> {
  const now = visit.value
  const comment = now && joinRemarks([now.remark])
  if (comment) amend({ comment })
  return finish()
}

/** Puts the chosen serious matters and all that was written into the record and ends the visit. Needs at least one item. */
export function sendReport(): Promise<void> {
  const now = visit.value
  if (!now?.report.length) return Promise.resolve()
  const kept = now.draft.marks.filter((mark) => !now.report.includes(mark.commitment))
  const marks = [...kept, ...now.report.map((commitment) => ({ commitment, kept: false }))]
  const comment = joinRemarks([now.remark, now.serious])
  amend(comment ? { marks, comment } : { marks })
  return finish()
}

/** "Done": thanks only after the sealed record is on the disk. */
export async function finish(): Promise<void> {
  if (busy.value || !visit.value) return
  if (visit.value.draft.shown !== 'marks') amend({})
  if (!(await seal())) return
  screen.value = 'thanks'
  afterwards = setTimeout(goHome, THANKS_MS)
}

/** Nobody touched the screen any more: what was recorded stays recorded. */
async function leave(): Promise<void> {
  if (busy.value || !visit.value) return
  if (await seal()) goHome()
}

async function seal(): Promise<boolean> {
  const opened = device.value
  const now = visit.value
  if (!opened || !now) return false
  busy.value = true
  stopIdle()
  try {
    await opened.tablet.queue.seal(now.draft.id)
    // An amendment that failed meanwhile has brought the trouble screen and ended the visit.
    if (!visit.value) return false
  } catch {
    fail()
    return false
  } finally {
    busy.value = false
  }
  endVisit()
  opened.sync.kick()
  return true
}

function endVisit(): void {
  stopIdle()
  clearTimeout(afterwards)
  visit.value = null
  list.value = 'good'
  panel.value = null
  if (device.value) device.value.tablet.current.id = null
}

/**
 * The store did not confirm: the citizen is asked for the paper slip, never thanked. Should the write have reached the
 * disk after all, the record is sealed and sent later: a rating too many is found, one too few is not.
 */
function fail(): void {
  // Several writes of one visit may fail; the same clip, asked for again, would fall silent.
  const isTold = screen.value === 'trouble'
  noteError('storage')
  endVisit()
  showTrouble('not_saved')
  if (!isTold && hasListened()) void say('paper_slip')
  afterwards = setTimeout(recover, TROUBLE_MS, 1)
}

/** Leaves the trouble screen once the store writes again; after two failures a fresh page is the better cure. */
async function recover(attempt: number): Promise<void> {
  try {
    await device.value?.tablet.store.check(Date.now())
    goHome()
  } catch {
    // Without the service worker a reload could end on the browser's own error page.
    if (attempt >= 2 && navigator.serviceWorker?.controller) location.reload()
    else afterwards = setTimeout(recover, TROUBLE_MS / 2, attempt + 1)
  }
}
