/** Gathers the schemas of the routes for /openapi.json; registered before the first route. */
import swagger from '@fastify/swagger'
import type { App } from '../services.ts'

export async function registerOpenapi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hài Lòng',
        description:
          'Ratings of one-stop counters. Within v1 fields are only ever added. Staff calls carry the session cookie and, ' +
          'when they change something, an Origin; tablets carry their token.',
        version: '1',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: '__Host-session' },
          terminal: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    // Who may call what is declared once, in config.access; the page repeats it.
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      if (access === undefined || access === 'public') return { schema: { ...schema, security: [] }, url }
      if (access === 'terminal') return { schema: { ...schema, security: [{ terminal: [] }] }, url }
      return {
        schema: {
          ...schema,
          security: [{ session: [] }, ...(access.terminals ? [{ terminal: [] }] : [])],
          description: `Roles: ${access.roles.join(', ')}.`,
        },
        url,
      }
    },
  })
}
