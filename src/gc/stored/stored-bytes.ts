import {
  noStoredParts,
  type StoredBytes,
  type StoredPart,
  type StoredParts,
} from '#domain/collection/stored-parts.ts'
import type { Removed } from '#domain/collection/collection-result.ts'
import {
  createByteColumn,
  createNumberColumn,
  createSizeColumn,
  type Column,
} from '#graph/packed/growable-column.ts'
import { createWalker, type Walker } from '#graph/packed/walker.ts'
import { readInSlices, readOrFail, sizesInSlice } from '../inventory/read-or-fail.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import { isAbandoned } from '../plan/removals-by-step.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import type { Yielder } from '../yielder.ts'
import { imagesOf, type RepositoryImages } from './repository-images.ts'

/** Who needs a node, as bits. */
const needs = { image: 1, anotherImage: 2, untagged: 4, trash: 8 } as const

interface Measuring {
  readonly walker: Walker
  readonly yielder: Yielder
  /** The length of each blob on storage, by node; 0 of what is not there. */
  readonly lengths: Column
  /** `needs`, by node. */
  readonly neededBy: Column
}

/**
 * Says of each stored byte what it is there for. Bytes are those of blobs and of uploads; links, the
 * files of the trash and what is no blob are not among them.
 *
 * @param reclaimable what a plan of the same analysis would free, by repository
 */
export async function measureStored(
  analysis: GcAnalysis,
  reclaimable: Readonly<Record<string, Removed>>,
  reader: Pick<RegistryReader, 'stat'>,
  yielder: Yielder,
): Promise<StoredBytes> {
  const { repositories, startedAtMs } = analysis.inventory
  const lengths = await lengthsOf(analysis, reader, yielder)
  const measured = await measureRegistry(analysis, lengths, yielder)
  const byRepository = new Map<string, StoredParts>()
  for (const [position, { name, uploads }] of repositories.entries()) {
    const images = measured.imagesAt[position]
    if (images === undefined) continue
    const parts = await partsOf(images, measured.measuring)
    for (const upload of uploads) {
      if (!isAbandoned(upload, startedAtMs)) parts.inDoubt += upload.sizeBytes
    }
    parts.reclaimable = reclaimable[name]?.bytes ?? 0
    byRepository.set(name, parts)
  }
  return { registry: measured.parts, byRepository, imageBytes: measured.imageBytes }
}

/**
 * The same of the whole store alone, by the sizes that the analysis knows: it reads nothing, and
 * where a descriptor is wrong about what storage holds, this is too.
 */
export const estimateStoredParts = async (
  analysis: GcAnalysis,
  yielder: Yielder,
): Promise<StoredParts> => (await measureRegistry(analysis, storedSizesOf(analysis), yielder)).parts

function storedSizesOf({ inventory: { graph } }: GcAnalysis): Column {
  const sizes = createSizeColumn()
  for (let node = 0; node < graph.size; node += 1) {
    if (graph.stored.get(node) === 1) sizes.set(node, graph.sizes.get(node))
  }
  return sizes
}

/** @param lengths of each blob on storage, by node; 0 of what is not there */
async function measureRegistry(analysis: GcAnalysis, lengths: Column, yielder: Yielder) {
  const { inventory, marking } = analysis
  const { graph, repositories, startedAtMs } = inventory
  const walker = createWalker(graph)
  const measuring: Measuring = { walker, yielder, lengths, neededBy: createByteColumn() }
  const seenIn = createNumberColumn()
  let imageBytes = 0
  const imagesAt = repositories.map((repository, at) => imagesOf(analysis, repository, at))
  for (const [position, images] of imagesAt.entries()) {
    imageBytes += await noteNeeds(images, position + 1, seenIn, measuring)
  }
  const parts = { ...noStoredParts }
  for (let node = 0; node < graph.size; node += 1) {
    const isKept = marking.kept.get(node) === 1
    parts[isKept ? partOf(measuring.neededBy.get(node)) : 'reclaimable'] += lengths.get(node)
    const pending = yielder.step()
    if (pending) await pending
  }
  for (const upload of repositories.flatMap(({ uploads }) => uploads)) {
    parts[isAbandoned(upload, startedAtMs) ? 'reclaimable' : 'inDoubt'] += upload.sizeBytes
  }
  return { parts, imageBytes, imagesAt, measuring }
}

