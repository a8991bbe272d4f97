/** Thanks for four seconds, the same whatever was answered, then back by itself. */
import { CommitmentPicture } from '../components/commitment-picture.tsx'
import { DiamondBand } from '../components/diamonds.tsx'
import { Duty } from '../components/duty.tsx'
import { ScreenTitle } from '../components/screen-title.tsx'
import { t } from '../i18n/messages.ts'

export function ThanksScreen() {
  return (
    <main class="plain" data-screen="thanks">
      <div class="centre">
        <div class="seal">
          <CommitmentPicture commitment="please_thank_you" />
        </div>
        <div role="status">
          {/* A line for each sentence, not a break in the middle of one. */}
          <ScreenTitle text={t('thanks').replace(/(?<=[.!?]) /g, '\n')} />
        </div>
        <DiamondBand />
      </div>
      <Duty />
    </main>
  )
}
