/** `manage certificate`: an own CA, a certificate for the server, and how to make a tablet trust it. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command, CommandContext } from '../command.ts'
import { OperatorError } from '../operator-error.ts'
import {
  BadNameError,
  isAuthorityGood,
  issueCertificate,
  type KeyedCertificate,
  makeAuthority,
  readNames,
} from '../own-ca.ts'

export const summary = 'Make or renew a certificate of an own CA, for a server without a public one'
export const usage = 'certificate --name NAME [--ip ADDRESS] [--out FOLDER]'
export const options: Command['options'] = {
  name: { type: 'string', value: 'NAME', about: 'Name people type; several with commas', required: true },
  ip: { type: 'string', value: 'ADDRESS', about: 'Address of the server in the local network; several with commas' },
  out: { type: 'string', value: 'FOLDER', about: 'Where the files go (default: DATA_DIR/tls)' },
}
export const database: Command['database'] = 'none'

/** Any user may listen there, unlike on 443. */
const PORT = 8443

export async function run({ config, values, print }: CommandContext): Promise<void> {
  const now = Date.now()
  const wanted = readWanted(values)
  const folder = resolve(typeof values.out === 'string' ? values.out : join(config.dataDir, 'tls'))
  const { authority, fresh } = openAuthority(join(config.dataDir, 'ca'), now)
  const issued = issueCertificate(authority, wanted, now)
  mkdirSync(folder, { recursive: true })
  const files = {
    cert: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
    ca: join(folder, 'hai-long-ca.crt'),
  }
  // The key first: a crash in between leaves an old certificate that does not fit, which the start says at once.
  replaceFile(files.key, issued.key, 0o600)
  replaceFile(files.cert, issued.cert, 0o644)
  replaceFile(files.ca, authority.cert, 0o644)
  for (const line of describe(files, wanted.names[0] as string, issued, authority, fresh)) print(line)
}

function readWanted(values: CommandContext['values']) {
  try {
    return readNames(String(values.name), typeof values.ip === 'string' ? values.ip : '')
  } catch (error) {
    if (error instanceof BadNameError) throw new OperatorError(error.message)
    throw error
  }
}

/** The authority under DATA_DIR; a new one when there is none, or when it would not outlive what it signs. */
function openAuthority(folder: string, now: number): { authority: KeyedCertificate; fresh: boolean } {
  const [certFile, keyFile] = [join(folder, 'ca.crt'), join(folder, 'ca.key')]
  if (existsSync(certFile) && existsSync(keyFile)) {
    const authority = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    if (isAuthorityGood(authority, now)) return { authority, fresh: false }
    renameSync(folder, `${folder}-until-${new Date(now).toISOString().slice(0, 10)}`)
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authority = makeAuthority(now)
  replaceFile(keyFile, authority.key, 0o600)
  replaceFile(certFile, authority.cert, 0o644)
  return { authority, fresh: true }
}

/** Whole or not at all; never readable by others for a moment. */
function replaceFile(path: string, text: string, mode: number): void {
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, text, { mode, flag: 'wx' })
  renameSync(draft, path)
}

function describe(
  files: { cert: string; key: string; ca: string },
  name: string,
  issued: KeyedCertificate,
  authority: KeyedCertificate,
  fresh: boolean,
): string[] {
  const until = new Date(new X509Certificate(issued.cert).validTo).toISOString().slice(0, 10)
  const day = until.split('-').reverse().join('/')
  return [
    `Certificate for ${name}, good until ${until}. Start the server with`,
    '',
    `  HOST=0.0.0.0 PORT=${PORT} TLS_CERT=${files.cert} TLS_KEY=${files.key} PUBLIC_URL=https://${name}:${PORT} npm start`,
    '',
    ...(fresh
      ? ['A new CA was made: install it on every tablet and on the PCs of the staff.']
      : ['The CA is the same as before: nothing has to be installed again. Send the server SIGHUP, or restart it.']),
    '',
    'Cài chứng chỉ lên máy tính bảng Android (mỗi máy một lần):',
    `  1. Chép tệp ${files.ca} sang máy, qua cáp USB hoặc thẻ nhớ.`,
    '  2. Mở Cài đặt > Bảo mật > Mã hóa và thông tin xác thực > Cài đặt chứng chỉ > Chứng chỉ CA.',
    '     Tên mục có thể khác đôi chút tùy máy; tìm "chứng chỉ" trong Cài đặt cũng ra. Máy có thể đòi đặt khóa màn hình.',
    '  3. Chọn "Vẫn cài đặt", rồi chọn tệp hai-long-ca.crt.',
    '  4. Đối chiếu dấu vân tay SHA-256 của chứng chỉ vừa cài:',
    `     ${new X509Certificate(authority.cert).fingerprint256}`,
    `  5. Mở Chrome, vào https://${name}:${PORT}/terminal/. Không còn cảnh báo là xong; cài trang vào màn hình chính.`,
    `  6. Trước ngày ${day} chạy lại lệnh này rồi gửi kill -HUP cho máy chủ (hoặc khởi động lại). Không phải cài lại trên máy tính bảng.`,
    '',
    `Whoever has ${join(files.key, '..')} or DATA_DIR/ca can pretend to be this server. Keep both as you keep DATA_DIR/keys.`,
  ]
}
