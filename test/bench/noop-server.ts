/** The yardstick of receiving: a Fastify route with the same body schema that does nothing. Prints its port. */
import Fastify from 'fastify'
import { RatingBatch, RatingBatchAnswer } from '../../server/contract/ratings.ts'

const app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })
app.post(
  '/api/v1/ratings',
  { schema: { body: RatingBatch, response: { 200: RatingBatchAnswer } } },
  async (request) => {
    const { ratings } = request.body as RatingBatch
    const results = ratings.map((item, index) => ({
      index,
      id: (item as { id: string }).id,
      status: 'stored' as const,
    }))
    return { epoch: '00000000-0000-4000-8000-000000000000', results }
  },
)
await app.listen({ host: '127.0.0.1', port: 0 })
console.log((app.server.address() as { port: number }).port)
