import { setImmediate } from 'node:timers/promises'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryUploadStore } from '#adapters/memory/memory-upload-store.ts'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { runCollection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { createRegistry } from '#registry/registry.ts'
import { memoryTarget } from '../store-target.ts'
import { fingerprintOfPlan, generateStore, type ExpectedGarbage } from './generate-store.ts'
import { median } from './measure.ts'
import type { Figure } from './report.ts'
import { shapeStore } from './store-shape.ts'

const clock = { nowMs: () => Date.now() }

/** Only the storage keeps the bytes, as in a page: the engine then has less to garbage-collect. */
function fillStorage(blobs: number): { storage: MemoryFileTree; garbage: ExpectedGarbage } {
  const target = memoryTarget(Date.now() - 1000)
  const { garbage } = generateStore(target, shapeStore({ seed: 1, blobs }), 1)
  return { storage: createMemoryFileTree({ files: target.files, clock }), garbage }
}

/**
 * Plans over a registry in memory, as the host inside the page does, and measures how long the
 * thread is blocked at a time. In Node.js: a browser runs the same code on the same engine.
 */
export async function benchInMemory(blobs: number, runs: number): Promise<readonly Figure[]> {
  const { storage, garbage } = fillStorage(blobs)
  let resumedAt = 0
  let longestMs = 0
  const registry = createRegistry({
    objects: createMemoryObjectStore(storage),
    uploadStore: createMemoryUploadStore(storage),
    ...createMemoryCoordination({ clock, wait: () => setImmediate() }),
    createDigester,
    clock,
    createId: () => crypto.randomUUID(),
    pause,
  })

  /** Everything between two pauses is one task of the thread. */
  function endTask(): void {
    longestMs = Math.max(longestMs, performance.now() - resumedAt)
  }

  async function pause(): Promise<void> {
    endTask()
    await setImmediate()
    resumedAt = performance.now()
  }

  const milliseconds: number[] = []
  const longest: number[] = []
  // The first round warms up the engine, like a page that was used for a while.
  for (let round = 0; round <= runs; round += 1) {
    longestMs = 0
    const startedAt = (resumedAt = performance.now())
    const { plan } = await runCollection({
      ...registry,
      writers: null,
      clock,
      pause,
      policy: defaultCollectionPolicy,
      dryRun: true,
    })
    endTask()
    if (round > 0) {
      milliseconds.push(performance.now() - startedAt)
      longest.push(longestMs)
    }
    if (fingerprintOfPlan(plan) !== garbage.fingerprint) {
      throw new Error('the plan in memory has the wrong blobs')
    }
  }
  const work = `plan in memory, ${blobs} blobs`
  return [
    { work, name: 'median', value: median(milliseconds), unit: 'ms' },
    { work, name: 'longest task', value: median(longest), unit: 'ms' },
  ]
}
