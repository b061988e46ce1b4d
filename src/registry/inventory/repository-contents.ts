import type {
  InventoryFault,
  RepositoryContents,
  TagContents,
  UploadContents,
} from '#gc/ports/registry-reader.ts'
import { whenKnown, type Awaitable } from '#domain/values/awaitable.ts'
import {
  digestAlgorithms,
  parseDigest,
  type Digest,
  type DigestAlgorithm,
} from '#domain/values/digest.ts'
import {
  createDigestPacker,
  packDigests,
  type PackedDigests,
} from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import { mapInBatches } from '../in-batches.ts'
import {
  layerFolder,
  layerLink,
  layersFolder,
  repositoryFrame,
  revisionFolder,
  revisionLink,
  revisionsFolder,
  tagCurrentFolder,
  tagFolder,
  tagHistoryFolder,
  tagLink,
  tagsFolder,
  uploadData,
  uploadsFolder,
  uploadStartedAt,
} from '../layout.ts'
import { listStable } from '#storage/stable-list.ts'
import { noFolder } from './not-a-folder.ts'
import type { StorageReader, StoredEntry, StoredFile } from '#storage/storage.ts'
import { isDenied, readLink } from './read-link.ts'
import { parseStoredId } from '../stored-id.ts'

/** A folder with a digest as its name. */
interface LinkedFolder {
  readonly digest: Digest
  readonly kind: StoredEntry['kind']
}

/** What stays unknown when a folder or a link cannot be read. */
type Hidden = 'nothing' | 'manifests' | 'layers'

