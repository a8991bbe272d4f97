/** /voice-sets and /clips: recorded by one, approved by another, fetched by the tablets concerned and nobody else's. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { clipNames, type VoiceSet } from '../../server/contract/voices.ts'
import { withScope } from '../../server/queries/database.ts'
import { type Caller, startTestApp } from '../support/app.ts'
import { batch, createOffice, rating } from '../support/office.ts'
import { refused } from '../support/refusals.ts'

const root = join(import.meta.dirname, '..', '..')
const api = await startTestApp(t)
const sound = (name: string) => readFileSync(join(root, 'test', 'fixtures', 'sounds', name))
/** Eight recordings that differ, as eight sentences do. */
const standIn = (clip: string) => readFileSync(join(root, 'terminal-ui', 'public', 'voice', 'vi', `${clip}.mp3`))
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function arrange() {
  const office = await createOffice(api.db, { counters: 2 })
  const clerk = await api.staff('unit_clerk', { unit_id: office.unit_id })
  const leader = await api.staff('unit_leader', { unit_id: office.unit_id })
  const [one, two] = office.tablets.map(({ token }) => api.tablet(token)) as [Caller, Caller]
  const begin = async (who: Caller, language = 'hmn', unit_id: string | null = String(office.unit_id)) =>
    (await who.post('/api/v1/voice-sets', { unit_id, language, name: 'Tiếng Mông' })).body as VoiceSet
  const put = (who: Caller, set: VoiceSet, clip: string, bytes = standIn(clip)) =>
    who.post(`/api/v1/voice-sets/${set.voice_set_id}/clips`, { clip, content: bytes.toString('base64') })
  const step = (who: Caller, set: VoiceSet, body: object) => who.patch(`/api/v1/voice-sets/${set.voice_set_id}`, body)
  const recordAll = async (who: Caller, set: VoiceSet) => {
    for (const clip of clipNames) t.equal((await put(who, set, clip)).status, 201, clip)
    return (await step(who, set, { state: 'submitted' })).body as VoiceSet
  }
  return { office, clerk, leader, one, two, begin, put, step, recordAll }
}

t.test('no log-in, wrong role, wrong unit, bad body', async (t) => {
  const { office, clerk, leader, begin, put } = await arrange()
  const away = await createOffice(api.db)
  const body = { unit_id: String(office.unit_id), language: 'hmn', name: 'Tiếng Mông' }
  refused(t, await api.stranger.post('/api/v1/voice-sets', body), 401, 'login_required')
  for (const role of ['commission', 'inspector'] as const) {
    refused(t, await (await api.staff(role)).post('/api/v1/voice-sets', body), 403, 'forbidden')
  }
  refused(t, await clerk.post('/api/v1/voice-sets', { ...body, unit_id: String(away.unit_id) }), 404, 'not_found')
  refused(t, await clerk.post('/api/v1/voice-sets', { ...body, unit_id: null }), 403, 'forbidden')
  for (const language of ['', 'H', 'x', 'hmn_VN', 'hmn-', 'tiếng', 'x-thaidenlong1', 'en-a', `x-${'a-'.repeat(20)}a`]) {
    refused(t, await clerk.post('/api/v1/voice-sets', { ...body, language }), 400, 'invalid_body')
  }
  for (const name of ['', '  ', 'x'.repeat(41), 'a\0b']) {
    refused(t, await clerk.post('/api/v1/voice-sets', { ...body, name }), 400, 'invalid_body')
  }
  refused(t, await clerk.post('/api/v1/voice-sets', { ...body, state: 'approved' }), 400, 'unknown_field')
  const set = await begin(clerk)
  refused(t, await leader.post('/api/v1/voice-sets', body), 409, 'voice_set_taken')
  const stranger = await api.staff('unit_clerk', { unit_id: away.unit_id })
  refused(t, await put(stranger, set, 'question'), 404, 'not_found')
  refused(t, await stranger.patch(`/api/v1/voice-sets/${set.voice_set_id}`, { state: 'withdrawn' }), 404, 'not_found')
  refused(t, await put(clerk, set, 'level_6', standIn('level_1')), 400, 'invalid_body')
})

