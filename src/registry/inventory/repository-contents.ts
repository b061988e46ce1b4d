import type {
  InventoryFault,
  RepositoryContents,
  UploadContents,
} from '#gc/ports/registry-reader.ts'
import { digestAlgorithms, type Digest, type DigestAlgorithm } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { createDigestPacker, type PackedDigests } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import { headOrNull, missingOutcome } from '#storage/single-object.ts'
import {
  layerFolder,
  layerLink,
  layersFolder,
  repositoryFrame,
  revisionFolder,
  revisionLink,
  revisionsFolder,
  tagsFolder,
  uploadData,
  uploadsFolder,
  uploadStartedAt,
} from '../layout.ts'
import { parseStoredId } from '../stored-id.ts'
import { readLinksSurely, type LinkReading, type PlaceOfLink } from './read-link.ts'
import {
  digestsIn,
  itemsAtOnce,
  scan,
  strayIn,
  type FolderOfLinks,
  type Found,
  type LinkedDigest,
  type Reading,
} from './repository-reading.ts'
import { readTags } from './repository-tags.ts'
import { emptyFolder, noFolder, type StoreReads } from './scan-folders.ts'

/** What one repository claims. A broken part becomes a fault; only a failure of storage rejects. */
export async function readRepositoryContents(
  { objects, scanner }: StoreReads,
  name: RepositoryName,
): Promise<RepositoryContents> {
  const faults: InventoryFault[] = []
  const reading = readingInto(faults, { objects, scanner }, name)
  const found = await scanRepository(reading)
  const algorithms = readFrame(reading, found)
  const tags = await readTags(reading, found, algorithms)
  const revisions = await readRevisions(reading, found)
  const aliases = await readAliases(reading, found)
  const layers = readLayers(reading, found)
  const uploads = await readUploads(reading, found)
  return { name, tags, revisions, layers, aliases, uploads, faults }
}

/** A reading that collects what it finds wrong. */
export function readingInto(
  faults: InventoryFault[],
  { objects, scanner }: StoreReads,
  name: RepositoryName,
): Reading {
  const fault: Reading['fault'] = (reason, hides, isUnreadable = false) => {
    const more = {
      ...(hides === 'layers' ? { hidesLayers: true } : {}),
      ...(isUnreadable ? { isUnreadable } : {}),
    }
    const found = { repository: name, reason, hidesContent: hides !== 'nothing', ...more }
    // What stands in place of a folder is seen above it, and once more in its own place.
    if (!faults.some((other) => isSame(other, found))) faults.push(found)
  }
  return { objects, scanner, name, fault }
}

/** Scans all folders of a repository that do not depend on another, in one call. */
async function scanRepository(reading: Reading): Promise<Found> {
  const { name } = reading
  const folders: readonly FolderOfLinks[] = [
    ...repositoryFrame(name).map(({ folder }) => ({ folder, hides: 'layers' as const })),
    { folder: tagsFolder(name), hides: 'manifests', stable: true },
    ...digestAlgorithms.map((algorithm) => ({
      folder: revisionsFolder(name, algorithm),
      hides: 'manifests' as const,
      stable: true,
    })),
    // The missing link of such a layer to its sha256 digest could let an image go.
    { folder: layersFolder(name, 'sha512'), hides: 'layers', stable: true },
    { folder: layersFolder(name, 'sha256'), hides: 'layers' },
    { folder: uploadsFolder(name), hides: 'nothing' },
  ]
  const scanned = await scan(reading, folders)
  return new Map(
    folders.map(({ folder }, position) => [folder, scanned[position] ?? emptyFolder()]),
  )
}

const isSame = (one: InventoryFault, other: InventoryFault): boolean =>
  one.reason === other.reason &&
  one.hidesContent === other.hidesContent &&
  one.hidesLayers === other.hidesLayers

/**
 * Looks for what is no folder in the places of those that lead to links. Returns the algorithms of
 * linked manifests: tags are not asked whether they remember digests of others.
 */
export function readFrame(reading: Reading, all: Found): ReadonlySet<DigestAlgorithm> {
  const algorithms = new Set<DigestAlgorithm>(['sha256'])
  for (const { folder, parts } of repositoryFrame(reading.name)) {
    const found = all.get(folder)
    if (!found) continue
    if (folder.endsWith('/revisions')) {
      const names = new Set([...found.folders, ...found.files, ...found.others])
      for (const known of digestAlgorithms) if (names.has(known)) algorithms.add(known)
    }
    for (const [kind, names] of [
      ['file', found.files],
      ['other', found.others],
    ] as const) {
      for (const part of names) {
        if (!parts.some((known) => known === part)) continue
        const hides = folder.endsWith('_layers') || part === '_layers' ? 'layers' : 'manifests'
        reading.fault(`${folder}/${part} ${noFolder[kind]}`, hides)
      }
    }
  }
  return algorithms
}

async function readRevisions(reading: Reading, all: Found): Promise<PackedDigests> {
  const revisions = createDigestPacker()
  for (const algorithm of digestAlgorithms) {
    const folder = revisionsFolder(reading.name, algorithm)
    const linked = digestsIn(reading, all.get(folder), folder, algorithm)
    for (const slice of inSlices(linked, itemsAtOnce)) {
      for (const digest of await linkedOf(reading, slice)) revisions.push(digest)
    }
  }
  return revisions.packed()
}

