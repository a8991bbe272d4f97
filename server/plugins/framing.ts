/** Refuses requests whose end is in doubt, before anything else sees them, and closes their connection. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'

/** What Fastify hands on of its own options. */
interface Timeouts {
  readonly https?: ServerOptions | null
  readonly keepAliveTimeout: number
  readonly requestTimeout: number
  readonly connectionTimeout: number
}

/** Connections that were refused: what follows on them may be the rest of a body, so it is not answered. */
const refused = new WeakSet<Socket>()

/** True when `socket` got its refusal already. */
export const isRefused = (socket: Socket): boolean => refused.has(socket)

/**
 * A server for Fastify's `serverFactory`. Node hands a request on before it finds that its `Transfer-Encoding` is not
 * `chunked`, and takes codings that it cannot decode; both would be carried out, with a next request read from the rest.
 */
export function createFramedServer(handle: RequestListener, options: object): Server {
  const { https, keepAliveTimeout, requestTimeout, connectionTimeout } = options as Timeouts
  const guarded: RequestListener = (request, response) => {
    if (isRefused(request.socket)) return
    if (isFramed(request)) handle(request, response)
    else refuse(request, response, 400)
  }
  // The type that Fastify's options have where they take a certificate.
  const server = (https ? createTlsServer(https, guarded) : createServer(guarded)) as Server
  // Node's own answer leaves the connection open, whatever the request's framing.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => refuse(request, response, 417))
  server.keepAliveTimeout = keepAliveTimeout
  server.requestTimeout = requestTimeout
  server.setTimeout(connectionTimeout)
  return server
}

/** `chunked` is the only coding there is here, and HTTP/1.0 knows none (RFC 9112, 6.1). */
function isFramed({ headers, httpVersion }: IncomingMessage): boolean {
  const coding = headers['transfer-encoding']
  return coding === undefined || (coding.toLowerCase() === 'chunked' && httpVersion === '1.1')
}

function refuse({ socket }: IncomingMessage, response: ServerResponse, status: number): void {
  refused.add(socket)
  response.writeHead(status, { 'content-length': '0', connection: 'close' }).end()
}
