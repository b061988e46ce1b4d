import type { Look } from '#gc/look.ts'
import type { StoreChanges } from '#gc/ports/store-changes.ts'
import { expect, test } from 'vitest'
import { createKeptLook } from './kept-look.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const settle = () => new Promise((resolve) => setImmediate(resolve))

const tagKey = (repository: string, tag: string): string =>
  `docker/registry/v2/repositories/${repository}/_manifests/tags/${tag}/current/link`
const trashKey = 'jetsam/v1/trash/id-1.json'

/** What changed, in words: `app:1`, `trash`. */
const wordsOf = ({ repositories, trash }: StoreChanges): readonly string[] => [
  ...[...repositories].flatMap(([name, parts]) =>
    parts === 'whole' ? [name] : [...parts.tags].map((tag) => `${name}:${tag}`),
  ),
  ...(trash ? ['trash'] : []),
]

/** A look, or an update of one, that ends when the test says so. */
interface Taken {
  /** Null: everything was read. */
  readonly changes: readonly string[] | null
  finish(): Look
  fail(error: Error): void
}

function createLooks() {
  const looks: Taken[] = []
  let nowMs = 1_000_000
  function take(changes: StoreChanges | null, readAtMs: number): Promise<Look> {
    const startedAtMs = nowMs
    return new Promise((resolve, reject) => {
      const look: Look = {
        startedAtMs,
        readAtMs,
        plan: () => Promise.reject(new Error('not asked')),
        stored: () => Promise.reject(new Error('not asked')),
        explain: async () => ({ kind: 'absent' }),
        after: (changed) => take(changed, readAtMs),
      }
      const finish = (): Look => {
        resolve(look)
        return look
      }
      looks.push({ changes: changes && wordsOf(changes), finish, fail: reject })
    })
  }
  const kept = createKeptLook({
    clock: { nowMs: () => nowMs },
    lookAtStore: () => take(null, nowMs),
  })
  return {
    kept,
    looks,
    pass: (milliseconds: number) => (nowMs += milliseconds),
    /** Whatever a question needs ends at once. */
    async asked(waits?: 'until current') {
      const answer = kept.now(waits)
      let isOver = false
      void answer.finally(() => (isOver = true)).catch(() => {})
      for (let ended = looks.length - 1; ; await settle()) {
        if (isOver) return answer
        for (; ended < looks.length; ended += 1) looks[ended]?.finish()
      }
    },
    /** One look at everything, which takes so long. */
    async lookedFor(tookMs: number): Promise<Look> {
      const answer = kept.now()
      nowMs += tookMs
      looks.at(-1)?.finish()
      return (await answer).look
    },
    readsOf: () => looks.map(({ changes }) => changes),
  }
}

test('concurrent questions share one look, and later ones use it', async () => {
  const { kept, looks } = createLooks()
  const asked = [kept.now(), kept.now()]
  expect(looks).toHaveLength(1)
  const look = looks[0]?.finish()
  expect((await Promise.all(asked)).map((answer) => answer.look)).toEqual([look, look])
  expect(await kept.now()).toEqual({ look, isCurrent: true })
  expect(looks).toHaveLength(1)
})

test('what was written before the question is read, and nothing else', async () => {
  const { kept, asked, lookedFor, readsOf } = createLooks()
  await lookedFor(0)
  kept.written([tagKey('app', '1'), tagKey('app', '2')])
  kept.written([tagKey('other', '1')])
  await asked()
  await asked()
  kept.written([tagKey('app', '3')])
  await asked()
  expect(readsOf()).toEqual([null, ['app:1', 'app:2', 'other:1'], ['app:3']])
})

test('questions share an update; one that is asked after a write waits for the next', async () => {
  const { kept, looks, lookedFor, readsOf } = createLooks()
  await lookedFor(0)
  kept.written([tagKey('app', '1')])
  const early = [kept.now(), kept.now()]
  await settle()
  kept.written([tagKey('app', '2')])
  const late = kept.now()
  const first = looks[1]?.finish()
  expect(await Promise.all(early)).toEqual(early.map(() => ({ look: first, isCurrent: true })))
  await settle()
  expect(readsOf()).toEqual([null, ['app:1'], ['app:2']])
  const second = looks[2]?.finish()
  expect(await late).toEqual({ look: second, isCurrent: true })
})

test('what is written during a look is read after it', async () => {
  const { kept, looks, readsOf } = createLooks()
  const early = kept.now()
  kept.written([tagKey('app', '1')])
  const late = kept.now()
  const first = looks[0]?.finish()
  expect((await early).look).toBe(first)
  await settle()
  expect(readsOf()).toEqual([null, ['app:1']])
  const second = looks[1]?.finish()
  expect((await late).look).toBe(second)
})

