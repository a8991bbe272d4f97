/** Bad and worst texts in every text field of every route: a refusal or a clean success, never a 5xx, and little work. */
import t from 'tap'
import type { Role } from '../../server/contract/accounts.ts'
import { createLog } from '../../server/log.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { countNormalised, worstText } from '../support/normalised.ts'
import { batch, rating } from '../support/office.ts'
import { arrange, keyOf, type Sample, samples } from '../support/route-samples.ts'
import { badTextsStored, callAs, MOST_NORMALISED, textFields, textsFor } from '../support/text-fields.ts'

// The last fault the server wrote down: without it a 500 tells nothing.
let fault = ''
const log = createLog('error', {
  write: (line) => {
    fault = line
  },
})
const api = await startTestApp(t, { log })
const { own, reach, home: office } = await arrange(api)
const tablet = api.tablet(office.tablets[0]?.token as string)

t.test('a batch with the worst remarks: each is answered alone, the others are stored', async (t) => {
  const normalised = countNormalised(t)
  const good = rating({ comment: 'Cán bộ nhiệt tình' })
  const { status, body } = await tablet.post(
    '/api/v1/ratings',
    batch([rating({ comment: worstText(400_000) }), good, rating({ comment: `Tốt${worstText(31)}` })]),
  )
  t.equal(status, 200)
  t.match(body.results, [
    { status: 'rejected', code: 'comment_too_long' },
    { status: 'stored', id: good.id },
    { status: 'stored' },
  ])
  t.ok(normalised() <= 500, 'nothing of the first one is normalised')
})

t.test('bad and worst texts in every text field of the API page', async (t) => {
  const callers = new Map<string, Caller>([
    ['public', api.stranger],
    ['terminal', tablet],
  ])
  const normalised = countNormalised(t)
  let fields = 0
  for (const route of api.app.declaredRoutes.filter(({ url }) => url.startsWith('/api/'))) {
    const { access } = route
    const role = typeof access === 'object' ? (access.roles[0] as Role) : null
    const who = role ?? String(access)
    const caller = callers.get(who) ?? (await api.staff(role as Role, reach(role as Role)))
    callers.set(who, caller)
    for (const field of textFields(api.app, route, samples[keyOf(route)] as Sample, own)) {
      fields += 1
      // Past the limits on log-ins of the field before.
      if (access === 'public') api.clock.advance(2 * 86_400_000)
      for (const [kind, text] of Object.entries(textsFor(field, route.bodyLimit))) {
        const { url, body } = field.call(text)
        normalised()
        const answer = await callAs(caller, route.method, url, body)
        const label = `${keyOf(route)} ${field.name}: ${kind}: ${answer.status} ${answer.status < 500 ? '' : fault}`
        const units = normalised()
        if (units > MOST_NORMALISED) t.fail(`${label} ${units} UTF-16 units were normalised`)
        const refused =
          [400, 403, 404, 405, 409].includes(answer.status) || (access === 'public' && answer.status === 401)
        // A 413, or a 429 of a limit on calls, would prove nothing.
        if (answer.status > 299 && !refused) t.fail(label)
      }
    }
  }
  t.ok(fields >= 324, 'the walk reaches every text field: 324 when it was written')
  t.same(await badTextsStored(api.db), [], 'whatever was stored reads back as good text')
})
