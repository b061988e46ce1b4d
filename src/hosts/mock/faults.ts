import type { MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { bytesOf } from '#adapters/memory/made-bytes.ts'
import { StoreError } from '#storage/errors.ts'
import type { DeleteOutcome, ObjectStore } from '#storage/object-store.ts'
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

const isBlob = (key: string): boolean => key.includes('/blobs/')

/** A store that removes each key by itself, as `removeOne` does. */
const removingEach = (
  objects: ObjectStore,
  removeOne: (
    key: string,
    remove: () => Promise<DeleteOutcome | undefined>,
  ) => Promise<DeleteOutcome | undefined>,
): ObjectStore => ({
  ...objects,
  async deleteMany(keys, options) {
    const outcomes: DeleteOutcome[] = []
    for (const key of keys) {
      const outcome = await removeOne(key, async () => {
        const [only] = await objects.deleteMany([key], options)
        return only
      })
      outcomes.push(outcome ?? { kind: 'not tried' })
    }
    return outcomes
  },
})

/**
 * A store that removes blobs slowly, so that a person can watch a collection. Deletions by people
 * stay fast: they remove no blob.
 */
export const withSlowRemovals = (objects: ObjectStore, removalMs: number): ObjectStore =>
  removalMs === 0
    ? objects
    : removingEach(objects, async (key, remove) => {
        if (isBlob(key)) await wait(removalMs)
        return await remove()
      })

/** One of this many blobs cannot be removed. */
const undeletableEvery = 3

const onPurpose = 'this mock fails on purpose'

/** Changes the last byte of the largest blob, which is a layer. */
export async function damageLargestBlob(files: MemoryFileTree): Promise<void> {
  const blobs = [...files.files()].filter(([path]) => path.includes('/blobs/'))
  const [largest] = blobs.toSorted(([, a], [, b]) => b.bytes.byteLength - a.bytes.byteLength)
  if (largest === undefined) return
  const [path, { bytes }] = largest
  const damaged = bytesOf(bytes).slice()
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
  await files.write(path, damaged)
}

/** A store with a fault that only a collection meets: the dashboard keeps working. */
export function withStoreFault(
  objects: ObjectStore,
  fault: ScenarioTraits['storage'],
): ObjectStore {
  let removals = 0
  switch (fault) {
    case 'healthy':
    case 'damaged':
      return objects
    case 'unreadable':
      return {
        ...objects,
        async *list(prefix, options) {
          if (prefix.endsWith('/blobs/sha256/')) {
            throw new StoreError('FAILED', prefix, { cause: new Error(onPurpose) })
          }
          yield* objects.list(prefix, options)
        },
      }
    case 'undeletable':
      return removingEach(objects, async (key, remove) => {
        if (isBlob(key)) removals += 1
        const isFaulty = isBlob(key) && removals % undeletableEvery === 0
        return isFaulty ? { kind: 'failed', code: 'FAILED', reason: onPurpose } : await remove()
      })
  }
}