test('what is no part of an image, or too much, is read with everything', async () => {
  const { kept, asked, lookedFor, readsOf } = createLooks()
  await lookedFor(0)
  kept.written(['docker/registry/v2/else'])
  await asked()
  kept.written(
    Array.from({ length: 6000 }, (_, number) => {
      const hex = number.toString(16).padStart(64, '0')
      return `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
    }),
  )
  await asked()
  expect(readsOf()).toEqual([null, null, null])
})

test('a trash that changes during an update is read again, for what moves to or from it', async () => {
  const { kept, looks, lookedFor, readsOf } = createLooks()
  await lookedFor(0)
  kept.written([tagKey('app', '1')])
  const asked = kept.now()
  await settle()
  kept.written([trashKey])
  looks[1]?.finish()
  await settle()
  const last = looks[2]?.finish()
  expect(readsOf()).toEqual([null, ['app:1'], ['trash']])
  expect((await asked).look).toBe(last)
})

test('after a minute, a look that took long answers at once while a newer one is under way', async () => {
  const { kept, looks, lookedFor, pass } = createLooks()
  const old = await lookedFor(200)
  pass(minuteMs - 201)
  expect(await kept.now()).toEqual({ look: old, isCurrent: true })
  expect(looks).toHaveLength(1)
  pass(1)
  // What depends on the time alone is told as of now: an update that reads nothing.
  const asked = kept.now()
  await settle()
  expect(looks[1]?.changes).toEqual([])
  const same = looks[1]?.finish()
  expect(await asked).toEqual({ look: same, isCurrent: false })
  expect(await kept.now()).toEqual({ look: same, isCurrent: false })
  expect(looks).toHaveLength(3)
  expect(looks[2]?.changes).toBeNull()
  const fresh = looks[2]?.finish()
  await settle()
  expect(await kept.now()).toEqual({ look: fresh, isCurrent: true })
})

test('an old look with what was written since stays in use until the newer one has it too', async () => {
  const { kept, looks, lookedFor, pass, readsOf } = createLooks()
  await lookedFor(200)
  pass(minuteMs)
  kept.written([tagKey('app', '1')])
  const asked = kept.now()
  await settle()
  looks[1]?.finish()
  expect((await asked).isCurrent).toBe(false)
  kept.written([tagKey('app', '2')])
  looks[2]?.finish()
  await settle()
  const late = kept.now()
  await settle()
  expect(readsOf()).toEqual([null, ['app:1'], null, ['app:2']])
  const last = looks[3]?.finish()
  expect(await late).toEqual({ look: last, isCurrent: true })
})

test('after a minute, a question waits where looking takes a moment, or a decision follows', async () => {
  for (const [tookMs, waits] of [
    [100, undefined],
    [200, 'until current'],
  ] as const) {
    const { asked, lookedFor, pass, readsOf } = createLooks()
    const old = await lookedFor(tookMs)
    pass(minuteMs)
    const { look, isCurrent } = await asked(waits)
    expect(isCurrent).toBe(true)
    expect(look.readAtMs).toBeGreaterThan(old.readAtMs)
    expect(readsOf().at(-1)).toBeNull()
  }
})

test('a store that takes a minute to look at is looked at a tenth of the time', async () => {
  const { looks, asked, lookedFor, pass } = createLooks()
  await lookedFor(2 * minuteMs)
  pass(17 * minuteMs)
  expect((await asked()).isCurrent).toBe(true)
  expect(looks.filter(({ changes }) => changes === null)).toHaveLength(1)
  pass(minuteMs)
  expect((await asked()).isCurrent).toBe(false)
  expect(looks.filter(({ changes }) => changes === null)).toHaveLength(2)
})

test('after an hour, or if the clock was set back, a question waits for a new look', async () => {
  for (const passedMs of [hourMs, -1000]) {
    const { asked, lookedFor, pass, readsOf } = createLooks()
    await lookedFor(200)
    pass(passedMs - 200)
    expect((await asked()).isCurrent).toBe(true)
    expect(readsOf()).toEqual([null, null])
  }
})

test('is forgotten after an hour, whether or not anything is asked', async () => {
  const { kept, looks, lookedFor, pass } = createLooks()
  await lookedFor(200)
  pass(hourMs)
  kept.forgetOld()
  pass(-hourMs)
  void kept.now()
  expect(looks).toHaveLength(2)
})

test('a look that fails rejects all that wait for it, but not the next', async () => {
  const { kept, looks } = createLooks()
  const asked = [kept.now(), kept.now()]
  looks[0]?.fail(new Error('EIO'))
  for (const question of asked) await expect(question).rejects.toThrow('EIO')
  const next = kept.now()
  expect(looks[1]?.finish()).toBe((await next).look)
})

test('while looking again fails, the old look answers, and another is tried after a minute', async () => {
  const { kept, looks, asked, lookedFor, pass } = createLooks()
  await lookedFor(200)
  pass(minuteMs)
  await asked()
  looks.at(-1)?.fail(new Error('EIO'))
  await settle()
  const before = looks.length
  expect((await kept.now()).isCurrent).toBe(false)
  expect(looks).toHaveLength(before)
  pass(minuteMs - 1)
  await asked()
  expect(looks.filter(({ changes }) => changes === null)).toHaveLength(2)
  pass(1)
  await asked()
  expect(looks.filter(({ changes }) => changes === null)).toHaveLength(3)
})

test('an update that fails rejects its questions, and leaves nothing out of the next', async () => {
  const { kept, looks, lookedFor, readsOf } = createLooks()
  await lookedFor(0)
  kept.written([tagKey('app', '1')])
  const asked = kept.now()
  await settle()
  kept.written([tagKey('app', '2')])
  looks[1]?.fail(new Error('EIO'))
  await expect(asked).rejects.toThrow('EIO')
  const next = kept.now()
  await settle()
  looks[2]?.finish()
  await next
  expect(readsOf()).toEqual([null, ['app:1'], ['app:1', 'app:2']])
})

test('a look that was begun ahead is joined, and none is begun beside a kept one', async () => {
  const { kept, looks } = createLooks()
  kept.begin()
  looks.pop()?.fail(new Error('EIO'))
  await settle()
  kept.begin()
  kept.begin()
  const asked = kept.now()
  expect(looks[0]?.finish()).toBe((await asked).look)
  kept.begin()
  expect(looks).toHaveLength(1)
})