/** The manifests among these that have a link, or something in its place. */
export async function linkedOf(
  reading: Reading,
  linked: readonly LinkedDigest[],
): Promise<Digest[]> {
  const { name, objects, fault } = reading
  const inFolders = linked.filter(({ isFolder }) => isFolder)
  // The name of the folder says which manifest it is, so the link need not be read.
  const heads = await objects.headMany(
    inFolders.map(({ digest }) => revisionLink(name, digest)),
    { listed: true },
  )
  const isLinked = new Set<LinkedDigest>()
  const odd: LinkedDigest[] = []
  const places: PlaceOfLink[] = []
  for (const [position, one] of inFolders.entries()) {
    const head = heads[position]
    if (head?.kind === 'found' && head.sizeBytes > 0) {
      isLinked.add(one)
      continue
    }
    const { digest } = one
    odd.push(one)
    places.push({
      folder: revisionFolder(name, digest),
      key: revisionLink(name, digest),
      wasLookedFor: head?.kind === 'absent' || head?.kind === 'hidden',
    })
  }
  const links = await readLinksSurely(reading, places)
  const reasons = new Map(odd.map((one, position) => [one, reasonOf(links[position])]))
  return linked.flatMap((one): Digest[] => {
    const { digest, isFolder } = one
    if (isLinked.has(one)) return [digest]
    const reason = isFolder ? reasons.get(one) : 'its folder is a symbolic link'
    // Distribution leaves the folder of a deleted revision behind, empty.
    if (reason === null) return []
    // It is kept as if its link were whole.
    if (reason !== undefined) fault(`manifest ${digest}: ${reason}`, 'nothing')
    return [digest]
  })
}

/** What is wrong with a link; null: there is none; undefined: nothing, it was written just now. */
const reasonOf = (link: LinkReading | undefined): string | null | undefined =>
  link?.kind === 'absent' ? null : link?.kind === 'broken' ? link.reason : undefined

/** Layers of another digest than the one that storage keeps them by. */
async function readAliases(
  reading: Reading,
  all: Found,
): Promise<{ readonly digest: Digest; readonly stored: Digest }[]> {
  const { name, fault } = reading
  const folder = layersFolder(name, 'sha512')
  const linked = digestsIn(reading, all.get(folder), folder, 'sha512')
  const links = await readLinksSurely(
    reading,
    linked.map(({ digest }) => ({
      folder: layerFolder(name, digest),
      key: layerLink(name, digest),
    })),
  )
  return linked.flatMap(({ digest }, position) => {
    const link = links[position]
    if (link?.kind === 'broken') fault(`layer ${digest}: ${link.reason}`, 'manifests')
    return link?.kind === 'link' ? [{ digest, stored: link.digest }] : []
  })
}

/** The others. These are so many that none becomes a text; one that is missing only keeps more. */
function readLayers({ name, fault }: Reading, all: Found): PackedDigests {
  const folder = layersFolder(name, 'sha256')
  const found = all.get(folder)
  const layers = createDigestPacker(found && found.folders.length + found.others.length)
  for (const hex of found?.folders ?? []) {
    if (!layers.pushHex(hex)) fault(strayIn(folder, 'folder', hex), 'nothing')
  }
  // Counts a symbolic link as well: the name of the folder says what the repository claims.
  for (const hex of found?.others ?? []) {
    if (!layers.pushHex(hex)) fault(strayIn(folder, 'other', hex), 'nothing')
  }
  for (const hex of found?.files ?? []) fault(strayIn(folder, 'file', hex), 'nothing')
  for (const hex of found?.unusable ?? []) fault(strayIn(folder, 'other', hex), 'nothing')
  return layers.packed()
}

export async function readUploads(reading: Reading, all: Found): Promise<UploadContents[]> {
  const { name, objects, fault } = reading
  const found = all.get(uploadsFolder(name))
  if (!found) return []
  const ids = found.folders.flatMap((id) => {
    const parsed = parseStoredId(id)
    if (parsed.ok) return [parsed.value]
    fault(`its uploads have a stray folder: ${id}`, 'nothing')
    return []
  })
  for (const id of found.files) fault(`its uploads have a stray file: ${id}`, 'nothing')
  for (const id of [...found.others, ...found.unusable]) {
    fault(`its uploads have a stray other: ${id}`, 'nothing')
  }
  if (ids.length === 0) return []
  const keys = ids.flatMap((id) => [uploadStartedAt(name, id), uploadData(name, id)])
  const outcomes = await objects.headMany(keys, { listed: true })
  const heads = keys.map((key, position) =>
    headOrNull(outcomes[position] ?? missingOutcome(key), key),
  )
  return ids.flatMap((id, position): UploadContents[] => {
    const [started = null, data = null] = heads.slice(position * 2, position * 2 + 2)
    // The upload is just beginning, or just ended.
    if (started === null && data === null) return []
    const lastWrittenAtMs = Math.max(started?.modifiedAtMs ?? 0, data?.modifiedAtMs ?? 0)
    return [{ id, lastWrittenAtMs, sizeBytes: data?.sizeBytes ?? 0 }]
  })
}
