/** A real mail server on loopback that does what a test tells it, and a reader of the mails it took. */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { Test } from 'tap'
import type { MailSettings } from '../../server/config.ts'

export interface TakenMail {
  from: string
  to: string[]
  raw: string
}

/** What the server does with the next mail; then it takes mails again. */
export type Manner =
  | 'take'
  /** Says this at RCPT or at the end of DATA. */
  | { at: 'rcpt' | 'data'; code: number; text: string }
  /** Reads the mail to its end and never says a word about it. */
  | 'silent'
  /** Reads the mail to its end and cuts the line. */
  | 'cut'

export interface MailServer {
  readonly settings: MailSettings
  /** Those it said yes to. */
  readonly taken: TakenMail[]
  /** Every mail that was read to its end, whatever was said of it. */
  readonly read: TakenMail[]
  /** Users who tried to log in. */
  readonly logins: string[]
  next(...manners: Manner[]): void
  /** Cuts every line and stops listening; nobody answers on its port until `open()`. */
  close(): Promise<void>
  open(): Promise<void>
}

const refusal = ({ code, text }: { code: number; text: string }) =>
  Object.assign(new Error(text), { responseCode: code })

export async function startMailServer(
  t: Test,
  { secure = false, login }: { secure?: boolean; login?: { user: string; pass: string } } = {},
): Promise<MailServer> {
  const taken: TakenMail[] = []
  const read: TakenMail[] = []
  const logins: string[] = []
  const manners: Manner[] = []
  const sockets = new Set<Socket>()
  let port = 0
  let server: SMTPServer

  function make(): SMTPServer {
    const made = new SMTPServer({
      secure,
      authOptional: login === undefined,
      allowInsecureAuth: true,
      // Loopback: nobody in between. What asks for encryption is tried with `secure`.
      disabledCommands: ['STARTTLS'],
      logger: false,
      onAuth(auth, _session, done) {
        logins.push(auth.username ?? '')
        const known = auth.username === login?.user && auth.password === login?.pass
        if (known) done(null, { user: auth.username })
        else done(refusal({ code: 535, text: 'authentication failed' }))
      },
      onRcptTo(_address, _session, done) {
        const [manner] = manners
        if (typeof manner === 'object' && manner.at === 'rcpt') {
          manners.shift()
          done(refusal(manner))
        } else done()
      },
      onData(stream, session, done) {
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => parts.push(part))
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope
          const mail = {
            from: mailFrom ? mailFrom.address : '',
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString('latin1'),
          }
          read.push(mail)
          const manner = manners.shift() ?? 'take'
          if (manner === 'silent') return
          if (manner === 'cut') {
            for (const socket of sockets) socket.destroy()
            return
          }
          if (manner === 'take') {
            taken.push(mail)
            done(null, 'taken')
          } else done(refusal(manner))
        })
      },
    })
    // A line that breaks is what tests are about.
    made.on('error', () => {})
    made.server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    return made
  }

  async function open(): Promise<void> {
    server = make()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.server.address() as AddressInfo).port
  }

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await open()
  t.teardown(close)
  return {
    get settings(): MailSettings {
      return {
        host: '127.0.0.1',
        port,
        security: secure ? 'tls' : 'none',
        login: login ?? null,
        from: 'hai-long@bdv.sonla.example',
      }
    },
    taken,
    read,
    logins,
    next: (...more) => void manners.push(...more),
    close,
    open,
  }
}

export interface Part {
  headers: Map<string, string>
  content: Buffer
}

/** Headers, and the parts in order, their contents decoded. By RFC 5322, 2045 and 2047 as far as such mails go. */
export function readMail(raw: string): Part & { parts: Part[] } {
  const whole = readPart(raw)
  const boundary = /boundary="?([^";]+)"?/.exec(whole.headers.get('content-type') ?? '')?.[1]
  if (!boundary) return { ...whole, parts: [] }
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  const parts = body.split(`--${boundary}`).slice(1, -1)
  return { ...whole, parts: parts.map((part) => readPart(part.replace(/^\r\n/, '').replace(/\r\n$/, ''))) }
}

function readPart(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map<string, string>()
  for (const line of raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (headers.has(name)) throw new Error(`the header ${name} stands there twice`)
    headers.set(name, decodeWords(line.slice(colon + 1).trim()))
  }
  return { headers, content: decodeBody(raw.slice(end + 4), headers.get('content-transfer-encoding') ?? '7bit') }
}

const quoted = (text: string) =>
  Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )

function decodeBody(text: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(text, 'base64')
  if (encoding === 'quoted-printable') return quoted(text.replaceAll(/=\r\n/g, ''))
  return Buffer.from(text, 'latin1')
}

const decodeWords = (text: string): string =>
  text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      (kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : quoted(word.replaceAll('_', ' '))).toString('utf8'),
    )
