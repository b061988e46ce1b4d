import type { Pause } from '#domain/time/clock.ts'
import { createMaybeYield } from '#domain/time/maybe-yield.ts'
import type { Digest } from '#domain/values/digest.ts'
import { inSlices } from '#domain/values/in-slices.ts'
import type { Platform } from '#domain/values/platform.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type {
  ImageFacts,
  NeededFacts,
  RecordedPulls,
  TagFacts,
  TimeRange,
} from '#domain/retention/facts.ts'
import { exclusiveBytesOf } from '#graph/algorithms/exclusive-bytes.ts'
import { subjectsByTag } from '#graph/live/attached-by-tags.ts'
import type { ManifestNode, RepositoryGraph } from '#graph/live/repository-graph.ts'
import type { TagLink } from '#graph/live/tag-link.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { runningImages, type ReportedRunning } from '../../running/running-images.ts'
import { parseConfiguration, readConfigurations } from '../image-configuration.ts'
import { isUntagged, readLinkTimes } from '../untagged.ts'

/** The push of a tag as it was recorded. */
interface RecordedPush {
  readonly tag: string
  readonly digest: string
  readonly atMs: number
}

export interface FactsRequest {
  readonly needed: NeededFacts
  readonly pulls: RecordedPulls
  /** What was reported to run; null: nothing. */
  readonly reported: ReportedRunning | null
  /** The newest recorded push of each of these tags, in no particular order. */
  readonly pushesOf: (tags: readonly TagName[]) => Promise<readonly RecordedPush[]>
}

interface FactsDeps {
  readonly objects: Pick<ObjectReader, 'getMany' | 'headMany'>
  readonly pause: Pause
}

/** Whose pushes are asked for in one turn. */
const tagsAtOnce = 2000
/** Their texts are in memory together. */
const configurationsAtOnce = 64

const platformText = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, variant].filter((part) => part !== undefined).join('/')

/**
 * All manifests of a repository that can be read, as rules of retention see them. A push is as old
 * as it was recorded or as its link is, whichever is younger; one that was not recorded as its link.
 */
export async function readImageFacts(
  deps: FactsDeps,
  repository: RepositoryName,
  graph: RepositoryGraph,
  request: FactsRequest,
): Promise<readonly ImageFacts[]> {
  const maybeYield = createMaybeYield(deps.pause)
  const tagsOf = new Map<Digest, TagLink[]>()
  for (const link of graph.tags.values()) {
    if (link.digest === null) continue
    const links = tagsOf.get(link.digest)
    if (links === undefined) tagsOf.set(link.digest, [link])
    else links.push(link)
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  const recorded = new Map<string, RecordedPush>()
  // A state in a file answers within the turn in which it is asked.
  for (const slice of inSlices(graph.tags.keys(), tagsAtOnce)) {
    for (const push of await request.pushesOf(slice)) recorded.set(push.tag, push)
    await deps.pause()
  }
  const untagged: Digest[] = []
  for (const node of graph.manifests.values()) {
    if (!tagsOf.has(node.digest) && isUntagged(graph, node)) untagged.push(node.digest)
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  const linked = await readLinkTimes(deps, repository, untagged)
  const configured = await configurationsOf(deps, repository, graph, request.needed)
  const running = request.reported && runningImages(graph, repository, request.reported)
  const facts: ImageFacts[] = []
  for (const node of graph.manifests.values()) {
    const { digest } = node
    const links = tagsOf.get(digest) ?? []
    const attachedTo = new Set(node.subjects.filter((subject) => graph.manifest(subject)))
    const tags = links.map((link) => tagFactsOf(graph, link, recorded, attachedTo))
    const { platforms, labels } = configured(node)
    facts.push({
      digest,
      tags,
      linked: atMoment(linked.get(digest)),
      lastPulledAtMs: lastPullOf(node, links, request.pulls),
      platforms,
      labels,
      freedBytes: request.needed.freedBytes ? exclusiveBytesOf(graph.view, node.blob) : null,
      listedBy: graph.parentsOf(digest).map((parent) => parent.digest),
      attachedTo: [...attachedTo],
      runsIn: running?.get(digest) ?? [],
    })
    const yielding = maybeYield()
    if (yielding) await yielding
  }
  return facts
}

const atMoment = (timeMs: number | undefined): TimeRange | null =>
  timeMs === undefined || timeMs <= 0 ? null : { fromMs: timeMs, toMs: timeMs }

function tagFactsOf(
  graph: RepositoryGraph,
  { name, digest, linkedAtMs }: TagLink,
  recorded: ReadonlyMap<string, RecordedPush>,
  attachedTo: Set<Digest>,
): TagFacts {
  const subjects = subjectsByTag(graph, name)?.filter((subject) => graph.manifest(subject)) ?? []
  for (const subject of subjects) attachedTo.add(subject)
  const push = recorded.get(name)
  const isPush = push !== undefined && push.digest === digest
  const pushed = isPush
    ? { fromMs: push.atMs, toMs: Math.max(push.atMs, linkedAtMs) }
    : atMoment(linkedAtMs)
  return { name, pushed, ...(subjects.length > 0 ? { attaches: true } : {}) }
}

/** By its digest, its tags, and of an index by the digests of its platforms, which go with it. */
function lastPullOf(
  { digest, kind, references }: ManifestNode,
  links: readonly TagLink[],
  pulls: RecordedPulls,
): number | null {
  let last = pulls.lastOfDigest(digest)
  for (const platform of kind === 'index' ? references : []) {
    const ofPlatform = pulls.lastOfDigest(platform.digest)
    if (ofPlatform !== null && (last === null || ofPlatform > last)) last = ofPlatform
  }
  for (const { name } of links) {
    const ofTag = pulls.lastOfTag(name)
    if (ofTag !== null && (last === null || ofTag > last)) last = ofTag
  }
  return last
}

type Configured = Pick<ImageFacts, 'platforms' | 'labels'>

const unknown: Configured = { platforms: null, labels: null }

/** What configurations say, where a rule needs it; an index has the labels of its first platform. */
async function configurationsOf(
  { objects, pause }: FactsDeps,
  repository: RepositoryName,
  graph: RepositoryGraph,
  needed: NeededFacts,
): Promise<(node: ManifestNode) => Configured> {
  const nodes = [...graph.manifests.values()]
  const read = new Map<Digest, Configured>()
  if (needed.labels || needed.platforms) {
    const configs = new Set(nodes.flatMap(({ config }) => config ?? []))
    for (const slice of inSlices(configs, configurationsAtOnce)) {
      for (const [config, text] of await readConfigurations(objects, repository, slice)) {
        const parsed = parseConfiguration(text)
        if (parsed === null) continue
        const { platform, labels } = parsed
        const platforms = platform === null ? null : [platformText(platform)]
        read.set(config, { platforms, labels: new Map(Object.entries(labels)) })
      }
      await pause()
    }
  }
  const ofImage = ({ config }: ManifestNode): Configured =>
    (config === null ? undefined : read.get(config)) ?? unknown
  return (node) => {
    if (node.kind !== 'index') return ofImage(node)
    const first = node.references
      .map(({ digest }) => graph.manifest(digest))
      .find((child) => child?.kind === 'image')
    const { labels } = first === undefined ? unknown : ofImage(first)
    const platforms = node.platforms.map(platformText)
    return { platforms: platforms.length === 0 ? null : platforms, labels }
  }
}
