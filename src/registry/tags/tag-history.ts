import { digestAlgorithms, parseDigest, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { Storage } from '#storage/storage.ts'
import { tagHistoryFolder, tagHistoryLink } from '../layout.ts'

export interface TagHistoryItem {
  readonly digest: Digest
  /** When the tag last came to point at the manifest. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** Every manifest in the tag's history, newest first, including the present one. */
export async function readTagHistory(
  storage: Storage,
  repository: RepositoryName,
  tag: TagName,
): Promise<readonly TagHistoryItem[]> {
  const items: TagHistoryItem[] = []
  for (const algorithm of digestAlgorithms) {
    for (const { name } of await storage.list(tagHistoryFolder(repository, tag, algorithm))) {
      const parsed = parseDigest(`${algorithm}:${name}`)
      const link = parsed.ok && (await storage.open(tagHistoryLink(repository, tag, parsed.value)))
      if (parsed.ok && link) items.push({ digest: parsed.value, linkedAtMs: link.modifiedAtMs })
    }
  }
  return items.toSorted((a, b) => b.linkedAtMs - a.linkedAtMs)
}
