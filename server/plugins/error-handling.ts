/** Turns whatever went wrong into the one error shape; what is not the caller's fault is logged, and says nothing of itself. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import { ApiError, toApiError } from '../errors.ts'
import type { App } from '../services.ts'
import { isTabletCall } from '../tablet-failures.ts'
import { isRefused } from './framing.ts'

export function registerErrorHandling(app: App): void {
  app.decorateRequest('tabletFailure', null)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => sendError(noSuchRoute(app, request), request, reply))
}

/** 405 with `Allow` in its details when the path exists under other methods, else 404. */
export function noSuchRoute(app: App, request: FastifyRequest): ApiError {
  const path = request.url.split('?', 1)[0] ?? ''
  const methods = app.methodsOf(path).filter((method) => method !== request.method)
  if (methods.length === 0) return new ApiError('not_found')
  return new ApiError('method_not_allowed', { allowed: methods })
}

/** Answers with the error; safe to call before routing has found anything. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toApiError(error) ?? fromFramework(error as FastifyError)
  const answer = known ?? new ApiError('internal_error')
  if (isTabletCall(request)) {
    // The error of a refused body quotes it.
    request.tabletFailure = { code: answer.code, error: answer.status >= 500 ? error : undefined }
  } else if (!known && hasGone(error, request))
    request.log.info({ route: request.routeOptions?.url }, 'the caller has gone')
  else if (!known) request.log.error({ err: error, route: request.routeOptions?.url }, 'request failed')
  else if (known.status === 503) request.log.warn({ err: error, route: request.routeOptions?.url }, known.code)
  if (answer.retryAfter !== null) reply.header('retry-after', String(answer.retryAfter))
  if (answer.code === 'method_not_allowed') {
    reply.header('allow', (answer.details as { allowed: string[] }).allowed.join(', '))
  }
  return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.toBody())
}

/** Work was given up because nobody waits for it any more. */
const hasGone = (error: unknown, request: FastifyRequest): boolean =>
  error instanceof DOMException && error.name === 'AbortError' && request.signal.aborted

/** Fastify's own refusals, by their code; null for anything else. */
function fromFramework(error: FastifyError): ApiError | null {
  if (error?.validation) return fromValidation(error.validation, error.validationContext)
  switch (error?.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ApiError('invalid_json')
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError('body_too_large')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError('unsupported_media_type')
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
    case 'FST_ERR_ASYNC_CONSTRAINT':
    case 'FST_STATIC_FORBIDDEN_PATH':
    case 'FST_ERR_NOT_FOUND':
      return new ApiError('not_found')
    default:
      // A file of the pages that the web server refuses for its own reasons (malformed path, a precondition).
      return error?.statusCode && error.statusCode >= 400 && error.statusCode < 500 ? new ApiError('not_found') : null
  }
}

/** Ajv's findings -> a code and what to mend, as `[{ path, problem }]` with JSON pointers into the body or query. */
function fromValidation(
  findings: FastifySchemaValidationError[],
  context: FastifyError['validationContext'],
): ApiError {
  // An id of the wrong form belongs to nothing.
  if (context === 'params') return new ApiError('not_found')
  const details = findings.filter(({ keyword }) => keyword !== 'anyOf').map(describe)
  if (context === 'querystring') return new ApiError('invalid_query', details)
  const first = findings[0]
  if (first?.keyword === 'additionalProperties') return new ApiError('unknown_field', details)
  // Only lists at the top of a body are batches; deeper ones are parts of one item.
  if (first?.keyword === 'maxItems' && first.instancePath.split('/').length === 2) {
    return new ApiError('batch_too_large', details)
  }
  return new ApiError('invalid_body', details)
}

function describe({ keyword, instancePath, params, message }: FastifySchemaValidationError) {
  if (keyword === 'required') return { path: `${instancePath}/${params.missingProperty}`, problem: 'is required' }
  if (keyword === 'additionalProperties') {
    return { path: `${instancePath}/${params.additionalProperty}`, problem: 'is not known here' }
  }
  if (keyword === 'enum') {
    return { path: instancePath, problem: `must be one of: ${(params.allowedValues as unknown[]).join(', ')}` }
  }
  return { path: instancePath, problem: message ?? 'is not valid' }
}

/** What is no HTTP at all, or came too slowly or with too many headers: there is no request to answer by. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  // A refusal is on its way and closes the connection.
  if (error.code === 'ECONNRESET' || socket.destroyed || isRefused(socket)) return
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request'
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  }
  socket.destroySoon()
}
