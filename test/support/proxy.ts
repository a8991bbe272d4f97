/** A bad network between a tablet and the server: answers that get lost, come twice, are cut, or come from somebody else. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Teardown } from './browser.ts'

/**
 * What happens to a request. `swallow`: the server does its work, the answer is lost. `cut`: half of the answer arrives.
 * `double`: the request arrives twice, and the second answer is handed on. `html`: a log-in page of the network's owner
 * answers, the server hears nothing.
 */
export type Fault = 'swallow' | 'cut' | 'double' | 'html'

export interface BadNetwork {
  /** The address browsers use; it stays the same while the server is gone. */
  readonly origin: string
  /** Faults for the next requests with this path, one each; then all is well again. */
  plan(path: string, faults: readonly Fault[]): void
  /** Faults that were planned and have not happened. */
  readonly planned: number
  /** Nobody listens any more, and open connections break. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

/** Stands before the server at `target`. Everything is closed in teardown. */
export async function startBadNetwork(t: Teardown, target: string): Promise<BadNetwork> {
  const plans: { path: string; fault: Fault }[] = []
  const sockets = new Set<Socket>()
  const server = createServer((asked, reply) => void handle(asked, reply).catch(() => reply.destroy()))
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const goAway = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  t.teardown(async () => {
    if (server.listening) await goAway()
  })

  async function handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await readAll(asked)
    const place = plans.findIndex(({ path }) => asked.url?.startsWith(path))
    const fault = place < 0 ? null : plans.splice(place, 1)[0]?.fault
    if (fault === 'html') {
      reply.writeHead(200, { 'content-type': 'text/html' }).end('<title>Wi-Fi</title><form>Xin mời đăng nhập</form>')
      return
    }
    let answer = await forward(target, asked, body)
    if (fault === 'double') answer = await forward(target, asked, body)
    if (fault === 'swallow') {
      reply.destroy()
      return
    }
    reply.writeHead(answer.status, answer.headers)
    if (fault === 'cut') {
      reply.write(answer.body.subarray(0, answer.body.length / 2), () => reply.destroy())
      return
    }
    reply.end(answer.body)
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    plan(path, faults) {
      plans.push(...faults.map((fault) => ({ path, fault })))
    },
    get planned() {
      return plans.length
    },
    goAway,
    comeBack: () => listen(server, port),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** The host of the request is kept, so the server sees the address that the browser used. */
function forward(target: string, asked: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method, headers, url = '/' } = asked
    const sent = request(new URL(url, target), { method, headers }, (answered) => {
      readAll(answered).then(
        (content) => resolve({ status: answered.statusCode ?? 502, headers: answered.headers, body: content }),
        reject,
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
