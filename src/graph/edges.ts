import type { Descriptor, ImageManifest, Manifest } from '#domain/manifest/manifest.ts'
import { isForeignMediaType, isManifestMediaType, mediaTypes } from '#domain/values/media-type.ts'
import type { Digest } from '#domain/values/digest.ts'
import type { ManifestContents } from './manifest-contents.ts'

/**
 * How one digest leads to another. As numbers, because a store has millions of edges, and they lie
 * in columns: those from `manifest` on may lead to manifests, and further.
 */
export const edgeKinds = {
  config: 1,
  layer: 2,
  /**
   * A layer that need not be on storage, because clients fetch it from elsewhere, or because only a
   * reader that takes the manifest for one of another kind needs it.
   */
  foreignLayer: 3,
  manifest: 4,
  /** Listed by an index under a media type that is no manifest's (build caches do that). */
  entry: 5,
  /** From a subject to what is attached to it. Kept by repository: no manifest has it. */
  attached: 6,
  /**
   * The same as an entry, but need not be on storage: an index lists it under the media type of a
   * foreign layer, or a manifest that is not understood names it.
   */
  optionalEntry: 7,
  /** From what is attached to its subject: keeps nothing, it is the other end of `attached`. */
  subject: 8,
} as const

export type EdgeKind = (typeof edgeKinds)[keyof typeof edgeKinds]

/** What each kind of edge asks of its target. */
interface EdgeRule {
  /** What the target is; `either`: only the links of the repository tell. */
  readonly target: 'blob' | 'manifest' | 'either'
  /**
   * A manifest is whole only with it: a push without it is refused, and a verification reports it.
   * A sparse index may lack manifests nevertheless.
   */
  readonly isRequired: boolean
  /** A collection keeps it as long as the manifest, where it is on storage. */
  readonly isRetained: boolean
}

export const edgeRules: Readonly<Record<EdgeKind, EdgeRule>> = {
  [edgeKinds.config]: { target: 'blob', isRequired: true, isRetained: true },
  [edgeKinds.layer]: { target: 'blob', isRequired: true, isRetained: true },
  [edgeKinds.foreignLayer]: { target: 'blob', isRequired: false, isRetained: true },
  [edgeKinds.manifest]: { target: 'manifest', isRequired: true, isRetained: true },
  [edgeKinds.entry]: { target: 'either', isRequired: true, isRetained: true },
  [edgeKinds.attached]: { target: 'manifest', isRequired: false, isRetained: true },
  [edgeKinds.optionalEntry]: { target: 'either', isRequired: false, isRetained: true },
  [edgeKinds.subject]: { target: 'manifest', isRequired: false, isRetained: false },
}

/** One thing that a manifest says of another digest. */
export interface Edge {
  readonly kind: EdgeKind
  readonly target: Descriptor
  /** The field of the manifest that says it, and the position there if the field is a list. */
  readonly field: 'config' | 'layers' | 'blobs' | 'fsLayers' | 'manifests' | 'subject' | null
  readonly position: number | null
}

/**
 * A manifest whose bytes are whole and not understood. It leads to what it names, and may be
 * attached to any of it.
 */
export interface OpaqueManifest {
  readonly kind: 'opaque'
  readonly names: readonly Digest[]
}

/**
 * What a manifest of any media type leads to, in the order it is written: all that it references but
 * its subjects (`subjectEdgesOf`). A digest that is referenced twice is there twice.
 */
export function referencesIn(manifest: Manifest | OpaqueManifest): readonly Edge[] {
  const edges: Edge[] = []
  visitReferences(manifest, (kind, target, field, position) => {
    edges.push({ kind, target, field, position })
  })
  return edges
}

/** The same without an object for each edge, for a whole store. */
export function visitReferences(manifest: Manifest | OpaqueManifest, visit: VisitEdge): void {
  switch (manifest.kind) {
    case 'opaque':
      for (const digest of manifest.names) {
        visit(edgeKinds.optionalEntry, namedOnly(digest), null, null)
      }
      return
    case 'index':
      visitList('manifests', manifest.manifests, kindInIndex, visit)
      break
    case 'image':
      if (manifest.config) visit(edgeKinds.config, manifest.config, 'config', null)
      visitList(listOf(manifest), manifest.layers, kindInImage, visit)
      break
  }
  for (const { target, field, position } of manifest.otherFields ?? []) {
    visit(edgeKinds.foreignLayer, target, field, position)
  }
}

type VisitEdge = (
  kind: EdgeKind,
  target: Descriptor,
  field: Edge['field'],
  position: number | null,
) => void

