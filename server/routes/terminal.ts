/** What a tablet asks for itself: pairing, its configuration, its heartbeat. */
import { API_REVISION } from '../contract/ratings.ts'
import type { Hours, TerminalConfig } from '../contract/terminals.ts'
import {
  Heartbeat,
  HeartbeatAnswer,
  PairingAnswer,
  PairingRequest,
  TerminalConfig as TerminalConfigSchema,
} from '../contract/terminals.ts'
import { oneLine } from '../domain/one-line.ts'
import { ApiError, fail } from '../errors.ts'
import {
  findServicePin,
  findSettings,
  findTerminalView,
  findVoices,
  noteLostStore,
  pairTerminal,
  saveContact,
  type VoiceRow,
} from '../queries/terminal-access.ts'
import { pairingId } from '../receive/prepare.ts'
import { hashPairingCode, hashToken, newToken, normalisePairingCode } from '../secrets.ts'
import { type App, type Services, type TerminalIdentity, terminalOf } from '../services.ts'

/** Wrong pairing codes one address may try in a quarter of an hour: 10 of 2^40 is no attack. */
const MAX_WRONG_CODES = 10
const WRONG_CODE_WINDOW_MS = 15 * 60_000

interface ProvinceSettings {
  slogan: Record<string, string>
  languages: { language: string; name: string }[]
  default_language: string
  hours: Hours
  serious: { body: Record<string, string>; url: string | null }
}

export async function terminalRoutes(app: App, services: Services): Promise<void> {
  const pool = services.pools.ingest
  const wrongCodes = createAttemptLimit()

  /** The pairing of a tablet that is paired anew and proves by its token that it leaves it; null for a new tablet. */
  async function pairingLeft(authorization: string | undefined): Promise<number | null> {
    const [scheme, token] = (authorization ?? '').split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token) return null
    return (await services.directory.terminalByToken(token))?.terminal_id ?? null
  }

  app.post(
    '/api/v1/terminals/pair',
    { config: { access: 'public' }, schema: { body: PairingRequest, response: { 201: PairingAnswer } } },
    async (request, reply) => {
      const waitSeconds = wrongCodes.waitFor(request.ip)
      if (waitSeconds > 0) {
        throw new ApiError('too_many_requests', undefined, undefined, { retryAfter: waitSeconds })
      }
      const code = normalisePairingCode(request.body.pairing_code)
      const token = newToken()
      const terminal =
        code === null
          ? null
          : await pairTerminal(
              pool,
              hashPairingCode(code, services.keys.codes),
              hashToken(token),
              new Date(services.clock.now()),
              await pairingLeft(request.headers.authorization),
            )
      if (!terminal) {
        wrongCodes.note(request.ip)
        fail('pairing_code_refused')
      }
      services.directory.forgetTerminals()
      const { terminal: ref, counter, unit } = await describe(terminal, services)
      return reply.code(201).send({ terminal_token: token, terminal: ref, counter, unit })
    },
  )

  app.get(
    '/api/v1/terminal',
    { config: { access: 'terminal' }, schema: { response: { 200: TerminalConfigSchema } } },
    (request) => describe(terminalOf(request), services),
  )

  app.post(
    '/api/v1/terminal/heartbeat',
    {
      config: { access: 'terminal', cleansTexts: true },
      schema: { body: Heartbeat, response: { 200: HeartbeatAnswer } },
    },
    async (request) => {
      const terminal = terminalOf(request)
      const { queue_length, oldest_at, rejected_length, version, ...details } = cleaned(request.body)
      const now = new Date(services.directory.now())
      await saveContact(pool, {
        terminal_id: terminal.terminal_id,
        unit_id: terminal.unit_id,
        at: now,
        queue_length,
        oldest_at: oldest_at ? momentOf(oldest_at) : null,
        rejected_length: rejected_length ?? null,
        version: version ?? null,
        // When the clock was told: a later batch of ratings moves last_contact_at, not this.
        details: { ...details, received_at: now.toISOString() },
      })
      services.changes.note(terminal.unit_id)
      for (const store of request.body.store_lost?.stores ?? []) {
        const claimed = pairingId(store.terminal_id)
        if (claimed !== null) await noteLostStore(pool, terminal.terminal_id, { ...store, terminal_id: claimed })
      }
      const { epoch, backed_up_generation } = await services.directory.backups()
      return {
        epoch,
        api_revision: API_REVISION,
        server_time: new Date(services.clock.now()).toISOString(),
        backed_up_through: null,
        backed_up_generation,
      }
    },
  )
}

