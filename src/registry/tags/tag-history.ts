import { digestAlgorithms, parseDigest, type Digest } from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { ObjectReader } from '#storage/object-store.ts'
import { headObjects } from '#storage/single-object.ts'
import { tagHistoryFolder, tagHistoryLink } from '../layout.ts'
import { namesBelow } from '../names-below.ts'

export interface TagHistoryItem {
  readonly digest: Digest
  /** When the tag last came to point at the manifest. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** Every manifest in the tag's history, newest first, including the present one. */
export async function readTagHistory(
  objects: Pick<ObjectReader, 'list' | 'headMany'>,
  repository: RepositoryName,
  tag: TagName,
): Promise<readonly TagHistoryItem[]> {
  const links: (readonly [digest: Digest, key: string])[] = []
  for (const algorithm of digestAlgorithms) {
    const folder = `${tagHistoryFolder(repository, tag, algorithm)}/` as const
    for (const name of (await namesBelow(objects, folder)).keys()) {
      const parsed = parseDigest(`${algorithm}:${name}`)
      if (parsed.ok) links.push([parsed.value, tagHistoryLink(repository, tag, parsed.value)])
    }
  }
  const heads = await headObjects(
    objects,
    links.map(([, key]) => key),
  )
  const items = links.flatMap(([digest], position): TagHistoryItem[] => {
    const head = heads[position] ?? null
    return head === null ? [] : [{ digest, linkedAtMs: head.modifiedAtMs }]
  })
  return items.toSorted((a, b) => b.linkedAtMs - a.linkedAtMs)
}
