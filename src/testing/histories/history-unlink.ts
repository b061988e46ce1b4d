import { parseDigest } from '#domain/values/digest.ts'
import { listersOf, type HistoryState } from './history-state.ts'
import { revisionLink, tagCurrentFolder } from '#registry/layout.ts'
import { repositoryName, tagName, valueOf, type TestRegistry } from '../builders/test-registry.ts'

export interface HistoryRegistry extends TestRegistry {
  /** What other software removed from repositories: `app@sha256:…`. */
  readonly unlinked: Set<string>
}

/** As docker-registry: removes the tags, and the link of the manifest, whose folder stays. */
export async function unlink(
  { storage, unlinked }: HistoryRegistry,
  state: HistoryState,
  where: string,
  digest: string,
): Promise<boolean> {
  // It would break an index without a check; that would be its own fault, so it is left out here.
  if (listersOf(state, where, digest).length > 0) return false
  unlinked.add(`${where}@${digest}`)
  const name = repositoryName(where)
  for (const [showing, shown] of state.repositories.get(where)?.tags ?? []) {
    if (shown === digest) await storage.remove(tagCurrentFolder(name, tagName(showing)))
  }
  await storage.remove(revisionLink(name, valueOf(parseDigest(digest))))
  return true
}
