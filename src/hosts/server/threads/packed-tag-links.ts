import type { Digest } from '#domain/values/digest.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { TagLink } from '#graph/live/tag-link.ts'

const notThere = -3
const unreadable = -2
const noDigest = -1

/**
 * Links of tags on the way between threads: columns beside the names, which both sides have, cost
 * a fraction of one object per tag.
 */
export interface PackedTagLinks {
  /** For each name its digest, as a position in `digests`, or one of the negative numbers above. */
  readonly digestAt: Int32Array<ArrayBuffer>
  readonly linkedAtMs: Float64Array<ArrayBuffer>
  /** Each once: often many tags show one image. */
  readonly digests: readonly Digest[]
}

/** @param links of some of the names, in their order */
export function packTagLinks(names: readonly TagName[], links: readonly TagLink[]): PackedTagLinks {
  const digestAt = new Int32Array(names.length).fill(notThere)
  const linkedAtMs = new Float64Array(names.length)
  const positions = new Map<Digest, number>()
  let next = 0
  for (const [position, name] of names.entries()) {
    const link = links[next]
    if (link?.name !== name) continue
    next += 1
    linkedAtMs[position] = link.linkedAtMs
    if (link.digest === null) {
      digestAt[position] = link.isUnreadable ? unreadable : noDigest
      continue
    }
    const known = positions.get(link.digest)
    digestAt[position] = known ?? positions.size
    if (known === undefined) positions.set(link.digest, positions.size)
  }
  if (next < links.length) throw new Error('links of tags came in another order than their names')
  return { digestAt, linkedAtMs, digests: [...positions.keys()] }
}

export function unpackTagLinks(
  names: readonly TagName[],
  { digestAt, linkedAtMs, digests }: PackedTagLinks,
): TagLink[] {
  const links: TagLink[] = []
  for (const [position, name] of names.entries()) {
    const at = digestAt[position] ?? notThere
    if (at === notThere) continue
    const link = { name, digest: digests[at] ?? null, linkedAtMs: linkedAtMs[position] ?? 0 }
    links.push(at === unreadable ? { ...link, isUnreadable: true } : link)
  }
  return links
}
