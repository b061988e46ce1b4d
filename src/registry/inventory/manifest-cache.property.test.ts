import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Digest } from '#domain/values/digest.ts'
import { historyRuns } from '#testing/histories/history-runs.ts'
import { blobFile, manifestCacheFile } from '../layout.ts'
import {
  digestAt,
  filled,
  manifests,
  cacheFileOf,
  open,
  planned,
} from '#testing/builders/manifest-cache-samples.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'

type Harm =
  | { readonly to: 'cache'; readonly flips: readonly number[]; readonly keep: number }
  /** Null: the file is gone, and its folder is left. `as long`: other bytes of the same length. */
  | { readonly to: 'storage'; readonly one: number; readonly text: string | null }

const which = fc.nat({ max: manifests.length - 1 })
const harm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    to: fc.constant('cache' as const),
    flips: fc.array(fc.nat({ max: 40_000 }), { maxLength: 6 }),
    keep: fc.integer({ min: 0, max: 8000 }),
  }),
  fc.record({
    to: fc.constant('storage' as const),
    one: which,
    text: fc.constantFrom('{"manifests":[]}', '', '{', 'as long', null),
  }),
)

async function inflict(storage: FileTree, what: Harm): Promise<void> {
  if (what.to === 'storage') {
    const path = blobFile(digestAt(what.one))
    const before = await storage.open(path)
    const text = what.text === 'as long' ? ' '.repeat(before?.sizeBytes ?? 0) : what.text
    if (text === null) await storage.remove(path)
    else await storage.write(path, new TextEncoder().encode(text))
    return
  }
  const bytes = await cacheFileOf(storage)
  if (bytes === null) return
  for (const bit of what.flips) {
    const at = (bit >> 3) % Math.max(1, bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
  }
  await storage.write(manifestCacheFile, bytes.slice(0, what.keep))
}

/**
 * The storage as it looks with a whole cache, in which every manifest counts as whole. The first
 * manifest is not linked: only a list of the blobs tells of it, so that it may be gone.
 */
async function asIfWhole(storage: FileTree): Promise<FileTree> {
  const whole = await filled()
  const path = blobFile(digestAt(0))
  if ((await storage.open(path)) === null) await whole.remove(path)
  return whole
}

/** The plan without blobs that are not on storage: of those, only links and entries can go. */
async function withoutGone(plan: Plan, storage: FileTree): Promise<Plan> {
  const gone = new Set<Digest | null>()
  for (const { digest } of manifests) {
    if ((await storage.open(blobFile(digest))) === null) gone.add(digest)
  }
  const items = plan.items?.filter(({ step, digest }) => step !== 'blob' || !gone.has(digest))
  return { ...plan, items }
}

type Plan = Awaited<ReturnType<typeof planned>>

/** The steps of a plan without sizes, because sizes come from storage. */
const stepsOf = ({ items }: Plan): string[] =>
  (items ?? []).map((step) => JSON.stringify({ ...step, sizeBytes: null })).toSorted()

/** The plan without reasons, and without the repository that a blob is assigned to. */
const takenBy = ({ items }: Plan): string[] =>
  (items ?? []).map(({ step, digest, name, repository }) =>
    [step, digest, name, step === 'blob' ? null : repository].join(),
  )

it('the cache makes no plan take more than whole manifests would, also after either is damaged', async () => {
  let fromCache = 0
  await fc.assert(
    fc.asyncProperty(fc.array(harm, { minLength: 1, maxLength: 5 }), async (harms) => {
      const storage = await filled()
      await planned(open(storage, 'a'))
      for (const each of harms) await inflict(storage, each)
      const wholePlan = await withoutGone(
        await planned(open(await asIfWhole(storage), null)),
        storage,
      )
      const planWithout = await planned(open(storage, null))
      expect(takenBy(wholePlan)).toEqual(expect.arrayContaining(takenBy(planWithout)))
      const [whole, without] = [stepsOf(wholePlan), stepsOf(planWithout)]
      const steps = stepsOf(await planned(open(storage, 'a')))
      // The cache counts as a whole, or not at all.
      expect([whole, without]).toContainEqual(steps)
      const isMemoryWhole = harms.every(({ to }) => to === 'storage')
      if (isMemoryWhole) expect(steps).toEqual(whole)
      if (steps.length > without.length) fromCache += 1
      // What the last plan wrote to the cache gives the same result.
      expect([whole, without]).toContainEqual(stepsOf(await planned(open(storage, 'a'))))
    }),
    { numRuns: Math.min(300, historyRuns(150)) },
  )
  expect(fromCache).toBeGreaterThan(0)
})