/** The edges to every subject: nearly always to none, or to one. */
export function subjectEdgesOf(manifest: Manifest | OpaqueManifest): readonly Edge[] {
  if (manifest.kind === 'opaque') {
    return manifest.names.map((digest) => ({ ...edgeToSubject(namedOnly(digest)), field: null }))
  }
  const { subject, otherSubjects = [] } = manifest
  if (subject === null && otherSubjects.length === 0) return noEdges
  const subjects = subject === null ? otherSubjects : [subject, ...otherSubjects]
  return subjects.map(edgeToSubject)
}

const noEdges: readonly Edge[] = []

function visitList(
  field: Edge['field'],
  targets: readonly Descriptor[],
  kindOf: (mediaType: string) => EdgeKind,
  visit: VisitEdge,
): void {
  let position = 0
  for (const target of targets) {
    visit(kindOf(target.mediaType), target, field, position)
    position += 1
  }
}

function kindInIndex(mediaType: string): EdgeKind {
  if (isManifestMediaType(mediaType)) return edgeKinds.manifest
  return isForeignMediaType(mediaType) ? edgeKinds.optionalEntry : edgeKinds.entry
}

/** What an image lists is a blob to every client, even under the media type of a manifest. */
const kindInImage = (mediaType: string): EdgeKind =>
  isForeignMediaType(mediaType) ? edgeKinds.foreignLayer : edgeKinds.layer

/** The field that has its layers. */
function listOf({ config, mediaType }: ImageManifest): Edge['field'] {
  if (config !== null) return 'layers'
  const isOld = mediaType === mediaTypes.dockerOldest || mediaType === mediaTypes.dockerSigned
  return isOld ? 'fsLayers' : 'blobs'
}

const edgeToSubject = (target: Descriptor): Edge => ({
  kind: edgeKinds.subject,
  target,
  field: 'subject',
  position: null,
})

const namedOnly = (digest: Digest): Descriptor => ({
  mediaType: 'application/octet-stream',
  digest,
  sizeBytes: 0,
  isUnsized: true,
})

/** Where the manifest says it: `config`, `layers[0]`, `manifests[1]`. */
export const placeOf = ({ field, position }: Edge): string =>
  position === null ? `${field}` : `${field}[${position}]`

/** Whether the target is a manifest for certain. */
export const leadsToManifest = ({ kind }: Edge): boolean => edgeRules[kind].target === 'manifest'

/** Whether the target is a blob for certain, even if it has the bytes of a manifest. */
export const leadsToBlob = ({ kind }: Edge): boolean => edgeRules[kind].target === 'blob'

/** Whether only the links of the repository tell what the target is. */
export const leadsToEither = ({ kind }: Edge): boolean => edgeRules[kind].target === 'either'

export const isRequired = ({ kind }: Edge): boolean => edgeRules[kind].isRequired

/** What must be on storage for a manifest to be whole, each digest once. */
export const requiredEdgesOf = (manifest: Manifest): readonly Edge[] =>
  onceEach(referencesIn(manifest), isRequired)

/** What need not be on storage, and is kept where it is, each digest once. */
export const optionalEdgesOf = (manifest: Manifest): readonly Edge[] =>
  onceEach(referencesIn(manifest), (edge) => !isRequired(edge))

/**
 * What a manifest protects from a collection, each digest once: what it requires, and what else of
 * it is on storage, with its size there.
 */
export function retainedEdgesOf({ manifest, pushed = [] }: ManifestContents): readonly Edge[] {
  if (pushed.length === 0) return requiredEdgesOf(manifest)
  const sizes = new Map(pushed.map(({ digest, sizeBytes }) => [digest, sizeBytes]))
  const sized = referencesIn(manifest).map((edge): Edge => {
    const sizeBytes = isRequired(edge) ? undefined : sizes.get(edge.target.digest)
    return sizeBytes === undefined ? edge : { ...edge, target: { ...edge.target, sizeBytes } }
  })
  return onceEach(sized, (edge) => isRequired(edge) || sizes.has(edge.target.digest))
}

/** The last of the wanted edges to each target, in the place of the first. */
function onceEach(edges: readonly Edge[], isWanted: (edge: Edge) => boolean): readonly Edge[] {
  const byTarget = new Map<Digest, Edge>()
  for (const edge of edges) if (isWanted(edge)) byTarget.set(edge.target.digest, edge)
  return byTarget.size === edges.length ? edges : [...byTarget.values()]
}
