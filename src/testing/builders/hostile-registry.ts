import { expect } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { runCollection, type Collection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { splitDigest } from '#domain/values/digest.ts'
import { contentOf, tinyImage, type TinyContent } from './tiny-image.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openTestRegistry, type TestRegistry } from './test-registry.ts'

let nowMs = Date.UTC(2026, 0, 1)
export const clock = { nowMs: () => nowMs }
export const repositories = 'docker/registry/v2/repositories'
export const hex = ({ digest }: TinyContent) => splitDigest(digest).hex
export const blobPath = (content: TinyContent) =>
  `docker/registry/v2/blobs/sha256/${hex(content).slice(0, 2)}/${hex(content)}/data`

export const good = tinyImage({ layers: ['base', 'good'] })
export const bad = tinyImage({ layers: ['base', 'bad'] })
export const garbage = contentOf('garbage')

/** `bad/app` is about to be damaged; `good/app` is intact, and `garbage` is garbage. */
export async function registryOver(storage: FileTree): Promise<TestRegistry> {
  const registry = openTestRegistry({ storage, clock })
  await registry.push('bad/app', bad, '1.0')
  await registry.push('good/app', good, '1.0')
  await registry.pushBlob('good/app', garbage)
  return registry
}

export const opened = () => registryOver(createMemoryFileTree({ clock }))

export function collect(registry: TestRegistry, untagged = false): Promise<Collection> {
  nowMs += 48 * 3_600_000
  return runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: registry.clock,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, collectUntagged: untagged },
    dryRun: false,
  })
}

export const isThere = async ({ storage }: TestRegistry, content: TinyContent) =>
  (await storage.open(blobPath(content))) !== null

/** Expects all blobs of `bad/app` except its manifest, which a case may have replaced. */
export async function expectKept(registry: TestRegistry): Promise<void> {
  for (const blob of bad.blobs) expect(await isThere(registry, blob)).toBe(true)
  expect(await registry.pulls('good/app', '1.0')).toBe(true)
}

export const reasons = ({ plan }: Collection) =>
  plan?.faults.map(({ repository, reason }) => `${repository}: ${reason}`)
