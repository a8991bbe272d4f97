/** Every route × people with two roles: answered as the best of them, and no role lends its reach to another. */
import t from 'tap'
import { type Answer, type Caller, startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { arrange, call, keyOf, samples } from '../support/route-samples.ts'

// Hundreds of calls in one file; a busy machine needs longer than the default.
t.setTimeout(300_000)
const api = await startTestApp(t)

t.test(
  'several roles: every call is answered as the best of them, and no role lends its reach to another',
  async (t) => {
    const { own, foreign, home, away } = await arrange(api)
    const served = await createOffice(api.db)
    const people = new Map<string, Promise<Caller>>()
    const known = (grants: Parameters<typeof api.person>[0]) => {
      const key = JSON.stringify(grants)
      const person = people.get(key) ?? api.person(grants)
      people.set(key, person)
      return person
    }
    const asOfficer = { role: 'officer', officer_id: served.officers[0] as number } as const
    for (const pair of [
      [
        { role: 'unit_leader', unit_id: home.unit_id },
        { role: 'unit_clerk', unit_id: away.unit_id },
      ],
      [asOfficer, { role: 'unit_clerk', unit_id: home.unit_id }],
      [{ role: 'commission', unit_id: home.unit_id }, asOfficer],
    ] as const) {
      for (const route of api.app.declaredRoutes) {
        // Everybody's own calls know no unit; they are told apart above.
        if (route.access === 'public' || route.access === 'terminal' || /\/(account|session)\b/.test(route.url))
          continue
        const name = `${pair.map(({ role }) => role).join(' + ')}: ${keyOf(route)}`
        const sample = samples[keyOf(route)] ?? {}
        for (const ids of [own, foreign]) {
          const answers: Answer[] = []
          for (const grants of [pair.slice(0, 1), pair.slice(1), pair]) {
            const person = route.url === '/api/v1/session' ? await api.person(grants) : await known(grants)
            answers.push(await call(person, route, sample, ids))
          }
          const [first = 0, second = 0, both = 0] = answers.map(({ status }) => status)
          const isEmpty = answers[2]?.body?.items?.length === 0
          // What one role may, the person may (409: the first one did it already). What neither may, the person may not:
          // an inspector knows the units by name, so a list of theirs may come, and then there is nothing on it.
          const isSame = [first, second].some((status) => status < 300 || status === 409)
            ? both < 300 || both === 409
            : both === 403 || both === 404 || (both === 200 && isEmpty)
          t.ok(isSame, `${name}: ${first}, ${second}, together ${both}`)
        }
      }
    }
  },
)
