import type { RegistryReader, RepositoryContents } from '#gc/ports/registry-reader.ts'
import {
  digestAlgorithms,
  digestOf,
  isDigest,
  parseDigest,
  type DigestAlgorithm,
} from '#domain/values/digest.ts'
import {
  createDigestPacker,
  packDigests,
  unpackDigests,
  type DigestPacker,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { createCheckedManifests } from './checked-manifests.ts'
import type { CreateDigester } from '#storage/digester.ts'
import { blobFile, blobsFolder, layerLink, repositoriesFolder, revisionLink } from '../layout.ts'
import { readRepositoryContents } from './repository-contents.ts'
import { walkRepositories, type FoundFolder } from '../repositories/repository-walk.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects, headOrNull, missingOutcome } from '#storage/single-object.ts'
import { assertPlainFolder, errorOf, type StoreReads } from './scan-folders.ts'

/**
 * The single reads of an inventory. Arguments and results are plain data, and no read depends on
 * another, so any thread can do any of them.
 */
export interface StoreScanner extends Pick<RegistryReader, 'manifests' | 'stat' | 'linkedAtMs'> {
  /** The folders of blobs, by algorithm and the first two digits: `sha256/0f`. */
  blobFolders(): Promise<readonly string[]>
  blobsIn(folder: string): Promise<PackedDigests>
  repositoryFolders(): Promise<readonly FoundFolder[]>
  contentsOf(folder: FoundFolder): Promise<RepositoryContents>
}

/** The names of the folders directly below one that may not be hidden. */
async function folderNames(objects: ObjectReader, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  const prefix = `${folder}/` as const
  for await (const page of objects.list(prefix, { delimiter: '/' })) {
    for (const listed of page) {
      if (listed.kind === 'prefix') names.push(listed.prefix.slice(prefix.length, -1))
      else if (listed.kind === 'blind spot' && !listed.key.startsWith(prefix)) throw errorOf(listed)
    }
  }
  return names
}

/**
 * Rejects if there are blobs but no folder of repositories. No registry ever removes that folder:
 * it was moved away or is not mounted, and everything that the repositories need would look like
 * garbage.
 */
async function refuseBlobs(objects: ObjectReader): Promise<void> {
  for (const algorithm of digestAlgorithms) {
    for await (const page of objects.list(`${blobsFolder(algorithm)}/`, { delimiter: '/' })) {
      if (page.length === 0) continue
      throw new Error(
        `there are blobs, and the folder ${repositoriesFolder} is gone: put it back, or make an empty one if all images may go`,
      )
    }
  }
}

const hiddenFolder = (name: string, reason: string): RepositoryContents => ({
  name: name || 'repositories',
  tags: [],
  revisions: packDigests([]),
  layers: packDigests([]),
  uploads: [],
  faults: [{ repository: name, reason, hidesContent: true, hidesLayers: true }],
})

/** Packs the blobs of one page that have the two digits of their folder. */
function pushBlobs(
  blobs: DigestPacker,
  algorithm: DigestAlgorithm,
  digits: string,
  names: readonly string[],
): void {
  for (const hex of names) {
    if (!hex.startsWith(digits)) continue
    if (algorithm === 'sha256') blobs.pushHex(hex)
    else {
      const digest = digestOf(algorithm, hex)
      if (isDigest(digest)) blobs.push(digest)
    }
  }
}

export function createStoreScanner(
  reads: StoreReads,
  createDigester: CreateDigester,
): StoreScanner {
  const { objects, scanner } = reads
  return {
    manifests: createCheckedManifests(reads, createDigester),

    async blobFolders() {
      const folders: string[] = []
      for (const algorithm of digestAlgorithms) {
        await assertPlainFolder(objects, blobsFolder(algorithm))
        for (const name of await folderNames(objects, blobsFolder(algorithm))) {
          folders.push(`${algorithm}/${name}`)
        }
      }
      return folders
    },

    async blobsIn(folder) {
      const algorithm = digestAlgorithms.find((known) => folder.startsWith(`${known}/`)) ?? 'sha256'
      const digits = folder.slice(algorithm.length + 1)
      const blobs = createDigestPacker()
      const prefix = `${blobsFolder(algorithm)}/${digits}/` as const
      for await (const pages of scanner.scan([{ prefix, depth: 1 }])) {
        for (const { items, blindSpots } of pages) {
          pushBlobs(blobs, algorithm, digits, items)
          // A blob that is not listed is kept; without rights none would be collected here.
          const denied = blindSpots.find(({ obstacle }) => obstacle === 'no permission')
          if (denied) throw errorOf(denied)
        }
      }
      return blobs.packed()
    },

    async repositoryFolders() {
      if (!(await assertPlainFolder(objects, repositoriesFolder))) await refuseBlobs(objects)
      const folders: FoundFolder[] = []
      // A repository that is left out would lose everything.
      const stable: Pick<ObjectReader, 'list'> = {
        list: (prefix, how) => objects.list(prefix, { ...how, stable: true }),
      }
      for await (const folder of walkRepositories(stable)) folders.push(folder)
      return folders
    },

    async contentsOf(folder) {
      if (folder.kind === 'hidden') return hiddenFolder(folder.name, folder.reason)
      const contents = await readRepositoryContents(reads, folder.name)
      if (folder.kind === 'repository') return contents
      const fault = {
        repository: folder.name,
        reason: 'the folder is not named like a repository; move it away if it is not needed',
        hidesContent: true,
      }
      return { ...contents, faults: [...contents.faults, fault] }
    },

    async stat(digests) {
      const keys = unpackDigests(digests).map(blobFile)
      const outcomes = await objects.headMany(keys, { listed: true })
      return Float64Array.from(keys, (key, position) => {
        const head = headOrNull(outcomes[position] ?? missingOutcome(key), key)
        return head?.sizeBytes ?? -1
      })
    },

    async linkedAtMs(repository, digest) {
      const name = parseRepositoryName(repository)
      const parsed = parseDigest(digest)
      if (!name.ok || !parsed.ok) return null
      const links = [revisionLink(name.value, parsed.value), layerLink(name.value, parsed.value)]
      const heads = await headObjects(objects, links)
      const times = heads.flatMap((head) => head?.modifiedAtMs ?? [])
      return times.length === 0 ? null : Math.max(...times)
    },
  }
}
