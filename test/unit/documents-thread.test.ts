/** Work in threads: one at a time, stopped at its ceilings and when nobody waits for it any more. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import t from 'tap'
import { CeilingReached, createTurns, runInThread } from '../../server/documents/thread.ts'

const program = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`)
const echo = program(`import { parentPort, workerData } from 'node:worker_threads'; parentPort.postMessage(workerData)`)
const forever = program('for (;;);')
const roomy = { memoryMb: 64 }

t.test('the first message is the answer', async (t) => {
  t.same(await runInThread(echo, { a: [1] }, roomy), { a: [1] })
})

t.test('a thread that throws or says nothing is told of', async (t) => {
  await t.rejects(runInThread(program(`throw new Error('torn')`), null, roomy), { message: 'torn' })
  await t.rejects(runInThread(program('process.exit(3)'), null, roomy), { message: /ended with 3/ })
})

t.test('more memory or time than allowed', async (t) => {
  const greedy = program('const kept = []; for (;;) kept.push(new Array(1e5).fill({}))')
  await t.rejects(runInThread(greedy, null, { memoryMb: 16 }), new CeilingReached('memory'))
  await t.rejects(runInThread(forever, null, { memoryMb: 16, mostMs: 50 }), new CeilingReached('time'))
})

t.test('a thread that nobody waits for any more is ended, whatever it is doing', async (t) => {
  const reader = new AbortController()
  const started = once(process, 'worker') as Promise<[Worker]>
  const work = runInThread(forever, null, roomy, reader.signal)
  const [worker] = await started
  const ended = once(worker, 'exit')
  reader.abort()
  await t.rejects(work, { name: 'AbortError' })
  t.ok(await ended, 'it ended, though it would have run for ever')
})

t.test('one after another; a failed one or one that is not wanted any more keeps nobody up', async (t) => {
  const inTurn = createTurns()
  const told: string[] = []
  const work =
    (name: string, fails = false) =>
    async () => {
      told.push(`${name} begins`)
      await new Promise(setImmediate)
      told.push(`${name} ends`)
      if (fails) throw new Error(name)
      return name
    }
  const gone = new AbortController()
  const all = [
    inTurn(work('first', true)),
    inTurn(work('second'), gone.signal),
    inTurn(work('third'), new AbortController().signal),
  ]
  gone.abort()
  const results = await Promise.allSettled(all)
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled'],
  )
  t.same(told, ['first begins', 'first ends', 'third begins', 'third ends'])
})
