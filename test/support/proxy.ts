/** A bad network between a tablet and the server: answers that get lost, come twice, are cut, or come from somebody else. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Teardown } from './browser.ts'

/** Where an answer, or with `ask` the question on its way up, breaks off. */
export type Cut = 'status' | 'header' | 'head' | 'first' | 'middle' | 'last' | 'ask'
export const cuts: readonly Cut[] = ['status', 'header', 'head', 'first', 'middle', 'last', 'ask']

/**
 * What happens to a request. `swallow`: the server does its work, the answer is lost. `cut`: a part of the answer
 * arrives. `double`: the request arrives twice, and the second answer is handed on. `parallel`: it arrives at both
 * servers at once. `late`: the connection breaks, and the request arrives after the next one has been answered. `slow`:
 * the answer trickles. The last three are other people's answers, and the server hears nothing: a log-in page of the
 * network's owner, a redirect to it, an empty page.
 */
export type Fault =
  | 'swallow'
  | 'cut'
  | { cut: Cut }
  | 'double'
  | 'parallel'
  | 'late'
  | 'slow'
  | 'html'
  | 'redirect'
  | 'empty'

/** One question and what the server answered, whether or not the answer went on to the tablet whole. */
export interface Exchange {
  path: string
  asked: string
  status: number
  answered: string
  delivered: boolean
  /** Bytes of head and body, in plain text under any TLS. */
  bytes: { asked: number; answered: number }
}

export interface BadNetwork {
  /** The address browsers use; it stays the same while the server is gone. */
  readonly origin: string
  /** Faults for the next requests with this path, one each; then all is well again. */
  plan(path: string, faults: readonly Fault[]): void
  /** Faults that were planned and have not happened. */
  readonly planned: number
  /** Called for everything that reached a server; what it sees is told by nobody else. */
  watch(observer: (exchange: Exchange) => void): void
  /** Answers for all paths that the rule has one for, until another rule or null; the server hears nothing of these requests. */
  intercept(rule: ((path: string) => ForeignAnswer | null) | null): void
  /** Requests in whose body this text stands get no answer from now on; null ends it. */
  poison(text: string | null): void
  /** Shows this certificate from now on; open connections break. */
  present(tls: { cert: string; key: string }): void
  /** Another server behind the same address: one that was restored, or started anew on another port. */
  lead(target: string): void
  /** Nothing passes any more on the connections that are open, and none of them breaks; new ones are well. */
  freeze(): void
  /** Nobody listens any more, and open connections break. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

/** What somebody else answers in the server's place. */
export interface ForeignAnswer {
  status: number
  headers?: Record<string, string>
  body: string | Buffer
}

/** The log-in page of the network's owner, as a browser shows it with status 200. */
export const loginPage: ForeignAnswer = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<title>Wi-Fi</title><form>Xin mời đăng nhập</form>',
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
  bytes: number
}

const headBytes = (firstLine: string, rawHeaders: readonly string[]): number =>
  Buffer.byteLength(firstLine) + 4 + rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0)

interface Options {
  /** Where `parallel` goes beside the server itself. */
  second?: string
  /** Speaks https with this certificate. */
  tls?: { cert: string; key: string }
  /** The name under which browsers reach it, when it is not the loopback address. */
  name?: string
  /** What comes through of a stream of events: nothing until it is over, its head alone until then, or all of it at once. */
  streams?: 'nothing' | 'head' | 'all'
}

