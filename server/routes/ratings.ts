/** POST /ratings: where every rating arrives. Answers after the commit, one result per item. */
import type { FastifyReply } from 'fastify'
import { MAX_BATCH, MAX_PADDING, RatingBatch, RatingBatchAnswer } from '../contract/ratings.ts'
import { ApiError, fail } from '../errors.ts'
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

  const countStored = received.of({ status: 'stored' })
  const refuse = createRefusal(services)

  app.post(
    '/api/v1/ratings',
    {
      config: { access: 'terminal', takesRevokedTerminals: true, cleansTexts: true },
      schema: { body: RatingBatch, response: { 200: RatingBatchAnswer } },
      // A logger of its own for each request costs as much as checking a rating, and here it would name nobody.
      childLoggerFactory: (logger) => logger,
      onRequest: (_request, reply, done) => {
        // How many the body holds is not known before it is read.
        if (services.receiver.hasRoom(MAX_BATCH)) done()
        else refuse(reply)
      },
    },
    async (request, reply) => {
      const terminal = terminalOf(request)
      if (Number.isNaN(Date.parse(request.body.sent_at)))
        fail('invalid_body', [{ path: '/sent_at', problem: 'no such moment' }])
      if (request.body.padding !== undefined && request.body.padding.length > MAX_PADDING)
        fail('invalid_body', [{ path: '/padding', problem: `longer than ${MAX_PADDING} characters` }])
      const { epoch, ...standing } = services.directory.standingAtHand() ?? (await services.directory.standing())
      try {
        const results = await receiveBatch(request.body, terminal, services)
        for (const { status } of results) {
          if (status === 'stored') countStored()
          else received.add({ status })
        }
        contacts.heard(terminal)
        // Read after the commit. The epoch was known before it: with another one it is not said which data hold these ratings.
        const backups = await services.directory.backups()
        const backup_generation = backups.epoch === epoch ? backups.backup_generation : null
        return { epoch, results, ...standing, backed_up_through: null, backup_generation }
      } catch (error) {
        if (error instanceof OverloadedError) return refuse(reply)
        throw error
      }
    },
  )
}

/** Says `overloaded` in as little work as can be: whoever has too much to do must not have more by saying so. */
function createRefusal({ metrics }: Services): (reply: FastifyReply) => FastifyReply {
  const refused = metrics
    .counter('hai_long_refused_total', 'Requests with ratings refused because too many wait.')
    .of({})
  const error = new ApiError('overloaded')
  const body = JSON.stringify(error.toBody())
  const failure = { code: error.code, error: undefined }
  return (reply) => {
    refused()
    reply.request.tabletFailure = failure
    return reply
      .code(error.status)
      .header('retry-after', String(error.retryAfter))
      .header('content-type', 'application/json; charset=utf-8')
      .serializer(asIs)
      .send(body)
  }
}

const asIs = (payload: unknown): string => payload as string
