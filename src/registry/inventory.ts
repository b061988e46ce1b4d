import type { ManifestReading, RegistryReader, RepositoryContents } from '#collector/ports.ts'
import { digestOf, isDigest, parseDigest, splitDigest, type Digest } from '#domain/digest.ts'
import type { Descriptor, Manifest } from '#domain/manifest.ts'
import { parseRepositoryName } from '#domain/repository-name.ts'
import { inBatches } from './in-batches.ts'
import type { CreateDigester } from './digester.ts'
import {
  blobFile,
  blobsFolder,
  layerLink,
  repositoriesFolder,
  revisionLink,
  trashFolder,
} from './layout.ts'
import { readManifest } from './manifest-reading.ts'
import { readRepositoryContents } from './repository-contents.ts'
import { walkRepositories, type FoundFolder } from './repository-walk.ts'
import type { Bytes, Storage } from './storage.ts'
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
  name: name || 'repositories',
  tags: [],
  revisions: [],
  layers: [],
  uploads: [],
  faults: [{ repository: name, reason, hidesContent: true, hidesLayers: true }],
})

/** Rejects where a symbolic link leads to a folder: it would look as if nothing were in it. */
async function refuseLinks(storage: Storage, folder: string): Promise<void> {
  const parts = folder.split('/')
  for (const [position, name] of parts.entries()) {
    const entries = await storage.list(parts.slice(0, position).join('/'))
    if (entries.find((entry) => entry.name === name)?.kind !== 'other') continue
    const path = parts.slice(0, position + 1).join('/')
    throw new Error(
      `${path} is a symbolic link, which is not followed: put the folder itself there`,
    )
  }
}

export interface InventoryOptions {
  readonly storage: Storage
  readonly trash: TrashStore
  readonly createDigester: CreateDigester
}

/** What a collection reads. Digests of other algorithms are given as the sha256 that storage uses. */
export function createInventory(options: InventoryOptions): RegistryReader {
  const { storage, trash, createDigester } = options
  /** From what manifests may call a layer to where it is; filled while repositories are read. */
  const storedAs = new Map<Digest, Digest>()

  async function contentsOf(folder: FoundFolder): Promise<RepositoryContents> {
    if (folder.kind === 'hidden') return hiddenFolder(folder.name, folder.reason)
    const contents = await readRepositoryContents(storage, folder.name, storedAs)
    if (folder.kind === 'repository') return contents
    const fault = {
      repository: folder.name,
      reason: 'the folder is not named like a repository; move it away if nobody needs it',
      hidesContent: true,
    }
    return { ...contents, faults: [...contents.faults, fault] }
  }

  function digestOfBytes(bytes: Bytes, digest: Digest): Digest {
    const digester = createDigester(splitDigest(digest).algorithm)
    digester.update(bytes)
    return digester.digest()
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
      await refuseLinks(storage, blobsFolder)
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
      await refuseLinks(storage, repositoriesFolder)
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
      await refuseLinks(storage, trashFolder)
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
      const { manifest, sizeBytes, bytes } = reading
      const actual = digestOfBytes(bytes, digest)
      if (actual !== digest) {
        return { kind: 'unreadable', reason: `what is stored there is ${actual}` }
      }
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
      const links = [revisionLink(name.value, parsed.value), layerLink(name.value, parsed.value)]
      const files = await Promise.all(links.map((link) => storage.open(link)))
      const times = files.flatMap((file) => (file === null ? [] : [file.modifiedAtMs]))
      return times.length === 0 ? null : Math.max(...times)
    },
  }
}
