/** Builds the server: behaviour common to all routes, then ONE list of routes, readable from top to bottom. */
import Fastify, { LogController } from 'fastify'
import { registerAccess } from './plugins/access.ts'
import { compileOnce } from './plugins/compile-once.ts'
import { registerCompression } from './plugins/compression.ts'
import { answerBrokenRequest, registerErrorHandling, sendError } from './plugins/error-handling.ts'
import { registerEtags } from './plugins/etag.ts'
import { createFramedServer } from './plugins/framing.ts'
import { registerJsonBodies } from './plugins/json-bodies.ts'
import { registerAddressLimit, registerCallerLimit } from './plugins/limits.ts'
import { registerOpenapi } from './plugins/openapi.ts'
import { registerOriginCheck } from './plugins/origin.ts'
import { registerRequestLog } from './plugins/request-log.ts'
import { registerRouteRules } from './plugins/route-rules.ts'
import { registerSecurityHeaders } from './plugins/security-headers.ts'
import { registerSessions } from './plugins/sessions.ts'
import { registerStandingAnswers } from './plugins/standing-answers.ts'
import { registerTerminalToken } from './plugins/terminal-token.ts'
import { startPlacing } from './receive/quarantined.ts'
import { startDating } from './receive/undated.ts'
import { absencesRoutes } from './routes/absences.ts'
import { accountLinksRoutes } from './routes/account-links.ts'
import { accountsRoutes } from './routes/accounts.ts'
import { assignmentsRoutes } from './routes/assignments.ts'
import { auditRoutes } from './routes/audit.ts'
import { boardsRoutes } from './routes/boards.ts'
import { casesRoutes } from './routes/cases.ts'
import { changesRoutes } from './routes/changes.ts'
import { clipsRoutes } from './routes/clips.ts'
import { countersRoutes } from './routes/counters.ts'
import { episodesRoutes } from './routes/episodes.ts'
import { exportsRoutes } from './routes/exports.ts'
import { fleetRoutes } from './routes/fleet.ts'
import { grantsRoutes } from './routes/grants.ts'
import { healthRoutes } from './routes/health.ts'
import { holidaysRoutes } from './routes/holidays.ts'
import { importsRoutes } from './routes/imports.ts'
import { integrityReportsRoutes } from './routes/integrity-reports.ts'
import { issuedReportsRoutes } from './routes/issued-reports.ts'
import { officerDataRoutes } from './routes/officer-data.ts'
import { officersRoutes } from './routes/officers.ts'
import { openapiRoutes } from './routes/openapi.ts'
import { ownAccountRoutes } from './routes/own-account.ts'
import { paperSlipsRoutes } from './routes/paper-slips.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { ratingsRoutes } from './routes/ratings.ts'
import { remarksRoutes } from './routes/remarks.ts'
import { reportSchedulesRoutes } from './routes/report-schedules.ts'
import { reportsRoutes } from './routes/reports.ts'
import { rosterChangesRoutes } from './routes/roster-changes.ts'
import { rosterDoubtsRoutes } from './routes/roster-doubts.ts'
import { rosterGapsRoutes } from './routes/roster-gaps.ts'
import { servicePinsRoutes } from './routes/service-pins.ts'
import { sessionRoutes } from './routes/session.ts'
import { setupRoutes } from './routes/setup.ts'
import { staticRoutes } from './routes/static.ts'
import { terminalRoutes } from './routes/terminal.ts'
import { terminalsRoutes } from './routes/terminals.ts'
import { unitsRoutes } from './routes/units.ts'
import { visitsRoutes } from './routes/visits.ts'
import { voiceSetsRoutes } from './routes/voice-sets.ts'
import { type App, createServices, type ServiceParts } from './services.ts'

export const BODY_LIMIT = 1_048_576

/**
 * The whole server, not yet listening. Throws when a route does not declare who may call it. Closing it waits for
 * the ratings that are being written; the pools stay open and belong to the caller.
 */
export async function buildApp(parts: ServiceParts): Promise<App> {
  const services = createServices(parts)
  const { config } = services
  const app = Fastify({
    loggerInstance: services.log,
    // plugins/request-log.ts writes one line instead, and no address.
    logController: new LogController({ disableRequestLogging: true }),
    https: config.tls,
    serverFactory: createFramedServer,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    // Not a sequence: its gaps would count the calls of tablets between two lines of others.
    genReqId: () => Math.random().toString(36).slice(2),
    // Node's own defaults are "never": a few hundred half-open sockets would then be enough.
    requestTimeout: 30_000,
    connectionTimeout: 65_000,
    keepAliveTimeout: 60_000,
    routerOptions: { maxParamLength: 200 },
    // A rating that arrives while the server is going down is still stored and answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false, useDefaults: false } },
    schemaController: { compilersFactory: compileOnce },
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  }) as unknown as App

  registerErrorHandling(app)
  registerRouteRules(app)
  registerJsonBodies(app)
  registerRequestLog(app, services)
  registerTerminalToken(app, services.directory)
  // Hooks run in this order for every request: headers, address, who is calling, origin, caller.
  registerSecurityHeaders(app, services)
  registerAddressLimit(app)
  await registerSessions(app)
  registerAccess(app, services)
  registerOriginCheck(app, services)
  registerCallerLimit(app)
  registerStandingAnswers(app, services)
  registerEtags(app)
  registerCompression(app)
  await registerOpenapi(app)

  // The tablet
  await ratingsRoutes(app, services)
  await terminalRoutes(app, services)
  // Staff: who they are
  await sessionRoutes(app, services)
  await setupRoutes(app, services)
  await ownAccountRoutes(app, services)
  await accountsRoutes(app, services)
  await accountLinksRoutes(app, services)
  await grantsRoutes(app, services)
  await auditRoutes(app, services)
  // Staff: the organisation
  await unitsRoutes(app, services)
  await countersRoutes(app, services)
  await officersRoutes(app, services)
  await assignmentsRoutes(app, services)
  await rosterChangesRoutes(app, services)
  await absencesRoutes(app, services)
  await rosterDoubtsRoutes(app, services)
  await rosterGapsRoutes(app, services)
  await holidaysRoutes(app, services)
  await visitsRoutes(app, services)
  await paperSlipsRoutes(app, services)
  await importsRoutes(app, services)
  await exportsRoutes(app, services)
  await officerDataRoutes(app, services)
  await terminalsRoutes(app, services)
  await fleetRoutes(app, services)
  await servicePinsRoutes(app, services)
  await voiceSetsRoutes(app, services)
  await clipsRoutes(app, services)
  await quarantineRoutes(app, services)
  // Staff: the figures
  await reportsRoutes(app, services)
  await issuedReportsRoutes(app, services)
  await reportSchedulesRoutes(app, services)
  await remarksRoutes(app, services)
  await integrityReportsRoutes(app, services)
  await episodesRoutes(app, services)
  await casesRoutes(app, services)
  await changesRoutes(app, services)
  await boardsRoutes(app, services)
  // Operators
  await healthRoutes(app, services)
  await openapiRoutes(app)
  // Pages, last: they take what is left
  await staticRoutes(app, services)

  app.addHook('onReady', async () => services.changes.listen())
  const stopDating = startDating(services)
  const stopPlacing = startPlacing(services)
  app.addHook('onClose', () => {
    stopDating()
    stopPlacing()
    return Promise.all([services.changes.close(), services.receiver.drain()])
  })
  return app
}
