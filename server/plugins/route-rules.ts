/** What every route must declare, checked while the server starts: who may call it, and which query parameters it knows. */
import type { RouteOptions } from 'fastify'
import { Closed } from '../contract/common.ts'
import { ErrorBody } from '../contract/errors.ts'
import type { Access, App } from '../services.ts'

export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly access: Access
  readonly hasBody: boolean
  /** Bytes, where it takes more than the others; else undefined. */
  readonly bodyLimit: number | undefined
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the server in order of registration; HEAD is left out where GET stands for it. */
    declaredRoutes: readonly DeclaredRoute[]
    /** Methods that a path takes under other methods than the one asked for; empty = no such path. */
    methodsOf(path: string): readonly string[]
  }
}

/**
 * Refuses to start with a route that does not say who may call it. Every API route without a query schema takes no
 * parameters at all, and every answer of an error has the one error shape.
 */
export function registerRouteRules(app: App): void {
  const routes: DeclaredRoute[] = []
  const patterns: { matcher: RegExp; method: string }[] = []

  app.decorate('declaredRoutes', routes)
  app.decorate('methodsOf', (path: string) => [
    ...new Set(patterns.filter(({ matcher }) => matcher.test(path)).map(({ method }) => method)),
  ])

  app.addHook('onRoute', (route: RouteOptions) => {
    const access = route.config?.access
    if (access === undefined) {
      throw new Error(`${String(route.method)} ${route.url} does not declare config.access: say who may call it`)
    }
    if (typeof access === 'object' && access.roles.length === 0) {
      throw new Error(`${String(route.method)} ${route.url} may be called by no role at all`)
    }
    for (const method of [route.method].flat()) {
      if (method !== 'HEAD') {
        const { url, bodyLimit } = route
        routes.push({ method, url, access, hasBody: route.schema?.body !== undefined, bodyLimit })
      }
      // A wildcard takes every path and so says nothing about a wrong method.
      if (!route.url.includes('*')) patterns.push({ matcher: matcherOf(route.url), method })
    }
    if (!route.url.startsWith('/api/')) return
    route.schema = {
      querystring: Closed({}),
      ...route.schema,
      response: { ...(route.schema?.response as object | undefined), '4xx': ErrorBody, '5xx': ErrorBody },
    }
  })
}

function matcherOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^${parts.join('/')}$`)
}
