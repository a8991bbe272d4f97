/** What a leader looks after today: tablets that need a hand, counters where nobody is assigned, cases and their days of answer. No levels. */
import type { FleetTablet } from '../../../server/contract/fleet.ts'
import { byName } from '../../../server/contract/names.ts'
import { type CasesFound, findCases } from '../../api/cases.ts'
import { getFleet } from '../../api.ts'
import { rich, t } from '../../i18n/index.tsx'
import { useLive } from '../../live.ts'
import { DueSoon } from '../cases/due-soon.tsx'
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

function mattersOf(tablets: readonly FleetTablet[], rostered: boolean): Matter[] {
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
  return [...ill, ...nobody]
}

interface Work {
  tablets: readonly FleetTablet[] | undefined
  due: CasesFound | undefined
  refused: boolean
}

/** Asked for beside the unit's report, so that both are there at once; null for whoever does not lead the unit. */
export function useWork(unitId: string | null): Work | null {
  const fleet = useLive(`fleet ${unitId}`, (options) => asked(unitId, (id) => getFleet(id, options)))
  const cases = useLive(`cases ${unitId}`, (options) =>
    asked(unitId, (id) => findCases({ unitId: id, limit: 50 }, options)),
  )
  if (unitId === null) return null
  const refused = Boolean(fleet.refused.value ?? cases.refused.value)
  return { tablets: fleet.data.value?.items, due: cases.data.value ?? undefined, refused }
}
const asked = async <T,>(unitId: string | null, ask: (id: string) => Promise<T>): Promise<T | null> =>
  unitId === null ? null : ask(unitId)

/** `rostered`: false where counters alone are rated and nobody need be assigned. */
export function Today({ work: { tablets, due, refused }, rostered }: { work: Work; rostered: boolean }) {
  const matters = tablets && due ? mattersOf(tablets, rostered) : null
  const something = (matters?.length ?? 0) > 0 || (due?.mine ?? 0) > 0
  return (
    <Card id="today" title={t('today.title')} about={t('today.about')}>
      {!tablets || !matters || !due ? (
        // Nothing below is shown before these lines are there, for it would move.
        <p class={refused ? 'today-room' : 'today-room skeleton'} />
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
            {!something && tablets.length > 0 && t('today.nothing')}
          </p>
          {something && (
            <ul class="look">
              <DueSoon found={due} />
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
