/** Over https with an own CA, under a name that is no loopback: what a tablet and a PC in an office really have. */
import { createHash, X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import { chromium } from 'playwright-core'
import t from 'tap'
import { issueCertificate, makeAuthority } from '../../server/bin/own-ca.ts'
import { eventually, launchOptions, watch } from '../support/browser.ts'
import { createOffice } from '../support/office.ts'
import { startSite } from '../support/site.ts'
import { logIn } from '../support/staff-page.ts'
import { TabletPage } from '../support/tablet-page.ts'

const NAME = 'hailong.sonla.example'
const PASSWORD = 'bốn con mèo đen ngủ'
const pin = (cert: string) =>
  createHash('sha256')
    .update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')

t.test('secure context, pairing, a rating that arrives, and the log-in cookie', async (t) => {
  const issued = issueCertificate(makeAuthority(Date.now()), { names: [NAME], addresses: [] }, Date.now())
  const tls = { cert: Buffer.from(issued.cert), key: Buffer.from(issued.key) }
  const site = await startSite(t, { config: { tls, host: '127.0.0.1' } })
  const { port } = site.app.server.address() as AddressInfo
  const origin = `https://${NAME}:${port}`
  const greet = (maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
    new Promise<string>((resolve) => {
      // Level 0 lets this side offer the old version at all: it is the server that must refuse.
      const ciphers = 'DEFAULT@SECLEVEL=0'
      const options = {
        port,
        host: '127.0.0.1',
        maxVersion,
        minVersion: maxVersion,
        ciphers,
        rejectUnauthorized: false,
      }
      const socket = connect(options, () => {
        resolve(socket.getProtocol() ?? 'none')
        socket.destroy()
      })
      socket.on('error', ({ message }) => resolve(message))
    })
  t.match(await greet('TLSv1.1'), /alert protocol version|unsupported protocol/i, 'nothing older than TLS 1.2')
  t.equal(await greet('TLSv1.2'), 'TLSv1.2')
  const options = await launchOptions()
  const args = [...options.args, `--host-resolver-rules=MAP ${NAME} 127.0.0.1`]

  const strange = await chromium.launch({ ...options, args })
  t.teardown(() => strange.close())
  const refused = (await strange.newPage()).goto(`${origin}/terminal/`)
  await t.rejects(refused, /ERR_CERT_AUTHORITY_INVALID/, 'without the CA nobody gets in')

  // The same as installing the CA, for this browser alone: it takes this very key as proven.
  const trusting = [...args, `--ignore-certificate-errors-spki-list=${pin(issued.cert)}`]
  const profile = t.testdir()
  const context = await chromium.launchPersistentContext(profile, { ...options, args: trusting, locale: 'vi-VN' })
  t.teardown(() => context.close())
  const complaints = await watch(context)

  const office = await createOffice(site.db, { counters: 1 })
  const { unit_id } = office
  const administrator = await site.staff('administrator')
  const account = { username: 'vanphong', password: PASSWORD, role: 'unit_clerk', unit_id: String(unit_id) }
  t.equal((await administrator.post('/api/v1/accounts', account)).status, 201)
  const made = await administrator.post('/api/v1/terminals', { counter_id: String(office.counters[0]), name: 'Máy 7' })

  const tablet = await TabletPage.open(context, origin)
  t.ok(await tablet.page.evaluate(() => isSecureContext), 'a secure context, and no loopback')
  await tablet.pair(made.body.pairing_code)
  t.ok(await tablet.page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active !== null)))
  await tablet.pick(5)
  await tablet.done()
  await eventually('the rating is acknowledged', async () => (await tablet.queue())[0]?.state === 'acked')
  t.match(await site.db.query('select level, counter_id from ratings'), [{ level: 5, counter_id: office.counters[0] }])

  const staff = await context.newPage()
  await logIn(staff, origin, 'vanphong', PASSWORD, 'week')
  const cookies = await context.cookies(origin)
  t.match(cookies, [{ name: '__Host-session', secure: true, httpOnly: true, domain: NAME, path: '/' }])
  await staff.goto(`${origin}/terminals`)
  const card = staff.locator(`article[data-terminal-id="${made.body.terminal_id}"]`)
  await card.waitFor()
  t.equal(await card.getAttribute('data-state'), 'online')
  t.match(await card.textContent(), /Máy 7.*Đang hoạt động.*Chờ gửi/)

  // Moved to the counter beside it, by hand: asked once more, then the card stands there.
  const beside = await administrator.post('/api/v1/counters', { unit_id: String(unit_id), name: 'Quầy bên' })
  await staff.reload()
  await card.locator('summary').click()
  await card.getByLabel('Chuyển sang quầy').selectOption(beside.body.counter_id)
  await card.getByRole('button', { name: 'Chuyển', exact: true }).click()
  t.match(await card.textContent(), /Chuyển Máy 7 từ Quầy 1 sang Quầy bên\?/)
  await card.getByRole('button', { name: 'Chuyển', exact: true }).click()
  await card.getByRole('heading', { name: 'Quầy bên' }).waitFor()
  t.match(await site.db.query('select counter_id from terminals where name = $1', ['Máy 7']), [
    { counter_id: Number(beside.body.counter_id) },
  ])
  t.same(complaints, [])
})
