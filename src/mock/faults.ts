import { StorageError, type Storage } from '#registry/storage.ts'
import type { ScenarioTraits } from './scenarios.ts'

type Fetch = (request: Request) => Promise<Response>

const wait = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs))

const brokenOnPurpose = (): Response =>
  Response.json(
    { errors: [{ code: 'INTERNAL', message: 'this mock scenario fails on purpose; try again' }] },
    { status: 500 },
  )

/** The one place where the mock host is worse than the real thing. */
export function withFaults(fetch: Fetch, traits: ScenarioTraits): Fetch {
  let calls = 0
  return async (request) => {
    if (traits.latencyMs > 0) await wait(traits.latencyMs)
    const isSession = new URL(request.url).pathname.endsWith('/session')
    if (traits.failEvery > 0 && !isSession) {
      calls += 1
      if (calls % traits.failEvery === 0) return brokenOnPurpose()
    }
    return fetch(request)
  }
}

/**
 * A storage that takes its time to remove blobs, one after the other, so that a collection can be
 * watched. What people delete goes at once: that removes no blob.
 */
export function withSlowRemovals(storage: Storage, removalMs: number): Storage {
  if (removalMs === 0) return storage
  let turn: Promise<void> = Promise.resolve()
  return {
    ...storage,
    async remove(path, options) {
      if (path.includes('/blobs/')) {
        turn = turn.then(() => wait(removalMs))
        await turn
      }
      await storage.remove(path, options)
    },
  }
}

/** Of so many blobs that are to be removed, one cannot be. */
const undeletableEvery = 3

/** A storage with a fault that only a collection meets: the dashboard goes on working. */
export function withStorageFault(storage: Storage, fault: ScenarioTraits['storage']): Storage {
  const failed = () =>
    Promise.reject(new StorageError('FAILED', 'EIO: input/output error, on purpose'))
  if (fault === 'unreadable') {
    return {
      ...storage,
      list: (path, ...rest) => (path.endsWith('/blobs') ? failed() : storage.list(path, ...rest)),
    }
  }
  if (fault === 'healthy') return storage
  let removals = 0
  return {
    ...storage,
    remove(path, options) {
      if (path.includes('/blobs/')) removals += 1
      const isFaulty = path.includes('/blobs/') && removals % undeletableEvery === 0
      return isFaulty ? failed() : storage.remove(path, options)
    },
  }
}
