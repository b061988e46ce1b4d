import type {
  InventoryFault,
  RepositoryContents,
  TagContents,
  UploadContents,
} from '#collector/ports.ts'
import { parseDigest, type Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import { mapInBatches } from './in-batches.ts'
import {
  layerLink,
  layersFolder,
  revisionLink,
  revisionsFolder,
  tagHistoryFolder,
  tagLink,
  tagsFolder,
  uploadData,
  uploadsFolder,
  uploadStartedAt,
} from './layout.ts'
import { digestInLink } from './link.ts'
import { StorageError, type Storage, type StoredEntry } from './storage.ts'
import { parseStoredId } from './stored-id.ts'

/**
 * What one repository claims. What is broken becomes a fault; only a failure of storage rejects.
 *
 * @param storedAs gets the sha256 digest of each layer that is linked by another algorithm
 */
export async function readRepositoryContents(
  storage: Storage,
  name: RepositoryName,
  storedAs: Map<Digest, Digest>,
): Promise<RepositoryContents> {
  const faults: InventoryFault[] = []
  const fault = (reason: string, hidesContent: boolean) => {
    faults.push({ repository: name, reason, hidesContent })
  }

  async function list(folder: string): Promise<readonly StoredEntry[]> {
    try {
      return await storage.list(folder)
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'DENIED') throw error
      fault(`${folder} cannot be read`, true)
      return []
    }
  }

  /** The digests that a folder of `<hex>/link` names, whether or not the links are there. */
  async function digestsIn(folder: string, algorithm: 'sha256' | 'sha512'): Promise<Digest[]> {
    const digests: Digest[] = []
    for (const entry of await list(folder)) {
      const parsed = parseDigest(`${algorithm}:${entry.name}`)
      if (parsed.ok && entry.kind === 'folder') digests.push(parsed.value)
      else fault(`${folder} has a stray ${entry.kind}: ${entry.name}`, false)
    }
    return digests
  }

  async function readTag(tag: TagName): Promise<TagContents[]> {
    const link = await storage.open(tagLink(name, tag))
    const remembered = await digestsIn(tagHistoryFolder(name, tag), 'sha256')
    const digest = link && (await digestInLink(link))
    if (link && !digest) fault(`tag ${tag}: its link is empty or no digest`, true)
    const history = remembered.filter((other) => other !== digest)
    // Without a link it is no tag; its history is what an interrupted deletion left.
    return link ? [{ name: tag, digest, history }] : []
  }

  async function readTags(): Promise<TagContents[]> {
    const names: TagName[] = []
    for (const entry of await list(tagsFolder(name))) {
      const parsed = parseTagName(entry.name)
      if (parsed.ok && entry.kind === 'folder') names.push(parsed.value)
      else fault(`its tags have a stray ${entry.kind}: ${entry.name}`, false)
    }
    return (await mapInBatches(names, readTag)).flat()
  }

  async function readRevision(digest: Digest): Promise<Digest[]> {
    const link = await storage.open(revisionLink(name, digest))
    // Distribution leaves the folder of a deleted revision behind, empty.
    if (link === null) return []
    // The folder says which manifest it is: it is kept as if the link were whole.
    if (link.sizeBytes === 0) fault(`manifest ${digest}: its link is empty`, false)
    return [digest]
  }

  async function readLayers(): Promise<Digest[]> {
    const others = await digestsIn(layersFolder(name, 'sha512'), 'sha512')
    for (const other of others) {
      const link = await storage.open(layerLink(name, other))
      const digest = link && (await digestInLink(link))
      if (digest) storedAs.set(other, digest)
      else if (link) fault(`layer ${other}: its link is empty or no digest`, true)
    }
    return await digestsIn(layersFolder(name, 'sha256'), 'sha256')
  }

  async function readUpload({ name: id, kind }: StoredEntry): Promise<UploadContents[]> {
    const parsed = parseStoredId(id)
    if (!parsed.ok || kind !== 'folder') {
      fault(`its uploads have a stray ${kind}: ${id}`, false)
      return []
    }
    const started = await storage.open(uploadStartedAt(name, parsed.value))
    const data = await storage.open(uploadData(name, parsed.value))
    const lastWrittenAtMs = Math.max(started?.modifiedAtMs ?? 0, data?.modifiedAtMs ?? 0)
    return [{ id, lastWrittenAtMs, sizeBytes: data?.sizeBytes ?? 0 }]
  }

  const tags = await readTags()
  const digests = await digestsIn(revisionsFolder(name), 'sha256')
  const revisions = (await mapInBatches(digests, readRevision)).flat()
  const layers = await readLayers()
  const uploads = (await mapInBatches(await list(uploadsFolder(name)), readUpload)).flat()
  return { name, tags, revisions, layers, uploads, faults }
}
