import type { ManifestReading, RegistryReader, RepositoryContents } from '#collector/ports.ts'
import { digestOf, isDigest, parseDigest, type Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import { parseRepositoryName } from '#domain/repository-name.ts'
import { inBatches } from './in-batches.ts'
import { blobFile, blobsFolder, revisionLink } from './layout.ts'
import { readManifest } from './manifest-reading.ts'
import { readRepositoryContents } from './repository-contents.ts'
import { walkRepositories, type FoundFolder } from './repository-walk.ts'
import type { Storage } from './storage.ts'
import type { TrashFile } from './trash-file.ts'
import type { TrashStore } from './trash-store.ts'

/** Repositories read at a time; each of them reads its tags in batches too. */
const repositoriesAtATime = 8

/** An image whose deletion or restoration is not finished is held whatever its time says. */
const heldUntilMs = (file: TrashFile): number =>
  file.state === 'deleting' || file.state === 'restoring'
    ? Number.MAX_SAFE_INTEGER
    : file.heldUntilMs

const hiddenFolder = (name: string, reason: string): RepositoryContents => ({
  name,
  tags: [],
  revisions: [],
  layers: [],
  uploads: [],
  faults: [
    { repository: name, reason: `${name || 'repositories'}: ${reason}`, hidesContent: true },
  ],
})

/** What a collection reads. Digests of other algorithms are given as the sha256 that storage uses. */
export function createInventory(storage: Storage, trash: TrashStore): RegistryReader {
  /** From what manifests may call a layer to where it is; filled while repositories are read. */
  const storedAs = new Map<Digest, Digest>()

  async function contentsOf(folder: FoundFolder): Promise<RepositoryContents> {
    if (folder.kind === 'hidden') return hiddenFolder(folder.name, folder.reason)
    return await readRepositoryContents(storage, folder.name, storedAs)
  }

  const asStored = (descriptor: Descriptor): Descriptor => {
    const digest = storedAs.get(descriptor.digest)
    return digest === undefined ? descriptor : { ...descriptor, digest }
  }

  function withStoredDigests(manifest: Manifest): Manifest {
    if (storedAs.size === 0 || manifest.kind === 'index') return manifest
    const config = manifest.config && asStored(manifest.config)
    return { ...manifest, config, layers: manifest.layers.map(asStored) }
  }

  return {
    async *blobs() {
      const folders = (await storage.list(blobsFolder)).filter(({ kind }) => kind === 'folder')
      const list = async ({ name }: { readonly name: string }) => {
        const entries = await storage.list(`${blobsFolder}/${name}`)
        return entries
          .filter((entry) => entry.kind === 'folder' && entry.name.startsWith(name))
          .map((entry) => digestOf('sha256', entry.name))
          .filter(isDigest)
      }
      for await (const lists of inBatches(folders, list)) yield* lists
    },

    async *repositories() {
      let folders: FoundFolder[] = []
      for await (const folder of walkRepositories(storage)) {
        folders.push(folder)
        if (folders.length < repositoriesAtATime) continue
        yield* await Promise.all(folders.map(contentsOf))
        folders = []
      }
      yield* await Promise.all(folders.map(contentsOf))
    },

    async trash() {
      // An entry that cannot be read may hold anything: this rejects, and nothing is collected.
      return (await trash.all()).map((file) => ({
        id: file.id,
        repository: file.repository,
        manifests: [
          ...file.manifests.map(({ digest }) => digest),
          ...(file.restore?.borrowed ?? []),
        ],
        tags: file.tags.map(({ name }) => name),
        heldUntilMs: heldUntilMs(file),
        hadRetention: file.hadRetention,
        claimed: file.state === 'claimed',
      }))
    },

    async manifest(digest): Promise<ManifestReading> {
      const reading = await readManifest(storage, digest)
      if (reading.kind !== 'manifest') return reading
      const { manifest, sizeBytes } = reading
      return { kind: 'manifest', manifest: withStoredDigests(manifest), sizeBytes }
    },

    async blob(digest) {
      const file = await storage.open(blobFile(digest))
      return file && { sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs }
    },

    async linkedAtMs(repository, digest) {
      const name = parseRepositoryName(repository)
      const parsed = parseDigest(digest)
      if (!name.ok || !parsed.ok) return null
      return (await storage.open(revisionLink(name.value, parsed.value)))?.modifiedAtMs ?? null
    },
  }
}
