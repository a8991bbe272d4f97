/** The units a reader works in as leader or clerk. Whoever works in several is in one of them at a time, as if it were the only one. */
import type { Session } from '../server/contract/accounts.ts'

type Grant = Session['grants'][number]

const worksThere = ({ role }: Grant): boolean => role === 'unit_leader' || role === 'unit_clerk'

/** Each once, those they lead first. */
export function ownUnits({ grants }: Pick<Session, 'grants'>): { unit_id: string; name: string }[] {
  const units = new Map(grants.filter(worksThere).flatMap(({ unit }) => (unit ? [[unit.unit_id, unit]] : [])))
  return [...units.values()]
}

/** The session as it is in that unit, the first where it is none of them: what is held in the others alone is left out. */
export function inUnit(session: Session, unitId: string | null): Session {
  const units = ownUnits(session)
  const unit = units.find(({ unit_id }) => unit_id === unitId) ?? units[0]
  if (!unit || units.length === 1) return session
  const held = session.grants.filter((grant) => !worksThere(grant) || grant.unit?.unit_id === unit.unit_id)
  return {
    ...session,
    account: { ...session.account, unit },
    roles: [...new Set(held.map(({ role }) => role))].sort(),
  }
}
