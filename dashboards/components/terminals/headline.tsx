/** Whether tablets work: how many do, as the heading; below it which has been silent longest, how many of the others need a hand or wait for their code. */
import type { Fleet, FleetSummary, FleetTablet } from '../../../server/contract/fleet.ts'
import { formatDate, officeTime } from '../../format.ts'
import { language, rich, t } from '../../i18n/index.tsx'
import { Message } from '../states.tsx'
import { sinceWhen } from './tablet-card.tsx'

interface HeadlineProps extends Pick<FleetSummary, 'online' | 'silent' | 'ailing' | 'waiting'> {
  longest: { name: string; since: string } | null
}

/** What the server says of a whole province, made of the tablets of one unit. */
export function summarise(tablets: readonly FleetTablet[]): HeadlineProps {
  const [longest] = tablets
    .filter(({ state }) => state === 'silent')
    .sort((a, b) => (a.silent_since ?? '').localeCompare(b.silent_since ?? ''))
  return {
    online: tablets.filter(({ state }) => state === 'online').length,
    silent: tablets.filter(({ state }) => state === 'silent').length,
    waiting: tablets.filter(({ state }) => state === 'waiting').length,
    ailing: tablets.filter(({ state, advice }) => state === 'online' && advice.length > 0).length,
    longest: longest?.silent_since ? { name: longest.counter.name, since: longest.silent_since } : null,
  }
}

export const Headline = ({ online, silent, ailing, waiting, longest }: HeadlineProps) => (
  <>
    <h1>
      {silent === 0
        ? rich('terminals.headline', { n: online })
        : rich('terminals.headline_of', { n: online, k: online + silent })}
    </h1>
    {(longest || ailing > 0 || waiting > 0) && (
      <p class="told-on">
        {longest &&
          rich(silent === 1 ? 'terminals.one_silent' : 'terminals.some_silent', {
            name: longest.name,
            time: sinceWhen(longest.since),
            k: silent,
          })}{' '}
        {ailing > 0 && rich('terminals.some_ailing', { k: ailing })}{' '}
        {waiting > 0 && rich('terminals.some_waiting', { k: waiting })}
      </p>
    )}
  </>
)

/** Only in the last days of the certificate that the server shows tablets. */
export const Certificate = ({ fleet: { certificate } }: { fleet: Pick<Fleet, 'certificate'> }) =>
  certificate?.renew ? (
    <Message kind="bad" icon="alert">
      {t('terminals.certificate', { date: formatDate(officeTime(certificate.expires_at).date, language.value) })}
    </Message>
  ) : null