t.test('an upload is what its bytes are, whole, small and short', async (t) => {
  const { clerk, begin, put } = await arrange()
  const set = await begin(clerk)
  const url = `/api/v1/voice-sets/${set.voice_set_id}/clips`
  for (const name of ['variable.mp3', 'opus.ogg', 'vorbis.ogg', 'opus.webm', 'aac.m4a', 'fragments.m4a', 'pcm.wav']) {
    const answer = await put(clerk, set, 'level_4', sound(name))
    t.equal(answer.status, 201, name)
    const [kept] = answer.body.clips
    t.match(kept, { clip: 'level_4', mine: true })
    const { file, headers } = await clerk.get(kept.url)
    t.same([sha256(file), file.length], [kept.sha256, kept.bytes])
    t.notMatch(file.toString('latin1'), 'Lavf', `${name}: without what its recorder wrote into it`)
    t.match(headers, {
      'content-type': kept.media_type,
      'content-disposition': 'attachment',
      'content-security-policy': /^default-src 'none';.*;sandbox$/,
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
  }
  const page = Buffer.from('<!doctype html><script>alert(1)</script>')
  refused(t, await put(clerk, set, 'level_4', page), 400, 'clip_unreadable')
  refused(
    t,
    await put(clerk, set, 'level_4', readFileSync(process.execPath).subarray(0, 200_000)),
    400,
    'clip_unreadable',
  )
  const cut = await put(clerk, set, 'level_4', sound('aac.m4a').subarray(0, 4000))
  refused(t, cut, 400, 'clip_unreadable')
  t.same(cut.body.error.details, { flaw: 'cut_off' })
  refused(t, await put(clerk, set, 'level_4', Buffer.alloc(300_001, 0xff)), 413, 'clip_too_large')
  // Without its first frame, 192 bytes that only say how many follow.
  const long = Buffer.concat(Array.from({ length: 4 }, () => standIn('question').subarray(192)))
  refused(t, await put(clerk, set, 'level_4', long), 400, 'clip_too_long')
  for (const content of ['', '!!!!', 'data:audio/mpeg;base64,AAAA', 'ẵ', `${'='.repeat(400_000)}A`, 7]) {
    refused(t, await clerk.post(url, { clip: 'level_4', content }), 400, 'invalid_body')
  }
  t.equal((await clerk.post(url, 'x'.repeat(2_000_000), { 'content-type': 'application/json' })).status, 413)
  const { items } = (await clerk.get('/api/v1/voice-sets')).body
  t.match(
    items,
    [{ clips: [{ clip: 'level_4', media_type: 'audio/wav' }], version: null, state: 'draft' }],
    'the last good one stands',
  )
})

t.test('eight sentences, a second person, and the tablets of that unit alone', async (t) => {
  const { office, clerk, leader, one, two, begin, put, step, recordAll } = await arrange()
  const away = await createOffice(api.db)
  const outside = api.tablet(away.tablets[0]?.token as string)
  const draft = await begin(clerk, 'x-thai-den')
  const before = await one.get('/api/v1/terminal')
  t.same(before.body.voices, [])

  await put(clerk, draft, 'question')
  const early = await step(clerk, draft, { state: 'submitted' })
  refused(t, early, 409, 'voice_set_incomplete')
  refused(t, await step(leader, draft, { state: 'approved' }), 409, 'voice_set_state')
  const submitted = await recordAll(clerk, draft)
  t.match(submitted, { state: 'submitted', version: /^[0-9a-f]{16}$/, may_record: false, may_approve: false })
  refused(t, await put(clerk, draft, 'question', standIn('level_1')), 409, 'voice_set_state')
  const hash = sha256(standIn('question'))
  refused(t, await one.get(`/api/v1/clips/${hash}`), 404, 'not_found')
  refused(t, await step(clerk, draft, { state: 'approved' }), 403, 'second_person_needed')

  refused(t, await step(leader, draft, { state: 'draft' }), 400, 'invalid_body')
  const back = await step(leader, draft, { state: 'draft', note: ' Câu 3 nhỏ quá ' })
  t.match(back.body, { state: 'draft', note: 'Câu 3 nhỏ quá' })
  // The leader says one sentence better, and so is no second person any more.
  await put(leader, draft, 'level_3', sound('opus.webm'))
  await step(clerk, draft, { state: 'submitted' })
  refused(t, await step(leader, draft, { state: 'approved' }), 403, 'second_person_needed')
  const other = await api.staff('unit_clerk', { unit_id: office.unit_id })
  t.match((await other.get('/api/v1/voice-sets')).body.items, [{ may_approve: true, clips: { length: 8 } }])
  const approved = await step(other, draft, { state: 'approved' })
  t.match(approved.body, { state: 'approved', note: null, tablets: { have: 0, of: 2, lacking: { length: 2 } } })

  const told = await one.get('/api/v1/terminal', { 'if-none-match': String(before.headers.etag) })
  t.equal(told.status, 200, 'the entity tag changed')
  const [voice] = told.body.voices
  t.match(voice, { language: 'x-thai-den', name: 'Tiếng Mông', stand_in: false, version: approved.body.version })
  t.same(voice.clips.map(({ clip }: { clip: string }) => clip).sort(), [...clipNames].sort())
  for (const { clip, sha256: named, bytes, media_type, url } of voice.clips) {
    const answer = await api.app.inject({ url, headers: { authorization: `Bearer ${office.tablets[0]?.token}` } })
    t.equal(answer.statusCode, 200, clip)
    t.equal(sha256(answer.rawPayload), named)
    t.equal(answer.rawPayload.length, bytes)
    t.match(answer.headers, {
      'content-type': media_type,
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      etag: `"${named}"`,
    })
  }
  t.equal((await one.get(`/api/v1/clips/${hash}`, { 'if-none-match': `"${hash}"` })).status, 304)
  const part = await one.get(`/api/v1/clips/${hash}`, { range: 'bytes=0-1' })
  t.match(part, { status: 206, headers: { 'content-range': /^bytes 0-1\/\d+$/, 'content-length': '2' } })
  t.equal((await one.get(`/api/v1/clips/${hash}`, { range: 'bytes=999999-' })).status, 200)
  refused(t, await outside.get(`/api/v1/clips/${hash}`), 404, 'not_found')
  t.same((await outside.get('/api/v1/terminal')).body.voices, [])
  refused(t, await api.stranger.get(`/api/v1/clips/${hash}`), 401, 'login_required')
  const officer = await api.staff('officer', { officer_id: office.officers[0] as number })
  refused(t, await officer.get(`/api/v1/clips/${hash}`), 403, 'forbidden')
  const foreign = await api.staff('unit_leader', { unit_id: away.unit_id })
  refused(t, await foreign.get(`/api/v1/clips/${hash}`), 404, 'not_found')

  // A tablet says it has them; a citizen rates in that language.
  const voices = [{ language: voice.language, version: voice.version }]
  await two.post('/api/v1/terminal/heartbeat', { queue_length: 0, voices })
  t.match((await clerk.get('/api/v1/voice-sets')).body.items[0].tablets, {
    have: 1,
    of: 2,
    lacking: [{ terminal_id: String(office.tablets[0]?.terminal_id), counter: 'Quầy 1' }],
  })
  const rated = await two.post('/api/v1/ratings', batch([rating({ language: 'x-thai-den', voice_used: true })]))
  t.match(rated.body.results, [{ status: 'stored' }])

  const trace = await api.db.query<{ action: string }>(
    `select action from audit where unit_id = $1 and action like 'voice_set.%' order by audit_id`,
    [office.unit_id],
  )
  const deeds = trace.map(({ action }) => action.slice(10))
  t.same(
    deeds.filter((deed) => deed !== 'record'),
    ['create', 'submit', 'send_back', 'submit', 'approve'],
  )
  t.equal(deeds.filter((deed) => deed === 'record').length, 10)
})

t.test(
  "a newer set replaces, the unit's own goes before the province's, and a withdrawn one is no longer said",
  async (t) => {
    const { office, clerk, leader, one, begin, step, recordAll } = await arrange()
    const [first, second] = [await api.staff('administrator'), await api.staff('administrator')]
    const language = 'tai'
    const names = async () => (await one.get('/api/v1/terminal')).body.voices.map(({ version }: VoiceSet) => version)
    const province = await recordAll(first, await begin(first, language, null))
    t.equal(province.unit, null)
    refused(t, await step(clerk, province, { state: 'approved' }), 403, 'forbidden')
    await step(second, province, { state: 'approved' })
    t.same(await names(), [province.version])

    const own = await begin(clerk, language)
    await recordAll(clerk, own)
    await step(leader, own, { state: 'draft', note: 'Ghi lại câu chào' })
    const louder = await clerk.post(`/api/v1/voice-sets/${own.voice_set_id}/clips`, {
      clip: 'question',
      content: sound('opus.ogg').toString('base64'),
    })
    await step(clerk, own, { state: 'submitted' })
    const said = (await step(leader, own, { state: 'approved' })).body as VoiceSet
    t.not(said.version, province.version)
    t.same(await names(), [said.version])
    const all = (await second.get(`/api/v1/voice-sets?unit_id=${office.unit_id}`)).body.items as VoiceSet[]
    const wide = all.find(({ unit, language: tag }) => unit === null && tag === language)
    t.notOk(wide?.tablets?.lacking.some(({ terminal_id }) => terminal_id === String(office.tablets[0]?.terminal_id)))

    const newer = await recordAll(clerk, await begin(clerk, language))
    t.same(await names(), [said.version], 'until it is approved the old one is said')
    await step(leader, newer, { state: 'approved' })
    t.same(await names(), [newer.version])
    t.equal((await one.get(louder.body.clips[0].url)).status, 200, 'a tablet may still be fetching the old one')

    await step(leader, newer, { state: 'withdrawn' })
    t.same(await names(), [province.version])
    refused(t, await step(leader, newer, { state: 'approved' }), 409, 'voice_set_state')
  },
)

t.test('the database asks for the second person, all eight and an untouched set by itself', async (t) => {
  const { office, clerk, leader, begin, put, recordAll } = await arrange()
  const set = await recordAll(clerk, await begin(clerk))
  const id = Number(set.voice_set_id)
  const [recorder] = await api.db.query<{ id: number }>(
    'select recorders[1] as id from voice_sets where voice_set_id = $1',
    [id],
  )
  const attempt = async (text: string): Promise<string> => {
    try {
      await withScope(
        api.pools.app,
        {
          ...{ account_id: recorder?.id ?? 0, roles: ['unit_clerk'], units: [office.unit_id], officer_id: null },
          grants: [{ role: 'unit_clerk', unit_id: office.unit_id }],
        },
        (trx) => sql.raw(text.replaceAll('$1', String(id))).execute(trx),
      )
      return 'done'
    } catch (error) {
      const { code, constraint } = error as { code: string; constraint?: string }
      return constraint ?? code
    }
  }
  const approve = `update voice_sets set state = 'approved', approved_at = now(), approved_by = ${recorder?.id} where voice_set_id = $1`
  t.equal(await attempt(approve), 'voice_sets_second_person')
  t.equal(
    await attempt(`update voice_sets set recorders = '{}' where voice_set_id = $1`),
    '42501',
    'not in their hands',
  )
  t.equal(await attempt(`update voice_clips set content = 'x' where voice_set_id = $1`), 'voice_clips_of_drafts')
  t.equal(await attempt('delete from voice_clips where voice_set_id = $1'), '42501')
  const draft = await begin(leader, 'tai')
  await put(leader, draft, 'question')
  const submit = `update voice_sets set state = 'submitted' where voice_set_id = ${draft.voice_set_id}`
  t.equal(await attempt(submit), 'voice_sets_whole')
  const forge = `insert into voice_clips select ${draft.voice_set_id}, 'level_1', sha256('x'), 'audio/wav', 1, 'x', ${Number(recorder?.id) + 1}, now()`
  t.equal(await attempt(forge), '42501', 'nobody records in the name of another')
})
