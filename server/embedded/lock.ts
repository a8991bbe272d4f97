/** One process at a time owns an embedded database: a lock that the kernel itself drops when its holder dies. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'

/** What a holder tells whoever finds the lock taken. */
export interface Holder {
  readonly pid: number
  /** `server` keeps the database running for long; `command` gives it back when done. */
  readonly role: 'server' | 'command'
  /** What a person would call it: an address, or a command's name. */
  readonly name: string
}

export interface HeldLock {
  /** Changes what others are told. */
  rename(name: string): void
  release(): Promise<void>
}

/**
 * Takes the lock of folder `dir`, or says who holds it. The lock is a Linux abstract socket: no file can be left
 * behind by `kill -9`, and no two processes can both believe that a stale file was theirs to remove.
 */
export async function takeLock(dir: string, role: Holder['role'], name: string): Promise<HeldLock | Holder> {
  const socketName = lockName(dir)
  for (;;) {
    const holder = { pid: process.pid, role, name }
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end(JSON.stringify(holder))
    })
    if (await listens(server, socketName)) {
      server.unref()
      return {
        rename(newName) {
          holder.name = newName
        },
        release: () => new Promise((resolve) => server.close(() => resolve())),
      }
    }
    const other = await askHolder(socketName)
    if (other !== null) return other
    // It died between our two questions: the lock is free again.
  }
}

/** Who holds the lock of `dir` now; null = nobody. */
export function findHolder(dir: string): Promise<Holder | null> {
  return askHolder(lockName(dir))
}

/**
 * Device and inode name the folder, whatever path leads to it. Exactly 108 characters: Node 20 pads shorter abstract
 * names with zeros and Node 22 does not, so that shorter names would differ between them (tried on 20, 22 and 24).
 */
function lockName(dir: string): string {
  const { dev, ino } = statSync(dir)
  const digest = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)
  return `\0hai-long/${digest}`.padEnd(108, '.')
}

function listens(server: Server, name: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    })
    server.listen(name, () => resolve(true))
  })
}

const unknownHolder: Holder = { pid: 0, role: 'server', name: 'not answering' }

function askHolder(name: string): Promise<Holder | null> {
  return new Promise((resolve) => {
    const socket = connect(name)
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part) => {
      text += part
    })
    // Refused: nobody listens. Anything else in doubt (a stopped process, a cut answer) means that somebody does.
    socket.on('error', () => resolve(null))
    socket.setTimeout(3000, () => {
      resolve(unknownHolder)
      socket.destroy()
    })
    socket.on('end', () => {
      try {
        resolve(JSON.parse(text) as Holder)
      } catch {
        resolve(unknownHolder)
      }
    })
  })
}
