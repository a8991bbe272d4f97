/** SIGHUP never ends the server: it reads TLS_CERT and TLS_KEY again, so that a renewed certificate needs no restart. */
import { X509Certificate } from 'node:crypto'
import type { Server } from 'node:http'
import { Server as TlsServer } from 'node:tls'
import type { Logger } from 'pino'
import { readConfig } from '../config.ts'

/**
 * Installs the handler. The function returned takes the server as soon as it listens; a SIGHUP of before that is
 * answered then, because the settings may have been read before the files were replaced.
 */
export function reloadOnHangup(log: Logger): (server: Server) => void {
  let served: Server | null = null
  let early = false
  const reload = () => {
    if (served === null) {
      early = true
      return
    }
    if (!(served instanceof TlsServer)) {
      log.info('SIGHUP: there is no certificate to read again')
      return
    }
    try {
      const { tls } = readConfig()
      if (tls === null) return
      // Connections that are open keep the old certificate until they end.
      served.setSecureContext(tls)
      log.info({ valid_to: new X509Certificate(tls.cert).validTo }, 'SIGHUP: the certificate was read again')
    } catch (error) {
      log.error(`SIGHUP: the certificate in use stays. ${(error as Error).message}`)
    }
  }
  process.on('SIGHUP', reload)
  return (server) => {
    served = server
    if (early) reload()
  }
}
