/** POST /ratings: where every rating arrives. Answers after the commit, one result per item. */
import { RatingBatch, RatingBatchAnswer } from '../contract/ratings.ts'
import { fail } from '../errors.ts'
import { receiveBatch } from '../receive/batch.ts'
import { OverloadedError } from '../receive/receiver.ts'
import { type App, type Services, terminalOf } from '../services.ts'
import { createContactNotes } from './contact-notes.ts'

export async function ratingsRoutes(app: App, services: Services): Promise<void> {
  const received = services.metrics.counter('hai_long_ratings_total', 'Ratings answered, by status.')
  services.metrics.gauge('hai_long_receive_backlog', 'Ratings waiting to be written.', () =>
    services.receiver.backlog(),
  )
  const contacts = createContactNotes(services)

  app.post(
    '/api/v1/ratings',
    {
      config: { access: 'terminal', takesRevokedTerminals: true },
      schema: { body: RatingBatch, response: { 200: RatingBatchAnswer } },
    },
    async (request) => {
      const terminal = terminalOf(request)
      if (Number.isNaN(Date.parse(request.body.sent_at)))
        fail('invalid_body', [{ path: '/sent_at', problem: 'no such moment' }])
      const epoch = await services.directory.epoch()
      try {
        const results = await receiveBatch(request.body, terminal, services)
        for (const { status } of results) received.add({ status })
        contacts.heard(terminal)
        return { epoch, results }
      } catch (error) {
        if (error instanceof OverloadedError) fail('overloaded')
        throw error
      }
    },
  )
}
