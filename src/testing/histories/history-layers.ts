import type { Digest } from '#domain/values/digest.ts'
import { contentOf } from '../builders/tiny-image.ts'
import type { HistoryState } from './history-state.ts'
import type { HistoryRegistry } from './history-unlink.ts'
import { repositoryName } from '../builders/test-registry.ts'

/** One of the layers that a repository links; null if there is none. */
function layerIn({ repositories, blobs }: HistoryState, name: string, pick: number): Digest | null {
  const sorted = [...(repositories.get(name)?.layers ?? [])].toSorted()
  const digest = sorted[pick % Math.max(1, sorted.length)]
  return digest === undefined ? null : contentOf(blobs.get(digest) ?? '').digest
}

/** Mounts one of a repository's layers in another. */
export async function mountLayer(
  registry: HistoryRegistry,
  state: HistoryState,
  doing: { readonly from: string; readonly repository: string; readonly pick: number },
): Promise<boolean> {
  const layer = layerIn(state, doing.from, doing.pick)
  if (layer === null) return false
  const [to, from] = [repositoryName(doing.repository), repositoryName(doing.from)]
  return await registry.blobs.mount(to, from, layer)
}

/** Deletes one, as `DELETE /v2/…/blobs/…` does. */
export async function deleteLayer(
  registry: HistoryRegistry,
  state: HistoryState,
  doing: { readonly repository: string; readonly pick: number },
): Promise<boolean> {
  const layer = layerIn(state, doing.repository, doing.pick)
  return layer !== null && (await registry.unlinkBlob(repositoryName(doing.repository), layer)).ok
}
