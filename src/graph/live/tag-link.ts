import type { Digest } from '#domain/values/digest.ts'
import type { TagName } from '#domain/values/tag-name.ts'

/** A tag as its link states it. */
export interface TagLink {
  readonly name: TagName
  /** Null when the link is empty or holds no digest: the tag cannot be pulled. */
  readonly digest: Digest | null
  /** When it last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
  /** The link exists, but storage does not give its contents, for example for lack of rights. */
  readonly isUnreadable?: true
}
