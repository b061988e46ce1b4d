import { bytesOf } from '#adapters/memory/made-bytes.ts'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryBlobLeases } from '#adapters/memory/coordination/memory-blob-leases.ts'
import { createMemoryRepositoryLock } from '#adapters/memory/coordination/memory-repository-lock.ts'
import type { BlobLeases, LeaseControl } from '#coordination/blob-leases.ts'
import type { RegistryReader, RepositoryContents } from '#gc/ports/registry-reader.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import { uploadsOverFiles } from '#adapters/filesystem/uploads-over-files.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { createMemoryFileTree, type MemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { Result } from '#domain/values/result.ts'
import { parseRepositoryName, type RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { aTask } from './a-task.ts'
import type { TinyContent, TinyManifest } from './tiny-image.ts'
import { parseManifestBytes } from '#registry/manifests/manifest-reading.ts'
import { parseReference } from '#registry/manifests/tag-or-digest.ts'
import { createRegistry, type Registry, type RegistryOptions } from '#registry/registry.ts'
import { watchWrites, type Written } from '#storage/wrappers/watched-writes.ts'
import type { SoftDelete } from '#registry/trash/trash.ts'

export function valueOf<T>(parsed: Result<T>): T {
  if (!parsed.ok) throw new Error(`${parsed.refusal.code}: ${parsed.refusal.message}`)
  return parsed.value
}

export const repositoryName = (text: string): RepositoryName => valueOf(parseRepositoryName(text))
export const tagName = (text: string): TagName => valueOf(parseTagName(text))

export interface TestRegistry extends Registry {
  readonly storage: FileTree
  readonly clock: { nowMs(): number }
  readonly leases: BlobLeases & LeaseControl
  advance(ms: number): void
  pushBlob(repository: string, blob: TinyContent): Promise<void>
  /**
   * Pushes its blobs first, then the manifest under each reference (by digest if there is none).
   */
  push(repository: string, image: TinyManifest, ...references: readonly string[]): Promise<void>
  /** Deletes the image of a reference; without retention, by `alice`. */
  softDelete(
    repository: string,
    reference: string,
    more?: Partial<SoftDelete>,
  ): ReturnType<Registry['trash']['softDelete']>
  /** Deletes the image and returns the id of its trash entry. */
  trashed(repository: string, reference: string, more?: Partial<SoftDelete>): Promise<string>
  /** True if the reference, everything that it lists, and their layers can be pulled. */
  pulls(repository: string, reference: string): Promise<boolean>
}

interface TestRegistryOptions {
  /** The files below the stores, so that a test can watch or break single ones. */
  readonly storage?: FileTree
  readonly startMs?: number
  /** Is told of the registry's writes, as `watchWrites` tells of them. */
  readonly written?: Written
  /** How long leases of pushes last. Default: only during a collection. */
  readonly pushLeaseMs?: number
  /** What happens while a request says what it will need, as where several servers agree on it. */
  readonly onIntend?: (digests: ReadonlySet<Digest>) => Promise<void>
}

/** The same leases, over which several servers would have to agree. */
const agreedLeases = (
  leases: BlobLeases & LeaseControl,
  onIntend: NonNullable<TestRegistryOptions['onIntend']>,
): BlobLeases & LeaseControl => ({
  ...leases,
  withLeases: (act) =>
    leases.withLeases((guard) => {
      const needed = new Set<Digest>()
      return act({
        ...guard,
        lease(digests, folderOf) {
          for (const digest of digests) needed.add(digest)
          return guard.lease(digests, folderOf)
        },
        async intend(digests) {
          for (const digest of digests) needed.add(digest)
          await onIntend(needed)
          return true
        },
      })
    }),
})

/** A registry in memory whose clock stands still until a test advances it. */
export function openTestRegistry(
  options: Partial<Omit<RegistryOptions, 'leases'>> & TestRegistryOptions = {},
): TestRegistry {
  let nowMs = options.startMs ?? Date.UTC(2026, 0, 1)
  let ids = 0
  const clock = options.clock ?? { nowMs: () => nowMs }
  const storage = options.storage ?? createMemoryFileTree({ clock })
  const ownLeases = createMemoryBlobLeases({ clock, pushLeaseMs: options.pushLeaseMs ?? 0 })
  const { onIntend } = options
  const leases = onIntend === undefined ? ownLeases : agreedLeases(ownLeases, onIntend)
  const { objects = objectsOverFiles(storage), written = () => {} } = options
  const uploadStore = options.uploadStore ?? uploadsOverFiles(storage, objects)
  const registry = createRegistry({
    clock,
    createDigester,
    createId: () => `id-${(ids += 1)}`,
    pause: () => Promise.resolve(),
    runLocked: createMemoryRepositoryLock({ wait: aTask }),
    ...options,
    ...watchWrites({ objects, uploadStore }, written),
    leases,
  })

  const pushBlob: TestRegistry['pushBlob'] = async (repository, { bytes, digest }) => {
    const name = repositoryName(repository)
    const { id } = await registry.uploads.start(name)
    valueOf(await registry.uploads.finish(name, id, digest, { body: bytes }))
  }

  async function pulls(repository: string, reference: string): Promise<boolean> {
    const name = repositoryName(repository)
    const stored = await registry.manifests.readManifest(name, valueOf(parseReference(reference)))
    if (stored === null) return false
    const parsed = parseManifestBytes(stored.bytes)
    if (!parsed.ok) return false
    const manifest = parsed.value
    if (manifest.kind === 'index') {
      const whole = await Promise.all(manifest.manifests.map(({ digest }) => pulls(name, digest)))
      return whole.every(Boolean)
    }
    const blobs = manifest.config ? [manifest.config, ...manifest.layers] : manifest.layers
    const files = await Promise.all(blobs.map(({ digest }) => registry.blobs.head(name, digest)))
    return files.every((file, position) => file?.sizeBytes === blobs[position]?.sizeBytes)
  }

  const softDelete: TestRegistry['softDelete'] = (repository, reference, more = {}) =>
    registry.trash.softDelete({
      repository: repositoryName(repository),
      reference: valueOf(parseReference(reference)),
      extent: 'image',
      deletedBy: 'alice',
      retentionMs: 0,
      ...more,
    })

  return {
    ...registry,
    storage,
    clock,
    leases,
    advance(ms) {
      nowMs += ms
    },
    pushBlob,
    async push(repository, image, ...references) {
      for (const blob of image.blobs) await pushBlob(repository, blob)
      for (const reference of references.length > 0 ? references : [image.digest]) {
        const parsed = valueOf(parseReference(reference))
        valueOf(await registry.manifests.putManifest(repositoryName(repository), parsed, image))
      }
    },
    softDelete,
    async trashed(...request) {
      const deleted = valueOf(await softDelete(...request))
      if (deleted.kind !== 'trashed') throw new Error('only tags were deleted')
      return deleted.entry.id
    },
    pulls,
  }
}

/** Every file of a storage, with its text. */
export async function filesOf(storage: MemoryFileTree): Promise<ReadonlyMap<string, string>> {
  const decoder = new TextDecoder()
  return new Map(
    Array.from(storage.files(), ([path, file]) => [path, decoder.decode(bytesOf(file.bytes))]),
  )
}

/** What each repository holds, by its name. */
export async function contentsByName(
  reader: RegistryReader,
): Promise<Map<string, RepositoryContents>> {
  const all = new Map<string, RepositoryContents>()
  for await (const contents of reader.repositories()) all.set(contents.name, contents)
  return all
}
