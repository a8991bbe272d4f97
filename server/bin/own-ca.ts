/** An own certification authority for offices without a public certificate: made once, then it signs the server's certificate. */
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'

const DAY_MS = 86_400_000
/** What browsers accept of public authorities; longer ones are no gain, because renewing is one command. */
export const SERVER_DAYS = 397
export const CA_DAYS = 3650
/** Tablets whose clock is a little slow must not find a certificate "not valid yet". */
const LEAD_DAYS = 2

export interface KeyedCertificate {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

/** A name or address that cannot stand in a certificate; the message is one line for the operator. */
export class BadNameError extends Error {}

/** Names and addresses from text with commas between. Throws BadNameError for none, or one that cannot be. */
export function readNames(names: string, addresses = ''): { names: string[]; addresses: string[] } {
  const split = (text: string) => [...new Set(text.split(',').map((part) => part.trim().toLowerCase()))].filter(Boolean)
  const read = { names: split(names), addresses: split(addresses) }
  if (read.names.length === 0)
    throw new BadNameError('--name must be the name that people type, such as hailong.sonla.example.')
  for (const name of read.names) {
    const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
    if (isIP(name)) throw new BadNameError(`--name ${name} is an address: give it with --ip, and a name beside it.`)
    if (name.length > 253 || !new RegExp(`^(\\*\\.)?${label}(\\.${label})*$`).test(name)) {
      throw new BadNameError(
        `--name ${name} cannot be the name of a server (a name with other letters: give its xn-- form).`,
      )
    }
  }
  for (const address of read.addresses) {
    if (!isIP(address)) throw new BadNameError(`--ip ${address} is no address.`)
  }
  return read
}

/** RSA of 2,048 bits, because every Android knows it. */
function makeKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const rsa = forge.pki.privateKeyFromPem(String(privateKey.export({ type: 'pkcs1', format: 'pem' })))
  return {
    pem: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    private: rsa,
    public: forge.pki.setRsaPublicKey(rsa.n, rsa.e),
  }
}

function draft(publicKey: forge.pki.rsa.PublicKey, now: number, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  // Positive and without a leading zero, as X.509 wants it.
  certificate.serialNumber = `4${randomBytes(16).toString('hex').slice(1)}`
  certificate.validity.notBefore = new Date(now - LEAD_DAYS * DAY_MS)
  certificate.validity.notAfter = new Date(now + (days - LEAD_DAYS) * DAY_MS)
  return certificate
}

/** A new authority, named with its day so that two of them can be told apart in a tablet's list. `now` in epoch ms. */
export function makeAuthority(now: number): KeyedCertificate {
  const keys = makeKeys()
  const certificate = draft(keys.public, now, CA_DAYS)
  const name = [
    { name: 'commonName', value: `Hai Long CA ${new Date(now).toISOString().slice(0, 10)}` },
    { name: 'organizationName', value: 'Hai Long' },
  ]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(keys.private, forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate), key: keys.pem }
}

/** True while the authority outlives a certificate that it would sign today. */
export const isAuthorityGood = ({ cert }: Pick<KeyedCertificate, 'cert'>, now: number): boolean =>
  Date.parse(new X509Certificate(cert).validTo) > now + SERVER_DAYS * DAY_MS

/** A certificate for a server under these names and addresses, with the authority's own behind it as the chain. */
export function issueCertificate(
  authority: KeyedCertificate,
  { names, addresses }: { names: readonly string[]; addresses: readonly string[] },
  now: number,
): KeyedCertificate {
  const keys = makeKeys()
  const parent = forge.pki.certificateFromPem(authority.cert)
  const certificate = draft(keys.public, now, SERVER_DAYS)
  certificate.setSubject([{ name: 'commonName', value: (names[0] as string).slice(0, 64) }])
  certificate.setIssuer(parent.subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [...names.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
    },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: parent.generateSubjectKeyIdentifier().getBytes() },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(authority.key), forge.md.sha256.create())
  return { cert: forge.pki.certificateToPem(certificate) + authority.cert, key: keys.pem }
}