/** Stands before the server at `target`. Everything is closed in teardown. */
export async function startBadNetwork(t: Teardown, target: string, options: Options = {}): Promise<BadNetwork> {
  const plans: { path: string; fault: Fault }[] = []
  const observers: ((exchange: Exchange) => void)[] = []
  const sockets = new Set<Socket>()
  let leadsTo = target
  let poison: string | null = null
  let foreign: ((path: string) => ForeignAnswer | null) | null = null
  let held: (() => Promise<unknown>)[] = []
  const listener = (asked: IncomingMessage, reply: ServerResponse) =>
    void handle(asked, reply).catch(() => reply.destroy())
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
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

  /** Asks a server and tells the observers. */
  async function ask(asked: IncomingMessage, body: Buffer, delivered: boolean, to = leadsTo): Promise<Answer> {
    const answer = await forward(to, asked, body)
    const { status } = answer
    const { method, url = '', rawHeaders } = asked
    const bytes = {
      asked: headBytes(`${method} ${url} HTTP/1.1`, rawHeaders) + body.length,
      answered: answer.bytes,
    }
    const told = { path: url, asked: body.toString(), status, answered: answer.body.toString(), delivered, bytes }
    for (const observe of observers) observe(told)
    return answer
  }

  async function handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await readAll(asked)
    const { streams = 'nothing' } = options
    if (asked.headers.accept === 'text/event-stream' && streams !== 'nothing') {
      passStream(leadsTo, asked, reply, streams === 'all')
      return
    }
    if (poison !== null && body.includes(poison)) {
      reply.destroy()
      return
    }
    const intercepted = foreign?.(asked.url ?? '')
    if (intercepted) {
      reply.writeHead(intercepted.status, intercepted.headers).end(intercepted.body)
      return
    }
    const place = plans.findIndex(({ path }) => asked.url?.startsWith(path))
    const fault = place < 0 ? null : plans.splice(place, 1)[0]?.fault
    const cut = fault === 'cut' ? 'middle' : typeof fault === 'object' && fault ? fault.cut : null
    if (fault === 'html') {
      reply.writeHead(loginPage.status, loginPage.headers).end(loginPage.body)
    } else if (fault === 'redirect') {
      reply.writeHead(302, { location: '/portal' }).end()
    } else if (fault === 'empty') {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': '0' }).end()
    } else if (fault === 'late') {
      held.push(() => ask(asked, body, false))
      reply.destroy()
    } else if (fault === 'swallow') {
      await ask(asked, body, false)
      reply.destroy()
    } else if (cut === 'ask') {
      await cutQuestion(leadsTo, asked, body)
      reply.destroy()
    } else if (cut) {
      breakOff(asked.socket, await ask(asked, body, false), cut)
    } else {
      if (fault === 'double') await ask(asked, body, false)
      const other = fault === 'parallel' && options.second ? ask(asked, body, false, options.second) : null
      const answer = await ask(asked, body, true)
      await other
      reply.writeHead(answer.status, answer.headers)
      if (fault === 'slow') await trickle(reply, answer.body)
      reply.end(fault === 'slow' ? undefined : answer.body)
      const after = asked.url?.startsWith('/api/v1/ratings') ? held : []
      if (after.length) held = []
      for (const send of after) await send()
    }
  }

  return {
    origin: `${options.tls ? 'https' : 'http'}://${options.name ?? '127.0.0.1'}:${port}`,
    plan(path, faults) {
      plans.push(...faults.map((fault) => ({ path, fault })))
    },
    get planned() {
      return plans.length + held.length
    },
    watch(observer) {
      observers.push(observer)
    },
    intercept(rule) {
      foreign = rule
    },
    poison(text) {
      poison = text
    },
    present(tls) {
      if (!(server instanceof TlsServer)) throw new Error('this network speaks no https')
      server.setSecureContext(tls)
      for (const socket of sockets) socket.destroy()
    },
    lead(to) {
      leadsTo = to
    },
    freeze() {
      for (const socket of sockets) socket.pause().cork()
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
      readAll(answered).then((content) => {
        const { statusCode: status = 502, statusMessage, headers, rawHeaders } = answered
        const head = headBytes(`HTTP/1.1 ${status} ${statusMessage}`, rawHeaders)
        resolve({ status, headers, body: content, bytes: head + content.length })
      }, reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function passStream(target: string, { headers, url = '/' }: IncomingMessage, reply: ServerResponse, atOnce: boolean) {
  const sent = request(new URL(url, target), { headers, agent: false }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers)
    reply.flushHeaders()
    if (atOnce) answer.pipe(reply)
    else
      readAll(answer).then(
        (content) => reply.end(content),
        () => reply.destroy(),
      )
    answer.on('error', () => reply.destroy())
  })
  sent.on('error', () => reply.destroy())
  reply.on('close', () => sent.destroy())
  sent.end()
}

/** Half of the question reaches the server, then the line is dead. */
function cutQuestion(target: string, { method, headers, url = '/' }: IncomingMessage, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(new URL(url, target), { method, headers })
    sent.on('error', () => resolve())
    sent.on('close', () => resolve())
    sent.write(body.subarray(0, body.length / 2), () => setTimeout(() => sent.destroy(), 50))
  })
}

/** Writes the answer by hand up to where it breaks off. */
function breakOff(socket: Socket, { status, headers, body }: Answer, cut: Cut): void {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`))
  const head = `HTTP/1.1 ${status} OK\r\n${lines.join('\r\n')}\r\n\r\n`
  const length = Buffer.byteLength(head)
  const upTo: Record<Cut, number> = {
    status: 9,
    header: Math.floor(length / 2),
    head: length,
    first: length + 1,
    middle: length + Math.floor(body.length / 2),
    last: length + body.length - 1,
    ask: 0,
  }
  socket.write(Buffer.concat([Buffer.from(head), body]).subarray(0, upTo[cut]), () => socket.destroy())
}

async function trickle(reply: ServerResponse, body: Buffer): Promise<void> {
  const piece = Math.ceil(body.length / 5)
  for (let from = 0; from < body.length; from += piece) {
    reply.write(body.subarray(from, from + piece))
    await wait(30)
  }
}
