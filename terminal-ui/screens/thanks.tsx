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
          <ScreenTitle text={t('thanks')} />
        </div>
        <DiamondBand />
      </div>
      <Duty />
    </main>
  )
}
