import { inWords } from '#domain/retention/in-words.ts'
import { shortDigest, type Digest } from '#domain/values/digest.ts'
import type { Refusal } from '#domain/values/result.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { RepositoryGraph } from '#graph/live/repository-graph.ts'
import { runningImages, type FindReported } from './running-images.ts'

export interface RunningImage {
  readonly digest: Digest
  readonly clusters: readonly string[]
}

export interface ImageRunning extends Refusal {
  readonly code: 'IMAGE_RUNNING'
  /** At most some of them. */
  readonly running: readonly RunningImage[]
}

const named = 10

/** Those of the manifests that run; empty where nothing was reported. */
export async function findRunning(
  findReported: FindReported,
  repository: RepositoryName,
  graph: RepositoryGraph | null | (() => Promise<RepositoryGraph | null>),
  digests: Iterable<Digest>,
): Promise<readonly RunningImage[]> {
  const reported = await findReported()
  if (reported === null) return []
  const known = typeof graph === 'function' ? await graph() : graph
  const running = known === null ? new Map() : runningImages(known, repository, reported)
  return [...digests].flatMap((digest) => {
    // What the graph does not know, because it cannot be read, may run all the same.
    const clusters = running.get(digest) ?? reported.digests.get(digest)
    return clusters === undefined ? [] : [{ digest, clusters }]
  })
}

export const clustersOf = (running: readonly RunningImage[]): readonly string[] =>
  [...new Set(running.flatMap(({ clusters }) => clusters))].toSorted()

/** @param what a tag, a digest, or the name of the repository itself: the name to confirm */
export function imageRunning(
  repository: RepositoryName,
  what: string,
  running: readonly RunningImage[],
): ImageRunning {
  const subject =
    what === repository
      ? `${running.length} of the images in ${repository}`
      : `${what.includes(':') ? shortDigest(what) : what} in ${repository}`
  const runs = what === repository && running.length !== 1 ? 'run' : 'runs'
  return {
    code: 'IMAGE_RUNNING',
    message: `${subject} ${runs} in ${inWords(clustersOf(running))}: a node that needs it again could not pull it; to delete it all the same, confirm its name in the dashboard, or by the API with "confirmRunning=${what}"`,
    running: running.slice(0, named),
  }
}

/** Why a restoration may not move these tags: what they show would go to the trash. */
export const wouldReplaceRunning = (
  tags: readonly string[],
  running: readonly RunningImage[],
): ImageRunning => ({
  code: 'IMAGE_RUNNING',
  message: `what ${inWords(tags)} shows now runs in ${inWords(clustersOf(running))}, and would go to the trash: restore without that tag, or under another name`,
  running: running.slice(0, named),
})
