/** Tablets that nobody updates: what every released version sent is taken for ever, and what it was answered is still understood. */
import t from 'tap'
import { isConfig } from '../../terminal-ui/offline/config.ts'
import { judge } from '../../terminal-ui/offline/sync-policy.ts'
import { startTestApp } from '../support/app.ts'
import { createOffice } from '../support/office.ts'
import { CODE, readRecording, recordedVersions, replaced, shapeOf, TERMINAL } from '../support/payloads.ts'

const api = await startTestApp(t)
const versions = recordedVersions()
t.ok(versions.includes('0.1.0'), 'the first version is never dropped')

/** Every field of the old answer, wherever it stood, is in the new one: within v1 fields are only ever added. */
function lacks(before: unknown, now: unknown, path = ''): string[] {
  if (before === null) return []
  if (Array.isArray(before)) {
    return before.length === 0 ? [] : lacks(before[0], (now as unknown[] | undefined)?.[0], `${path}[]`)
  }
  return Object.entries(before as object).flatMap(([key, part]) =>
    typeof now === 'object' && now !== null && key in now
      ? lacks(part, (now as Record<string, unknown>)[key], `${path}.${key}`)
      : [`${path}.${key}`],
  )
}

for (const version of versions) {
  const recording = readRecording(version)

  t.test(`an old tablet, ${version}, with today's server`, async (t) => {
    const office = await createOffice(api.db)
    const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
    const made = (await leader.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })).body
    const filled = replaced(replaced(recording, TERMINAL, made.terminal_id), CODE, made.pairing_code)
    const { pairing, configuration, heartbeat, ratings } = filled

    const paired = await api.stranger.post(pairing.path, pairing.request)
    t.equal(paired.status, pairing.status)
    t.same(lacks(shapeOf(pairing.response), paired.body), [])
    const tablet = api.tablet(paired.body.terminal_token)

    const shown = await tablet.get(configuration.path)
    t.equal(shown.status, configuration.status)
    t.same(lacks(shapeOf(configuration.response), shown.body), [])

    const beat = await tablet.post(heartbeat.path, heartbeat.request)
    t.equal(beat.status, heartbeat.status)
    t.same(lacks(shapeOf(heartbeat.response), beat.body), [])
    // Released tablets cut a message after 200 units, also in the middle of a character.
    const cutShort = {
      ...(heartbeat.request as object),
      voices: [{ language: 'vi', version: '\ud800' }],
      store_lost: { message: `${'x'.repeat(199)}\ud83d`, stores: [] },
    }
    t.equal((await tablet.post(heartbeat.path, cutShort)).status, 200)
    t.same(
      await api.db.query(
        `select details #>> '{store_lost,message}' as message, details #>> '{voices,0,version}' as version
           from terminal_contacts where terminal_id = $1`,
        [made.terminal_id],
      ),
      [{ message: 'x'.repeat(199), version: '' }],
    )
    const { items } = (await leader.get('/api/v1/fleet')).body
    t.match(
      items.find(({ terminal_id }: { terminal_id: string }) => terminal_id === made.terminal_id),
      { state: 'online', version: (heartbeat.request as { version: string }).version, clock_offset_s: Number },
    )

    const sent = await tablet.post(ratings.path, ratings.request)
    t.equal(sent.status, ratings.status)
    t.same(sent.body.results, (ratings.response as { results: unknown }).results, 'each is stored, as it was then')
    const again = await tablet.post(ratings.path, ratings.request)
    t.match(again.body.results, [{ status: 'duplicate' }])
    const [{ id, level }] = (ratings.request as { ratings: [{ id: string; level: number }] }).ratings
    t.match(await api.db.query('select level, counter_id from ratings where rating_id = $1', [id]), [
      { level, counter_id: office.counters[0] },
    ])
    await api.count()
    t.same((await api.verify()).differences, [])
  })

  t.test(`today's tablet with an old server, ${version}`, async (t) => {
    t.ok(isConfig(recording.configuration.response), 'it shows what the old server sends')
    const { ratings } = recording.ratings.request as { ratings: { id: string }[] }
    const ids = new Set(ratings.map(({ id }) => id))
    const reply = { status: recording.ratings.status, json: recording.ratings.response, retryAfter: null, date: null }
    t.match(judge(reply, ids), { kind: 'answered', acked: [...ids].map((id) => ({ id })), rejected: [] })
    t.match(recording.heartbeat.response, { epoch: String, api_revision: Number, server_time: String })
    t.match(recording.pairing.response, { terminal_token: String, terminal: { terminal_id: String } })
  })
}
