/** The product's own server, listening for browsers: built pages, a clock that tests turn, counting when wanted. */
import { realpathSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Test } from 'tap'
import { startCounting } from '../../server/count/worker.ts'
import { ensurePilotUnits } from '../../server/queries/pilot.ts'
import { startTestApp, type TestApp } from './app.ts'
import { eventually, root } from './browser.ts'

export interface Site extends TestApp {
  /** `http://127.0.0.1:PORT`: browsers take loopback for a secure place. */
  readonly origin: string
  /** Starts the counting worker; it is stopped in teardown. Before, ratings wait in the inbox. */
  startCounting(): void
  /** Resolves when so many ratings are stored. */
  stored(ratings: number): Promise<void>
  /** Resolves when so many ratings are stored and none of them waits to be counted. */
  counted(ratings: number): Promise<void>
}

type Parts = NonNullable<Parameters<typeof startTestApp>[1]>

/** A database with the pilot units and their counters, served on a free port of this machine; with `config.pagesDir` from there. */
export async function startSite(t: Test, parts: Parts = {}): Promise<Site> {
  const server = await startTestApp(t, {
    ...parts,
    // The real folder: a build made meanwhile moves the link, and pages would change under a running test.
    config: { pagesDir: realpathSync(join(root, 'dist')), ...parts.config },
  })
  await ensurePilotUnits(server.db.ownerUrl)
  const { app, clock, pools, db } = server
  // Node writes its own clock into every answer; pages read the date of reports from there, so it must be the test's.
  app.server.prependListener('request', (_request, response) => {
    response.setHeader('date', new Date(clock.now()).toUTCString())
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    ...server,
    origin,
    startCounting() {
      const worker = startCounting({ pools, clock, log: pino({ level: 'silent' }) })
      t.teardown(() => worker.stop())
    },
    stored: (ratings) => arrive(ratings, false),
    counted: (ratings) => arrive(ratings, true),
  }

  async function arrive(ratings: number, counted: boolean): Promise<void> {
    const look = async () => {
      const [row] = await db.query<{ stored: number; waiting: number }>(
        `select (select count(*) from ratings)::int as stored, (select count(*) from inbox)::int as waiting`,
      )
      return row
    }
    await eventually(`${ratings} ratings ${counted ? 'counted' : 'stored'}`, async () => {
      const row = await look()
      return row?.stored === ratings && (!counted || row.waiting === 0)
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}; there are ${JSON.stringify(await look())}`)
    })
  }
}
