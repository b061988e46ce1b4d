import { parseTagName } from '#domain/values/tag-name.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import { packDigests } from '#domain/values/packed-digests.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { InventoryFault, RepositoryContents, TagContents } from '#gc/ports/registry-reader.ts'
import type { RepositoryParts } from '#gc/ports/store-changes.ts'
import { layerLink, repositoryFrame, uploadsFolder } from '../layout.ts'
import { linkedOf, readFrame, readingInto, readUploads } from './repository-contents.ts'
import { itemsAtOnce, scan, type Found, type FolderOfLinks } from './repository-reading.ts'
import { readTagsNamed } from './repository-tags.ts'
import { emptyFolder, type StoreReads } from './scan-folders.ts'

/**
 * What these parts of a repository claim, as reading it whole would tell of them. Null where single
 * parts do not tell.
 */
export async function readRepositoryParts(
  reads: StoreReads,
  name: RepositoryName,
  parts: RepositoryParts,
): Promise<RepositoryContents | null> {
  const faults: InventoryFault[] = []
  const reading = readingInto(faults, reads, name)
  const folders: readonly FolderOfLinks[] = [
    ...repositoryFrame(name).map(({ folder }) => ({ folder, hides: 'layers' as const })),
    ...(parts.uploads ? [{ folder: uploadsFolder(name), hides: 'nothing' as const }] : []),
  ]
  const scanned = await scan(reading, folders)
  const found: Found = new Map(
    folders.map(({ folder }, position) => [folder, scanned[position] ?? emptyFolder()]),
  )
  const algorithms = readFrame(reading, found)
  const tags: TagContents[] = []
  const names = [...parts.tags].map(parseTagName).flatMap((tag) => (tag.ok ? [tag.value] : []))
  for (const slice of inSlices(names, itemsAtOnce)) {
    tags.push(...(await readTagsNamed(reading, slice, algorithms)))
  }
  // This server wrote at these keys, so no symbolic link leads there.
  const asked = [...parts.revisions].map((digest) => ({ digest, isFolder: true }))
  const revisions = await linkedOf(reading, asked)
  const layers = [...parts.layers]
  const links = await reads.objects.headMany(layers.map((digest) => layerLink(name, digest)))
  // An empty folder would count as a layer, and only a list of all of them tells.
  if (links.some(({ kind }) => kind !== 'found')) return null
  const uploads = parts.uploads ? await readUploads(reading, found) : []
  return {
    name,
    tags,
    revisions: packDigests(revisions),
    layers: packDigests(layers),
    aliases: [],
    uploads,
    faults,
  }
}
