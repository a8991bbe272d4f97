/** A process that looks once for report mails on TEST_MAIL_URL at the moment TEST_MAIL_NOW, for tests that kill it. */
import { createMailer } from '../../server/mail/mailer.ts'
import { openPools } from '../../server/queries/database.ts'

const quiet = { warn() {}, info() {}, error() {} } as unknown as Parameters<typeof createMailer>[0]['log']
const pools = await openPools(
  { ownerUrl: process.env.TEST_MAIL_URL as string, appUrl: null, ingestUrl: null },
  () => {},
)
const mailer = createMailer({
  pools,
  clock: { now: () => Number(process.env.TEST_MAIL_NOW) },
  log: quiet,
  config: { mail: JSON.parse(process.env.TEST_MAIL_SETTINGS as string) },
})
await mailer.look()
await pools.close()
