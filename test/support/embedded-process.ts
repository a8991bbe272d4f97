/** A process that holds the PostgreSQL of DATA_DIR and nothing else: it stops it again and says so, or waits to be killed. */
import { pino } from 'pino'
import { findPlace } from '../../server/embedded/places.ts'
import { startEmbedded } from '../../server/embedded/supervisor.ts'

const dataDir = process.env.DATA_DIR as string
const postgres = await startEmbedded({
  dataDir,
  place: findPlace(dataDir),
  log: pino({ level: 'silent' }),
  onGiveUp: () => {},
})
console.log('ready')
if (process.env.TEST_STAY) setInterval(() => {}, 1000)
else {
  await postgres.stop()
  console.log(
    `stopped ${postgres.notes.some((note) => note.includes('taken over')) ? 'what was taken over' : 'its own'}`,
  )
}
