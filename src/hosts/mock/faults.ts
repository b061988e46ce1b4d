import type { MemoryStorage } from '#adapters/memory/memory-storage.ts'
import { StoreError } from '#storage/errors.ts'
import type { Storage } from '#storage/storage.ts'
import type { ScenarioTraits } from './scenarios.ts'

type Fetch = (request: Request) => Promise<Response>

const wait = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs))

const brokenOnPurpose = (): Response =>
  Response.json(
    { errors: [{ code: 'INTERNAL', message: 'this mock scenario fails on purpose; try again' }] },
    { status: 500 },
  )

/**
 * Makes the mock host worse than a real one, on purpose. Each call fails at the first attempt and
 * at every other one after it, so that a retry succeeds, independent of other calls.
 */
export function withFaults(fetch: Fetch, traits: ScenarioTraits): Fetch {
  const lastFailed = new Map<string, boolean>()
  return async (request) => {
    if (traits.latencyMs > 0) await wait(traits.latencyMs)
    const { pathname } = new URL(request.url)
    if (!traits.failsEveryOther || pathname.endsWith('/session')) return fetch(request)
    const call = `${request.method} ${pathname}`
    const fails = !lastFailed.get(call)
    lastFailed.set(call, fails)
    if (!fails) return fetch(request)
    if (request.method === 'GET') {
      const answer = await fetch(request)
      if (answer.status === 401) {
        // A 401 is no fault. The next attempt, after a sign-in, is the first one again.
        lastFailed.delete(call)
        return answer
      }
    }
    return brokenOnPurpose()
  }
}

/**
 * A storage that removes blobs slowly, so that a person can watch a collection. Deletions by people
 * stay fast: they remove no blob.
 */
export function withSlowRemovals(storage: Storage, removalMs: number): Storage {
  if (removalMs === 0) return storage
  return {
    ...storage,
    async remove(path, options) {
      if (path.includes('/blobs/')) await wait(removalMs)
      await storage.remove(path, options)
    },
  }
}

/** One of this many blobs cannot be removed. */
const undeletableEvery = 3

async function broken(path: string): Promise<never> {
  throw new StoreError('FAILED', path, { cause: new Error('this mock fails on purpose') })
}

/** Changes the last byte of the largest blob, which is a layer. */
export async function damageLargestBlob(storage: MemoryStorage): Promise<void> {
  const blobs = [...storage.files()].filter(([path]) => path.includes('/blobs/'))
  const [largest] = blobs.toSorted(([, a], [, b]) => b.bytes.length - a.bytes.length)
  if (largest === undefined) return
  const [path, { bytes }] = largest
  const damaged = bytes.slice()
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  await storage.write(path, damaged)
}

/** A storage with a fault that only a collection meets: the dashboard keeps working. */
export function withStorageFault(storage: Storage, fault: ScenarioTraits['storage']): Storage {
  let removals = 0
  switch (fault) {
    case 'healthy':
    case 'damaged':
      return storage
    case 'unreadable':
      return {
        ...storage,
        list: (path) => (path.endsWith('/blobs/sha256') ? broken(path) : storage.list(path)),
      }
    case 'undeletable':
      return {
        ...storage,
        remove(path, options) {
          if (path.includes('/blobs/')) removals += 1
          const isFaulty = path.includes('/blobs/') && removals % undeletableEvery === 0
          return isFaulty ? broken(path) : storage.remove(path, options)
        },
      }
  }
}
