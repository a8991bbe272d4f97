/** A process that does nothing but seal the audit log of TEST_SEAL_URL, for tests that kill it. */
import { startSealing } from '../../server/audit/sealer.ts'
import { openPools } from '../../server/queries/database.ts'

const quiet = { warn() {}, info() {}, error() {} } as unknown as Parameters<typeof startSealing>[0]['log']
const pools = await openPools(
  { ownerUrl: process.env.TEST_SEAL_URL as string, appUrl: null, ingestUrl: null },
  () => {},
)
startSealing({
  pools,
  key: Buffer.from(process.env.TEST_SEAL_KEY as string, 'hex'),
  log: quiet,
  onSealed: ({ seals }) => console.log(seals),
})
