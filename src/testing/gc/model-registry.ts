import { packParsedManifests, type ManifestReadResult } from '#graph/packed/parsed-manifests.ts'
import type {
  InventoryFault,
  RegistryReader,
  TrashContents,
  UploadContents,
} from '#gc/ports/registry-reader.ts'
import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { packDigests, unpackDigests } from '#domain/values/packed-digests.ts'
import type { Manifest } from '#domain/manifest/manifest.ts'
import { removerOf } from '../builders/one-removal.ts'

/** A digest for a letter or a name: `A`, `B`, `base`. */
export function digestNamed(name: string): Digest {
  const hex = Array.from(name).map((letter) =>
    (letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0'),
  )
  return `sha256:${hex.join('').padEnd(64, '0')}` as Digest
}

/** The name of a digest made by `digestNamed`. */
export function nameOf(digest: Digest): string {
  const bytes = digest.slice('sha256:'.length).match(/../g) ?? []
  return bytes
    .map((byte) => Number.parseInt(byte, 16))
    .filter((code) => code > 0)
    .map((code) => String.fromCodePoint(code))
    .join('')
}

export interface ModelBlob {
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** Its content, if it is a manifest; a sentence if the manifest is unreadable. */
  readonly manifest?: Manifest | string
}

export interface ModelTag {
  digest: Digest | null
  readonly history: Set<Digest>
}

export interface ModelRepository {
  readonly tags: Map<string, ModelTag>
  /** By digest: when it was linked. */
  readonly revisions: Map<Digest, number>
  readonly layers: Map<Digest, number>
  readonly uploads: Map<string, UploadContents>
  readonly faults: InventoryFault[]
}

/** A registry as maps: the ports of a collection over it, and nothing hidden. */
export interface ModelRegistry {
  nowMs: number
  readonly blobs: Map<Digest, ModelBlob>
  readonly repositories: Map<string, ModelRepository>
  readonly trash: Map<string, TrashContents>
  readonly leased: Set<Digest>
  repository(name: string): ModelRepository
  readonly reader: RegistryReader
  readonly remover: RegistryRemover
  /** Everything that was removed, in order, as `step name`. */
  readonly removals: string[]
  /** How often each manifest was read. */
  readonly reads: Map<Digest, number>
}

export interface ModelOptions {
  /** The order in which storage lists items. */
  readonly shuffle?: <T>(items: readonly T[]) => readonly T[]
  /** Called before each removal, counted from 0; if it throws, storage fails with that error. */
  readonly beforeRemoval?: (item: PlannedRemoval, count: number) => void
}

export function createModelRegistry(options: ModelOptions = {}): ModelRegistry {
  const { shuffle = (items) => items, beforeRemoval = () => {} } = options
  const blobs = new Map<Digest, ModelBlob>()
  const repositories = new Map<string, ModelRepository>()
  const trash = new Map<string, TrashContents>()
  const leased = new Set<Digest>()
  const removals: string[] = []
  const reads = new Map<Digest, number>()
  let tried = 0

  function repository(name: string): ModelRepository {
    const known = repositories.get(name)
    if (known) return known
    const made: ModelRepository = {
      tags: new Map(),
      revisions: new Map(),
      layers: new Map(),
      uploads: new Map(),
      faults: [],
    }
    repositories.set(name, made)
    return made
  }

  function readingOf(digest: Digest): ManifestReadResult {
    reads.set(digest, (reads.get(digest) ?? 0) + 1)
    const blob = blobs.get(digest)
    if (!blob) return { kind: 'missing' }
    const { manifest = 'no manifest', sizeBytes } = blob
    return typeof manifest === 'string'
      ? { kind: 'unreadable', reason: manifest }
      : { kind: 'manifest', manifest, sizeBytes }
  }

  const reader: RegistryReader = {
    async *blobs() {
      const all = shuffle([...blobs.keys()])
      for (let start = 0; start < all.length; start += 1000) {
        yield packDigests(all.slice(start, start + 1000))
      }
    },
    async *repositories() {
      for (const name of shuffle([...repositories.keys()])) {
        const { tags, revisions, layers, uploads, faults } = repository(name)
        yield {
          name,
          tags: shuffle([...tags]).map(([tag, { digest, history }]) => ({
            name: tag,
            digest,
            history: [...history].filter((other) => other !== digest),
          })),
          revisions: packDigests(shuffle([...revisions.keys()])),
          layers: packDigests(shuffle([...layers.keys()])),
          uploads: [...uploads.values()],
          faults: [...faults],
        }
      }
    },
    trash: async () => shuffle([...trash.values()]),
    manifests: async ({ digests }) => packParsedManifests(unpackDigests(digests).map(readingOf)),
    async stat(digests) {
      const found = unpackDigests(digests).map((digest) => blobs.get(digest))
      return Float64Array.from(found, (blob) => blob?.sizeBytes ?? -1)
    },
    linkedAtMs: async (name, digest) =>
      repositories.get(name)?.revisions.get(digest) ??
      repositories.get(name)?.layers.get(digest) ??
      null,
  }

  const remover = removerOf(async (item, inventoryStartedAtMs) => {
    beforeRemoval(item, tried)
    tried += 1
    if (isInUse(item, inventoryStartedAtMs)) return { kind: 'in use' }
    const bytes = removed(item)
    if (bytes === null) return { kind: 'absent' }
    removals.push(`${item.step} ${item.digest === null ? item.name : nameOf(item.digest)}`)
    return { kind: 'removed', bytes }
  })

  function isInUse({ step, digest, repository: name }: PlannedRemoval, sinceMs: number): boolean {
    if (digest === null || step.startsWith('trash')) return false
    if (leased.has(digest)) return true
    const links = repositories.get(name ?? '')
    switch (step) {
      case 'blob':
        return (blobs.get(digest)?.modifiedAtMs ?? 0) >= sinceMs
      case 'revision':
        return (links?.revisions.get(digest) ?? 0) >= sinceMs
      case 'layer-link':
        return (links?.layers.get(digest) ?? 0) >= sinceMs
      default:
        return false
    }
  }

  /** The bytes that were removed, or null if there was nothing. */
  function removed({ step, digest, repository: name, name: what }: PlannedRemoval): number | null {
    const links = repositories.get(name ?? '')
    const key = what ?? ''
    const entry = trash.get(key)
    const size = digest === null ? undefined : blobs.get(digest)?.sizeBytes
    const upload = links?.uploads.get(key)?.sizeBytes
    switch (step) {
      case 'trash-claim':
        if (entry) trash.set(key, { ...entry, claimed: true })
        return entry ? 0 : null
      case 'trash-entry':
        return trash.delete(key) ? 0 : null
      case 'upload':
        return links?.uploads.delete(key) ? (upload ?? 0) : null
      case 'tag-history':
        return digest && links?.tags.get(key)?.history.delete(digest) ? 0 : null
      case 'revision':
        return digest && links?.revisions.delete(digest) ? 0 : null
      case 'layer-link':
        return digest && links?.layers.delete(digest) ? 0 : null
      case 'blob':
        return digest && blobs.delete(digest) ? (size ?? 0) : null
    }
  }

  return {
    nowMs: Date.UTC(2026, 0, 1),
    blobs,
    repositories,
    trash,
    leased,
    repository,
    reader,
    remover,
    removals,
    reads,
  }
}
