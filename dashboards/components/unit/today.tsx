/** What a leader looks after today: tablets that need a hand, counters where nobody is assigned, what officers say was not them. No levels. */
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import { listDoubts } from '../../api/roster.ts'
import { getFleet } from '../../api.ts'
import { byName } from '../../format.ts'
import { rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { Count } from '../figures.tsx'
import { Sign } from '../icons.tsx'
import { Card } from '../page.tsx'

interface Matter {
  id: string
  title: string
  detail: string
  href: string
  open: string
}

const nameOf = ({ counter, name }: Pick<FleetTablet, 'counter' | 'name'>) =>
  [...new Set([counter.name, name])].join(' · ')

function mattersOf(tablets: readonly FleetTablet[], doubts: number, rostered: boolean): Matter[] {
  const ill = tablets.flatMap(({ advice: [advice], ...tablet }): Matter[] =>
    advice
      ? [
          {
            id: `tablet ${tablet.terminal_id}`,
            title: nameOf(tablet),
            detail: t(`advice.${advice}`),
            href: '/terminals',
            open: t('today.open_tablets'),
          },
        ]
      : [],
  )
  const roster = { href: '/roster', open: t('today.open_roster') }
  const empty = new Map(
    tablets.filter(({ officer }) => rostered && officer === null).map(({ counter }) => [counter.counter_id, counter]),
  )
  const nobody = byName([...empty.values()]).map(({ counter_id, name }) => {
    return { ...roster, id: `counter ${counter_id}`, title: name, detail: t('today.nobody') }
  })
  const told = { ...roster, id: 'doubts', title: t('today.doubts', { n: doubts }), detail: t('today.doubts_detail') }
  return [...ill, ...nobody, ...(doubts > 0 ? [{ ...told, href: '/week' }] : [])]
}

/** `rostered`: false where counters alone are rated and nobody need be assigned. */
export function Today({ unitId, rostered }: { unitId: string; rostered: boolean }) {
  const fleet = useLive(`fleet ${unitId}`, (options) => getFleet(unitId, options))
  const doubts = useLive(`doubts ${unitId}`, (options) => listDoubts(unitId, options))
  const tablets = fleet.data.value?.items
  const open = doubts.data.value?.items.filter(({ outcome }) => outcome === null).length
  const matters = tablets && open !== undefined ? mattersOf(tablets, open, rostered) : null
  return (
    <Card id="today" title={t('today.title')} about={t('today.about')}>
      {!tablets || !matters ? (
        <p class="today-room" />
      ) : (
        <>
          <p class="today-room">
            {tablets.length === 0
              ? t('week.no_tablets')
              : rich('today.tablets', {
                  fine: (
                    <Count value={tablets.filter(({ advice }) => advice.length === 0).length} figure="tablets_fine" />
                  ),
                  n: <Count value={tablets.length} figure="tablets" />,
                })}{' '}
            {matters.length === 0 && t('today.nothing')}
          </p>
          {matters.length > 0 && (
            <ul class="look">
              {matters.map(({ id, title, detail, href, open }) => (
                <li key={id} data-matter={id}>
                  <Sign kind="missing" />
                  <div>
                    <b>{title}</b>
                    <span>{detail}</span>
                  </div>
                  <a href={href} aria-label={`${open}: ${title}`}>
                    {open}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Card>
  )
}