/** Descriptors may be wrong about what storage holds, so each blob is asked for. */
async function lengthsOf(
  { inventory: { graph } }: GcAnalysis,
  reader: Pick<RegistryReader, 'stat'>,
  yielder: Yielder,
): Promise<Column> {
  const lengths = createSizeColumn()
  const stored: number[] = []
  for (let node = 0; node < graph.size; node += 1) {
    if (graph.stored.get(node) === 1) stored.push(node)
  }
  await readInSlices(stored, sizesInSlice, async (slice) => {
    const found = await readOrFail('STORAGE_FAILED', 'reading the sizes of blobs', () =>
      reader.stat(graph.digestsOf(slice)),
    )
    for (const [nth, node] of slice.entries()) lengths.set(node, Math.max(0, found[nth] ?? 0))
    await yielder.step(slice.length)
  })
  return lengths
}

/** Notes for each node which images of one repository need it. Returns their bytes (`imageBytes`). */
async function noteNeeds(
  { tagged, attachedByTag, linked, restorable, ...images }: RepositoryImages,
  repository: number,
  seenIn: Column,
  measuring: Measuring,
): Promise<number> {
  const { neededBy, lengths, walker } = measuring
  let imageBytes = 0
  const need = (node: number, bit: number): void => neededBy.set(node, neededBy.get(node) | bit)
  async function noteImage(image: number): Promise<void> {
    walker.begin(images.attachments)
    await walk([image], measuring, (node) => {
      need(node, (neededBy.get(node) & needs.image) === 0 ? needs.image : needs.anotherImage)
      seenIn.set(node, repository)
      imageBytes += lengths.get(node)
    })
  }
  for (const image of tagged) await noteImage(image)
  for (const node of attachedByTag) if (seenIn.get(node) !== repository) await noteImage(node)

  walker.begin(images.allAttachments)
  const untagged = linked.filter((node) => seenIn.get(node) !== repository)
  await walk(untagged, measuring, (node) => need(node, needs.untagged))
  walker.begin(images.allAttachments)
  await walk(restorable, measuring, (node) => need(node, needs.trash))
  return imageBytes
}

function partOf(bits: number): StoredPart {
  if ((bits & needs.image) !== 0) {
    return (bits & (needs.anotherImage | needs.untagged)) === 0 ? 'oneImage' : 'shared'
  }
  if ((bits & needs.untagged) !== 0) return 'untagged'
  return (bits & needs.trash) === 0 ? 'inDoubt' : 'trash'
}

/** The parts of what a repository needs, but for its uploads and what is reclaimable. */
async function partsOf(images: RepositoryImages, measuring: Measuring) {
  const { walker, lengths, neededBy } = measuring
  const parts = { ...noStoredParts }
  function count(node: number, isOfOwnImage: boolean): void {
    const part = partOf(neededBy.get(node))
    parts[part === 'oneImage' && !isOfOwnImage ? 'shared' : part] += lengths.get(node)
  }
  walker.begin(images.allAttachments)
  const { tagged, attachedByTag, linked, restorable, inDoubt } = images
  await walk([...tagged, ...attachedByTag], measuring, (node) => count(node, true))
  await walk([...linked, ...restorable, ...inDoubt], measuring, (node) => count(node, false))
  return parts
}

/** From these roots on to what the walker has not reached since it began. */
async function walk(
  roots: readonly number[],
  { walker, yielder }: Measuring,
  visit: (node: number) => void,
): Promise<void> {
  for (const root of roots) {
    walker.add(root)
    for (let node = walker.next(); node >= 0; node = walker.next()) {
      visit(node)
      const pending = yielder.step()
      if (pending) await pending
    }
  }
}