/** What one repository claims. A broken part becomes a fault; only a failure of storage rejects. */
export async function readRepositoryContents(
  storage: StorageReader,
  name: RepositoryName,
): Promise<RepositoryContents> {
  const faults: InventoryFault[] = []
  const aliases: { digest: Digest; stored: Digest }[] = []
  const fault = (reason: string, hides: Hidden, isUnreadable = false) => {
    const more = {
      ...(hides === 'layers' ? { hidesLayers: true } : {}),
      ...(isUnreadable ? { isUnreadable } : {}),
    }
    faults.push({ repository: name, reason, hidesContent: hides !== 'nothing', ...more })
  }

  async function list(folder: string, hides: Hidden): Promise<readonly StoredEntry[]> {
    try {
      // A missing layer, or a missing entry that hides nothing, only keeps more. A missing
      // manifest, or the missing link of a sha512 layer to its sha256 digest, could let an image
      // go.
      const keepsImages = hides === 'manifests' || folder === layersFolder(name, 'sha512')
      return await (keepsImages ? listStable(storage, folder) : storage.list(folder))
    } catch (error) {
      if (!isDenied(error)) throw error
      fault(`${folder} cannot be read`, hides, hides !== 'nothing')
      return []
    }
  }

  /**
   * The algorithms of linked manifests: tags are not asked whether they remember digests of others.
   */
  const algorithms = new Set<DigestAlgorithm>(['sha256'])

  async function findLinkedFolders(): Promise<void> {
    for (const { folder, parts } of repositoryFrame(name)) {
      for (const { name: part, kind } of await list(folder, 'layers')) {
        const algorithm = digestAlgorithms.find((known) => known === part)
        if (algorithm && folder.endsWith('/revisions')) algorithms.add(algorithm)
        if (kind === 'folder' || !parts.some((known) => known === part)) continue
        const hides = folder.endsWith('_layers') || part === '_layers' ? 'layers' : 'manifests'
        fault(`${folder}/${part} ${noFolder[kind]}`, hides)
      }
    }
  }

  /** The folders `<hex>` that should have a link each, whether or not the links exist. */
  async function linksIn(
    folder: string,
    algorithm: DigestAlgorithm,
    hides: Hidden,
  ): Promise<LinkedFolder[]> {
    const links: LinkedFolder[] = []
    for (const { name: hex, kind } of await list(folder, hides)) {
      const parsed = parseDigest(`${algorithm}:${hex}`)
      // Counts a symbolic link as well: the name of the folder says what the repository claims.
      if (parsed.ok && kind !== 'file') links.push({ digest: parsed.value, kind })
      else fault(`${folder} has a stray ${kind}: ${hex}`, 'nothing')
    }
    return links
  }

  const digestsIn = async (...where: Parameters<typeof linksIn>): Promise<Digest[]> =>
    (await linksIn(...where)).map(({ digest }) => digest)

  /** The same for sha256. These are so many that none becomes a string. */
  async function packedIn(folder: string, hides: Hidden): Promise<PackedDigests> {
    const entries = await list(folder, hides)
    const packer = createDigestPacker(entries.length)
    for (const { name: hex, kind } of entries) {
      // Counts a symbolic link as well: the name of the folder says what the repository claims.
      if (kind === 'file' || !packer.pushHex(hex)) {
        fault(`${folder} has a stray ${kind}: ${hex}`, 'nothing')
      }
    }
    return packer.packed()
  }

  async function readTag(tag: TagName): Promise<TagContents[]> {
    const link = await readLink(storage, tagCurrentFolder(name, tag), tagLink(name, tag))
    const remembered: Digest[] = []
    for (const algorithm of algorithms) {
      const folder = tagHistoryFolder(name, tag, algorithm)
      remembered.push(...(await digestsIn(folder, algorithm, 'nothing')))
    }
    if (link.kind === 'broken') fault(`tag ${tag}: ${link.reason}`, 'manifests')
    if (link.kind === 'absent') {
      const entries = await list(tagFolder(name, tag), 'manifests')
      // Without a link it is no tag: an interrupted deletion left its history.
      const strange = entries.find(
        (entry) => entry.kind === 'other' || (entry.kind === 'file' && entry.name === 'current'),
      )
      if (strange === undefined || strange.kind === 'folder') return []
      fault(`tag ${tag}: its ${strange.name} ${noFolder[strange.kind]}`, 'manifests')
    }
    const digest = link.kind === 'link' ? link.digest : null
    return [{ name: tag, digest, history: remembered.filter((other) => other !== digest) }]
  }

  async function readTags(): Promise<TagContents[]> {
    const names: TagName[] = []
    for (const entry of await list(tagsFolder(name), 'manifests')) {
      const parsed = parseTagName(entry.name)
      if (parsed.ok && entry.kind === 'folder') names.push(parsed.value)
      else if (entry.kind === 'other') {
        fault(`tag ${entry.name}: it is a symbolic link, which is not followed`, 'manifests')
      } else fault(`its tags have a stray ${entry.kind}: ${entry.name}`, 'nothing')
    }
    return (await mapInBatches(names, readTag)).flat()
  }

  function openOrNull(path: string, folderSeen: boolean): Awaitable<StoredFile | null> {
    try {
      const opening = storage.open(path, { folderSeen })
      return opening instanceof Promise ? opening.catch(() => null) : opening
    } catch {
      return null
    }
  }

  const readRevision = (link: LinkedFolder): Awaitable<Digest | null> =>
    // The name of the folder says which manifest it is, so the link need not be read.
    whenKnown(openOrNull(revisionLink(name, link.digest), link.kind === 'folder'), (file) =>
      file !== null && file.sizeBytes > 0 ? link.digest : readOddRevision(link, file === null),
    )

  async function readOddRevision(
    { digest, kind }: LinkedFolder,
    wasLookedFor: boolean,
  ): Promise<Digest | null> {
    const [folder, path] = [revisionFolder(name, digest), revisionLink(name, digest)]
    const link = await readLink(storage, folder, path, wasLookedFor)
    // Distribution leaves the folder of a deleted revision behind, empty.
    if (link.kind === 'absent' && kind === 'folder') return null
    // It is kept as if its link were whole.
    const reason = link.kind === 'broken' ? link.reason : 'its folder is a symbolic link'
    fault(`manifest ${digest}: ${reason}`, 'nothing')
    return digest
  }

  async function readLayers(): Promise<PackedDigests> {
    const others = await digestsIn(layersFolder(name, 'sha512'), 'sha512', 'layers')
    for (const other of others) {
      const link = await readLink(storage, layerFolder(name, other), layerLink(name, other))
      if (link.kind === 'link') aliases.push({ digest: other, stored: link.digest })
      if (link.kind === 'broken') fault(`layer ${other}: ${link.reason}`, 'manifests')
    }
    return await packedIn(layersFolder(name, 'sha256'), 'layers')
  }

  async function readUpload({ name: id, kind }: StoredEntry): Promise<UploadContents[]> {
    const parsed = parseStoredId(id)
    if (!parsed.ok || kind !== 'folder') {
      fault(`its uploads have a stray ${kind}: ${id}`, 'nothing')
      return []
    }
    const started = await storage.open(uploadStartedAt(name, parsed.value))
    const data = await storage.open(uploadData(name, parsed.value))
    // The upload is just beginning, or just ended.
    if (started === null && data === null) return []
    const lastWrittenAtMs = Math.max(started?.modifiedAtMs ?? 0, data?.modifiedAtMs ?? 0)
    return [{ id, lastWrittenAtMs, sizeBytes: data?.sizeBytes ?? 0 }]
  }

  await findLinkedFolders()
  const tags = await readTags()
  const links: LinkedFolder[] = []
  for (const algorithm of digestAlgorithms) {
    for (const linked of await linksIn(revisionsFolder(name, algorithm), algorithm, 'manifests')) {
      links.push(linked)
    }
  }
  const revisions = packDigests(
    (await mapInBatches(links, readRevision)).filter((digest) => digest !== null),
  )
  const layers = await readLayers()
  const uploads = (
    await mapInBatches(await list(uploadsFolder(name), 'nothing'), readUpload)
  ).flat()
  return { name, tags, revisions, layers, aliases, uploads, faults }
}
