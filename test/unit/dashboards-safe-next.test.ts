/** After a log-in only a page of this site may follow, whatever a link that was sent around says. */
import t from 'tap'
import { safeNext } from '../../dashboards/safe-next.ts'

t.test('pages of this site pass as they are', async (t) => {
  for (const page of ['/', '/units/3?from=2026-09-15&to=2026-12-14', '/me', '/admin/terminals?unit=2', '/logins']) {
    t.equal(safeNext(page), page)
  }
})

t.test('everything else leads nowhere', async (t) => {
  const elsewhere = [
    '//evil.example/x',
    'https://evil.example',
    'javascript:alert(1)',
    '/\\evil.example',
    '\\\\evil.example',
  ]
  const dropped = ['/\t/evil.example', '/\n/evil.example', '/\u0000x']
  for (const bad of [null, '', 'me', ...elsewhere, ...dropped, '/login', '/login?next=/login', '/setup#x']) {
    t.equal(safeNext(bad), null, JSON.stringify(bad))
  }
})
