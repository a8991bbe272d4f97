/**
 * Today's tablet sends what is recorded as the newest version. When it no longer does, raise the version in package.json
 * and record: RECORD_PAYLOADS=1 npm test -- test/browser/payloads.test.ts. Old recordings stay for ever.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { eventually, launchBrowser, newContext, root } from '../support/browser.ts'
import { createOffice } from '../support/office.ts'
import {
  CODE,
  type Payload,
  type PayloadName,
  payloadFile,
  payloadNames,
  type Recording,
  readRecording,
  recordedVersions,
  replaced,
  shapeOf,
  TERMINAL,
} from '../support/payloads.ts'
import { startSite } from '../support/site.ts'
import { TabletPage } from '../support/tablet-page.ts'

const nameOf: Record<string, PayloadName> = {
  '/api/v1/terminals/pair': 'pairing',
  '/api/v1/terminal': 'configuration',
  '/api/v1/terminal/heartbeat': 'heartbeat',
  '/api/v1/ratings': 'ratings',
}

t.test('what the tablet sends has the shape of the newest recording', async (t) => {
  const site = await startSite(t)
  const browser = await launchBrowser(t)
  const { context } = await newContext(browser)
  const seen: Partial<Recording> = {}
  context.on('response', async (answer) => {
    const asked = answer.request()
    const name = nameOf[new URL(answer.url()).pathname]
    if (!name || seen[name] || answer.status() >= 300) return
    const body = asked.postData()
    seen[name] = {
      method: asked.method() as Payload['method'],
      path: new URL(answer.url()).pathname,
      request: body === null ? null : JSON.parse(body),
      status: answer.status(),
      response: await answer.json().catch(() => null),
    }
  })
  const office = await createOffice(site.db, { counters: 1 })
  const leader = await site.staff('unit_leader', { unit_id: office.unit_id })
  const made = (await leader.post('/api/v1/terminals', { counter_id: String(office.counters[0]) })).body
  const tablet = await TabletPage.open(context, site.origin)
  await tablet.pair(made.pairing_code)
  await tablet.pick(2)
  await tablet.tile(0).click()
  await tablet.remark('Cảm ơn')
  const all = await eventually('a payload of each kind', () =>
    payloadNames.every((name) => seen[name]?.response) ? (seen as Recording) : null,
  )

  if (process.env.RECORD_PAYLOADS) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const secret = (all.pairing.response as { terminal_token: string }).terminal_token
    for (const name of payloadNames) {
      let payload = replaced(all[name], made.terminal_id, TERMINAL)
      payload = replaced(replaced(payload, made.pairing_code, CODE), secret, 'THE-TOKEN')
      mkdirSync(dirname(payloadFile(version, name)), { recursive: true })
      writeFileSync(payloadFile(version, name), `${JSON.stringify(payload, null, 2)}\n`)
    }
  }
  const recorded = readRecording(recordedVersions().at(-1) as string)
  for (const name of payloadNames) {
    t.same([all[name].method, all[name].path], [recorded[name].method, recorded[name].path], name)
    t.same(shapeOf(all[name].request), shapeOf(recorded[name].request), `${name}: what is sent`)
  }
})
