/** /openapi.json: the description of this API, made from the very schemas that validate. */
import type { App } from '../services.ts'

export async function openapiRoutes(app: App): Promise<void> {
  app.get('/api/v1/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger())
}
