import type { PlannedRemoval, RemovalStep } from '#domain/collection/collection-result.ts'
import type { GcAnalysis } from '../mark/analyze.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { UploadContents } from '../ports/registry-reader.ts'
import { entryCause, expiredEntries, untaggedCause, type CauseMap } from './assign-causes.ts'
import { isManifestNode } from '#graph/packed/packed-graph.ts'
import { parentsFirst } from '#graph/packed/parents-first.ts'

/** The input of a plan. */
export interface PlanSource {
  readonly analysis: GcAnalysis
  readonly causeMap: CauseMap
  /** Null for removals that are only counted: their digests would be most of the work. */
  readonly digestOf: (node: number) => Digest | null
}

/** Uploads without a write for this long are abandoned. */
const uploadAgeMs = 7 * 24 * 3_600_000

/** @param nowMs of the inventory */
export const isAbandoned = ({ lastWrittenAtMs }: UploadContents, nowMs: number): boolean =>
  nowMs - lastWrittenAtMs >= uploadAgeMs

/** The removals of each step. Each is walked once, with other work in between. */
export const removalsOfStep: Readonly<
  Record<RemovalStep, (source: PlanSource) => Generator<PlannedRemoval>>
> = {
  'trash-claim': trashClaims,
  'tag-history': tagHistory,
  revision: revisions,
  'layer-link': layerLinks,
  upload: uploads,
  blob: blobs,
  'trash-entry': trashEntries,
}

function* trashClaims(source: PlanSource): Generator<PlannedRemoval> {
  yield* entryItems(source, 'trash-claim')
}

/**
 * An entry's file is removed last, because it says why the rest is removed, also to the run after a
 * crash.
 */
function* trashEntries(source: PlanSource): Generator<PlannedRemoval> {
  yield* entryItems(source, 'trash-entry')
}

function* entryItems(
  { analysis }: PlanSource,
  step: 'trash-claim' | 'trash-entry',
): Generator<PlannedRemoval> {
  for (const entry of expiredEntries(analysis)) {
    const { id, repository, manifests, claimed } = entry.contents
    if (claimed && step === 'trash-claim') continue
    yield {
      step,
      cause: entryCause(entry),
      repository,
      digest: manifests[0] ?? null,
      name: id,
      isManifest: false,
      sizeBytes: 0,
    }
  }
}

/** History entries of tags whose image is neither in the repository any more nor in its trash. */
function* tagHistory({ analysis, causeMap, digestOf }: PlanSource): Generator<PlannedRemoval> {
  const { inventory, marking } = analysis
  const heldNodes = new Map<string, Set<number>>()
  for (const { contents, nodes } of inventory.trash) {
    if (!marking.restorableEntries.has(contents.id)) continue
    const held = heldNodes.get(contents.repository) ?? new Set()
    for (const node of nodes) held.add(node)
    heldNodes.set(contents.repository, held)
  }
  for (const [position, repository] of inventory.repositories.entries()) {
    const marked = marking.repositories[position]
    if (!marked || marked.brokenBy !== null) continue
    const causeOf = untaggedCause(repository)
    const expired = new Set(marked.expired)
    const stays = new Set(repository.revisions)
    for (const node of expired) stays.delete(node)
    for (const node of heldNodes.get(repository.name) ?? []) stays.add(node)
    for (const { name, history } of repository.tags) {
      for (const node of history) {
        if (stays.has(node)) continue
        yield {
          step: 'tag-history',
          cause: expired.has(node) ? causeOf(node) : (causeMap.causeOf(node) ?? 'deleted image'),
          repository: repository.name,
          digest: digestOf(node),
          name,
          isManifest: true,
          sizeBytes: 0,
        }
      }
    }
  }
}

function* revisions({ analysis, digestOf }: PlanSource): Generator<PlannedRemoval> {
  const { inventory, marking } = analysis
  for (const [position, repository] of inventory.repositories.entries()) {
    const marked = marking.repositories[position]
    if (!marked || marked.expired.length === 0) continue
    const causeOf = untaggedCause(repository)
    // An index is removed before what it lists: if it stays, everything that it needs stays too.
    for (const node of parentsFirst(inventory.graph, marked.expired, marked.attachments)) {
      yield {
        step: 'revision',
        cause: causeOf(node),
        repository: repository.name,
        digest: digestOf(node),
        name: null,
        isManifest: true,
        sizeBytes: 0,
      }
    }
  }
}

function* layerLinks({ analysis, causeMap, digestOf }: PlanSource): Generator<PlannedRemoval> {
  const { inventory, marking } = analysis
  for (const [position, { name }] of inventory.repositories.entries()) {
    const marked = marking.repositories[position]
    const link = (digest: Digest | null, node: number): PlannedRemoval => ({
      step: 'layer-link',
      cause: causeMap.causeOf(node) ?? 'orphaned layer',
      repository: name,
      digest,
      name: null,
      isManifest: false,
      sizeBytes: 0,
    })
    for (const { digest, node } of marked?.looseAliases ?? []) yield link(digest, node)
    for (const node of marked?.looseLayers ?? []) yield link(digestOf(node), node)
  }
}

export function countLayerLinks({ marking }: GcAnalysis): number {
  let count = 0
  for (const { looseAliases, looseLayers } of marking.repositories) {
    count += looseAliases.length + looseLayers.length
  }
  return count
}

function* uploads({ analysis }: PlanSource): Generator<PlannedRemoval> {
  const { startedAtMs, repositories } = analysis.inventory
  for (const repository of repositories) {
    for (const upload of repository.uploads) {
      if (!isAbandoned(upload, startedAtMs)) continue
      const { id, sizeBytes } = upload
      yield {
        step: 'upload',
        cause: 'abandoned upload',
        repository: repository.name,
        digest: null,
        name: id,
        isManifest: false,
        sizeBytes,
      }
    }
  }
}

/**
 * Layers first, manifests last: as long as a manifest is there, so is the reason for its layers.
 */
function* blobs({ analysis, causeMap, digestOf }: PlanSource): Generator<PlannedRemoval> {
  const { inventory, marking, garbage } = analysis
  const { graph } = inventory
  const named = new Set<number>()
  for (const { nodes } of inventory.trash) for (const node of nodes) named.add(node)
  for (const { expired } of marking.repositories) for (const node of expired) named.add(node)

  const manifests: number[] = []
  for (const node of garbage) {
    if (named.has(node) || isManifestNode(graph, node)) manifests.push(node)
    else yield blob(node, false)
  }
  for (const node of manifests) yield blob(node, true)

  function blob(node: number, isManifest: boolean): PlannedRemoval {
    return {
      step: 'blob',
      cause: causeMap.causeOf(node) ?? 'orphaned layer',
      repository: causeMap.repositoryOf(node),
      digest: digestOf(node),
      name: null,
      isManifest,
      sizeBytes: graph.sizes.get(node),
    }
  }
}