/**
 * Its free texts as one line each. Cleaned, not refused: released tablets cut a message in the middle of a character, and a
 * tablet whose heartbeats are refused looks silent and never drops a copy.
 */
function cleaned(heartbeat: Heartbeat): Heartbeat {
  const { version, voices, store_lost: lost } = heartbeat
  return {
    ...heartbeat,
    ...(version !== undefined && { version: oneLine(version, 60) }),
    ...(voices && { voices: voices.map((voice) => ({ ...voice, version: oneLine(voice.version, 64) })) }),
    ...(lost && { store_lost: { ...lost, message: oneLine(lost.message, 200) } }),
  }
}

/** A tablet's clock may say anything; what is no moment at all is refused by name. */
function momentOf(text: string): Date {
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) fail('invalid_body', [{ path: '/oldest_at', problem: 'no such moment' }])
  return moment
}

async function describe(terminal: TerminalIdentity, services: Services): Promise<TerminalConfig> {
  const pool = services.pools.ingest
  const [view, raw, catalogue, voices, pin] = await Promise.all([
    findTerminalView(pool, terminal.terminal_id),
    findSettings(pool),
    services.directory.catalogue(),
    findVoices(pool, terminal.unit_id),
    findServicePin(pool, terminal.unit_id),
  ])
  // Written by migrations and by typed settings routes only, so the shape is ours.
  const settings = raw as unknown as ProvinceSettings
  return {
    api_revision: API_REVISION,
    epoch: view.epoch,
    terminal: { terminal_id: String(terminal.terminal_id), name: terminal.name },
    counter: { counter_id: String(terminal.counter_id), name: view.counter_name, service: view.service },
    unit: { unit_id: String(terminal.unit_id), name: view.unit_name, kind: view.unit_kind },
    catalogue: catalogue.published(view.catalogue_id),
    languages: settings.languages,
    default_language: settings.default_language,
    hours: (view.hours as Hours | null) ?? settings.hours,
    duty_leader:
      view.duty_leader_name === null ? null : { name: view.duty_leader_name, phone: view.duty_leader_phone ?? '' },
    hotline: view.hotline,
    slogan: settings.slogan,
    serious: settings.serious,
    voices: voices.map((voice) => ({ ...voice, clips: voice.clips.map(writeClip) })),
    service_pin: pin && {
      salt: pin.salt.toString('base64'),
      hash: pin.hash.toString('base64'),
      iterations: pin.iterations,
    },
  }
}

const writeClip = (clip: VoiceRow['clips'][number]) => ({ ...clip, url: `/api/v1/clips/${clip.sha256}` })

/** Counts wrong codes per address within the window; in memory, because a restart only forgives. */
function createAttemptLimit() {
  const attempts = new Map<string, number[]>()
  const recent = (address: string) => {
    const since = performance.now() - WRONG_CODE_WINDOW_MS
    return (attempts.get(address) ?? []).filter((at) => at > since)
  }
  return {
    /** Seconds until another try is allowed; 0 = now. */
    waitFor(address: string): number {
      const times = recent(address)
      if (times.length < MAX_WRONG_CODES) return 0
      return Math.ceil(((times[0] as number) + WRONG_CODE_WINDOW_MS - performance.now()) / 1000)
    },
    note(address: string): void {
      if (attempts.size > 10_000) attempts.clear()
      attempts.set(address, [...recent(address), performance.now()])
    },
  }
}
