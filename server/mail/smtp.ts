/** One conversation with a mail server, and what is known after it: taken, not taken, or nobody knows. */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MailSettings } from '../config.ts'
import { oneLine } from '../domain/one-line.ts'
import { DELIVERY_LIMIT_MS } from '../domain/report-mails.ts'

/**
 * `sent`: the server took it. `deferred`: it asks to come back later. `refused`: never. `unreachable`: the conversation ended
 * before the mail was handed over. `lost`: it ended while or after it was: the server may have taken it.
 */
export interface Delivery {
  readonly outcome: 'sent' | 'deferred' | 'refused' | 'unreachable' | 'lost'
  /** The server's last word, or what went wrong; one line, 300 characters at most. */
  readonly said: string | null
}

interface Trouble extends Error {
  code?: string
  responseCode?: number
  response?: string
}

/** Sends the mail to one address. Never rejects. Certificates are verified; nothing of the conversation is logged. */
export async function deliver(settings: MailSettings, to: string, mail: Buffer): Promise<Delivery> {
  const { host, port, security, login, from } = settings
  const connection = new SMTPConnection({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    name: from.slice(from.indexOf('@') + 1),
    connectionTimeout: 20_000,
    greetingTimeout: 20_000,
    dnsTimeout: 20_000,
    // The last answer may take minutes: many servers look into attachments before they take a mail.
    socketTimeout: DELIVERY_LIMIT_MS,
  })
  let begun = false
  // Read for the first time once the server has asked for the mail: before, nothing of it can have been taken.
  const body = Readable.from(
    (function* () {
      begun = true
      yield mail
    })(),
  )
  let stop: (error: Error) => void = () => {}
  const broken = new Promise<never>((_, reject) => {
    stop = reject
  })
  broken.catch(() => {})
  connection.on('error', (error: Error) => stop(error))
  connection.on('end', () => stop(new Error('the mail server ended the connection')))
  const limit = setTimeout(() => stop(new Error('the mail server took too long')), DELIVERY_LIMIT_MS)
  const step = <T>(run: (done: (error?: Error | null, result?: T) => void) => void) =>
    Promise.race([
      broken,
      new Promise<T | undefined>((resolve, reject) =>
        run((error, result) => (error ? reject(error) : resolve(result))),
      ),
    ])
  try {
    await step<void>((done) => connection.connect((error) => done(error)))
    if (login) await step((done) => connection.login({ ...login }, (error) => done(error)))
    const info = await step<{ response?: string | undefined }>((done) =>
      connection.send({ from, to: [to], size: mail.length }, body, (error, result) => done(error, result)),
    )
    return { outcome: 'sent', said: saidIn(info?.response) }
  } catch (error) {
    return judge(error as Trouble, begun)
  } finally {
    clearTimeout(limit)
    body.destroy()
    connection.close()
  }
}

function judge(error: Trouble, begun: boolean): Delivery {
  const { code, responseCode = 0 } = error
  const said = saidIn(error.response || error.message)
  // Behind the mail only the one answer that is meant for it says that it was not taken.
  if (begun && code !== 'EMESSAGE') return { outcome: 'lost', said }
  if (responseCode >= 500) return { outcome: 'refused', said }
  if (responseCode >= 400) return { outcome: 'deferred', said }
  return { outcome: begun ? 'lost' : 'unreachable', said }
}

const saidIn = (text: string | undefined): string | null => (text === undefined ? null : oneLine(text, 300))
