import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { removeOne } from './one-removal.ts'
import { tinyImage, type TinyManifest } from './tiny-image.ts'

import { pausingStorage } from '../faults/pausing-storage.ts'
import { openTestRegistry, repositoryName } from './test-registry.ts'

export const app = repositoryName('team/app')
export const other = repositoryName('team/other')
export const old = tinyImage({ layers: ['base', 'old'] })
export const [, , layer = old] = old.blobs
export const commit = (image: TinyManifest) => ({
  bytes: image.bytes,
  contentType: image.mediaType,
})

const planned = (
  step: PlannedRemoval['step'],
  digest: Digest,
  more: Partial<PlannedRemoval> = {},
): PlannedRemoval => ({
  step,
  digest,
  cause: 'deleted image',
  repository: step === 'blob' ? null : app,
  name: null,
  isManifest: false,
  sizeBytes: 0,
  ...more,
})

/**
 * Both repositories have the image; an hour later a collection starts, unless `begins` is false.
 */
export async function removalWorld({
  begins = true,
  pushLeaseMs = 3_600_000,
  /** How far behind the clock storage stamps files, in milliseconds. */
  stampsLagMs = 0,
} = {}) {
  const hourMs = 3_600_000
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  const pausing = pausingStorage(
    createMemoryFileTree({ clock: { nowMs: () => nowMs - stampsLagMs } }),
  )
  const registry = openTestRegistry({ storage: pausing.storage, clock, pushLeaseMs })
  for (const repository of [app, other]) await registry.push(repository, old, 'old')
  nowMs += hourMs
  async function begin(includePushLeases = true): Promise<void> {
    nowMs += 1000
    await registry.leases.startCollection({ includePushLeases })
  }
  if (begins) await begin()
  const remove = (...what: Parameters<typeof planned>) =>
    removeOne(registry.remover, planned(...what), nowMs)
  const removeAll = (step: PlannedRemoval['step'], digests: readonly Digest[]) =>
    registry.remover.removeBatch(
      digests.map((digest) => planned(step, digest)),
      nowMs,
    )
  return { ...pausing, ...registry, begin, remove, removeAll }
}
