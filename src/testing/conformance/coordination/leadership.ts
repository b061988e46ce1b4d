import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Leadership, LeadershipTerm } from '#coordination/leadership.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { UploadStore } from '#storage/upload-store.ts'

export interface LeadersUnderTest {
  /** A process that may lead. */
  candidate(what: string): Leadership
  /**
   * Freezes the process that leads, with its clocks, for so long that another one takes over. From
   * then on it runs again.
   */
  freezeLeader(): void
  /** All processes end at once, without a release, and time passes until that is known. */
  loseAll(): void
  /** The stores that a term guards, each time over the same storage. */
  storesOf(term: LeadershipTerm): Promise<Stores>
  close(): Promise<void>
}

interface Stores {
  readonly objects: ObjectStore
  readonly uploadStore: UploadStore
}

async function led(from: Leadership): Promise<LeadershipTerm> {
  const attempt = await from.acquire()
  if (!attempt.ok) throw new Error(`held by ${attempt.holder}`)
  return attempt.term
}

const bytes = (text: string) => new TextEncoder().encode(text)
const upload = 'uploads/one/'
const keys = Array.from({ length: 20 }, (_, at) => `blobs/${at}/data`)

/** Every call that changes a storage. */
const changes: readonly [name: string, change: (stores: Stores) => Promise<unknown>][] = [
  ['a put', ({ objects }) => objects.put('new/data', bytes('late'))],
  ['a put over an object', ({ objects }) => objects.put('blobs/0/data', bytes('late'))],
  ['a move', ({ objects }) => objects.move('blobs/0/data', 'moved/data')],
  ['a removal', ({ objects }) => deleted(objects.deleteMany(['blobs/0/data']))],
  ['a removal of many', ({ objects }) => deleted(objects.deleteMany(keys, { prunes: true }))],
  [
    'a removal for a collection',
    ({ objects }) => deleted(objects.deleteMany(keys, { unlessModifiedSinceMs: Infinity })),
  ],
  ['a begun upload', ({ uploadStore }) => uploadStore.begin('uploads/two/', 0)],
  [
    'bytes of an upload',
    ({ uploadStore }) => uploadStore.append(upload, { offset: 1, body: bytes('2') }),
  ],
  [
    'the commit of an upload',
    ({ uploadStore }) => uploadStore.commit(upload, 'new/data', { sizeBytes: 1 }),
  ],
  ['an upload given up', ({ uploadStore }) => uploadStore.discard(upload)],
  ['an upload that a collection takes', ({ uploadStore }) => uploadStore.abort(upload)],
]

/** A removal reports a refusal for each key. */
async function deleted(outcomes: ReturnType<ObjectStore['deleteMany']>): Promise<void> {
  for (const outcome of await outcomes) {
    if (outcome.kind === 'failed') throw Object.assign(new Error(outcome.reason), outcome)
  }
}

async function contentOf({ objects, uploadStore }: Stores) {
  const all = [...keys, 'new/data', 'moved/data']
  const outcomes = await objects.getMany(all, { maximumBytes: 1000 })
  const found = outcomes.map((each) =>
    each.kind === 'found' ? new TextDecoder().decode(each.bytes) : each.kind,
  )
  const uploads = await Promise.all(
    ([upload, 'uploads/two/'] as const).map((prefix) => uploadStore.stat(prefix)),
  )
  return { found, uploads: uploads.map((stat) => stat?.sizeBytes) }
}

/** What every leadership must do, and every store that it guards. */
export const leadershipContract = (name: string, open: () => Promise<LeadersUnderTest>) =>
  describe(`${name}: leadership`, () => {
    let leaders: LeadersUnderTest
    beforeEach(async () => {
      leaders = await open()
    })
    afterEach(() => leaders.close())

    it('has one holder at a time, and names it to the others', async () => {
      const term = await led(leaders.candidate('the first'))
      expect(term.isHeld()).toBe(true)
      const refused = await leaders.candidate('the second').acquire()
      expect(refused).toEqual({ ok: false, holder: expect.stringContaining('the first') })
      await expect(Promise.resolve(term.mayWrite())).resolves.toBeUndefined()
      await term.release()
    })

    it('goes to one of many who ask at once', async () => {
      const attempts = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((what) => leaders.candidate(what).acquire()),
      )
      expect(attempts.filter(({ ok }) => ok)).toHaveLength(1)
    })

    it('ends with its release, which is no loss', async () => {
      const first = await led(leaders.candidate('the first'))
      await first.release()
      expect([first.isHeld(), first.lost.aborted]).toEqual([false, false])
      await expect(first.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
      const second = await led(leaders.candidate('the second'))
      expect(second.isHeld()).toBe(true)
      await expect(first.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    })

    it('numbers its terms upwards: after releases, losses and deaths', async () => {
      const tokens: number[] = []
      for (const end of ['release', 'release', 'freeze', 'lose all', 'release', 'none']) {
        const term = await led(leaders.candidate(end))
        tokens.push(term.token)
        if (end === 'release') await term.release()
        if (end === 'freeze') leaders.freezeLeader()
        if (end === 'lose all') leaders.loseAll()
      }
      expect(tokens.every(Number.isSafeInteger)).toBe(true)
      expect(tokens).toEqual([...new Set(tokens)].toSorted((one, other) => one - other))
    })

    it('is refused by its token to a holder that was frozen, also by clocks that stood still', async () => {
      const first = await led(leaders.candidate('the first'))
      leaders.freezeLeader()
      const second = await led(leaders.candidate('the second'))
      expect(first.isHeld()).toBe(true)
      expect(second.token).toBeGreaterThan(first.token)
      await expect(first.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
      expect([first.isHeld(), first.lost.aborted]).toEqual([false, true])
      expect(first.lost.reason).toContain('the second')
      // It takes nothing from the other when it ends.
      await first.release()
      await expect(Promise.resolve(second.mayWrite())).resolves.toBeUndefined()
      expect((await leaders.candidate('the third').acquire()).ok).toBe(false)
    })

    it('stays refused when the one that took over has ended', async () => {
      const first = await led(leaders.candidate('the first'))
      leaders.freezeLeader()
      const second = await led(leaders.candidate('the second'))
      await second.release()
      await expect(first.mayWrite()).rejects.toMatchObject({ code: 'NOT_HELD' })
    })

    it.each(changes)('lets no earlier term make a change: %s', async (_, change) => {
      const first = await led(leaders.candidate('the first'))
      const stores = await leaders.storesOf(first)
      for (const key of keys) await stores.objects.put(key, bytes(key))
      await stores.uploadStore.begin(upload, 0)
      await stores.uploadStore.append(upload, { offset: 0, body: bytes('1') })
      leaders.freezeLeader()
      const second = await led(leaders.candidate('the second'))
      const others = await leaders.storesOf(second)
      const before = await contentOf(others)
      expect(first.isHeld()).toBe(true)
      await expect(change(stores)).rejects.toMatchObject({ code: 'NOT_HELD' })
      expect(await contentOf(others)).toEqual(before)
      await change(others)
      expect(await contentOf(others)).not.toEqual(before)
    })
  })
