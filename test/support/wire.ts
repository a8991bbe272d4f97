/** A wire between a server and its database that can be cut, or swallow an answer after the question went through. */
import { createConnection, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface Wire {
  /** The database's address by way of the wire. */
  readonly url: string
  /** Ends every connection and takes no new one until `mend`. */
  cut(): Promise<void>
  mend(): Promise<void>
  /** From now on nothing comes back: questions go through, answers are lost. `mend` ends it. */
  swallow(): void
}

export async function createWire(t: Test, databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl)
  const open = new Set<Socket>()
  let swallowing = false
  const server = createServer((near) => {
    const far = createConnection({ host: target.hostname, port: Number(target.port) })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.on('data', (part) => far.write(part))
    far.on('data', (part) => {
      if (!swallowing) near.write(part)
    })
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: '127.0.0.1', port }, resolve)
    })
  const drop = () => {
    for (const socket of open) socket.destroy()
  }
  await listen(0)
  const { port } = server.address() as { port: number }
  t.teardown(() => {
    drop()
    server.close()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve))
      drop()
      await closed
    },
    async mend() {
      if (swallowing) {
        swallowing = false
        // Their next answer would belong to an earlier question.
        drop()
      }
      if (!server.listening) await listen(port)
    },
    swallow() {
      swallowing = true
    },
  }
}
