/** Something happened between two moments, in milliseconds since the epoch; equal: at that one. */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

export interface TagFacts {
  readonly name: string
  /** When it came to point at the image; null: unknown. */
  readonly pushed: TimeRange | null
  /** It only attaches the image to another, by its name: it stays or goes with that one. */
  readonly attaches?: true
}

/** A manifest that a repository links, as far as rules read it. */
export interface ImageFacts {
  readonly digest: string
  readonly tags: readonly TagFacts[]
  /** When the manifest was linked; null: unknown. Decides only for an image without a tag. */
  readonly linked: TimeRange | null
  /** The last recorded pull, by its digest or by any of its tags; null: none. */
  readonly lastPulledAtMs: number | null
  /** `linux/arm64/v8`; null: unknown. */
  readonly platforms: readonly string[] | null
  readonly labels: ReadonlyMap<string, string> | null
  /** Bytes that its deletion would free; null: unknown. */
  readonly freedBytes: number | null
  /** The indexes of the repository that list it. */
  readonly listedBy: readonly string[]
  /**
   * The clusters that reported to run it, or that need it for what they run: an index for a platform
   * of it, a signature for its image.
   */
  readonly runsIn: readonly string[]
  /** The images of the repository to which it is attached: signatures, SBOMs. */
  readonly attachedTo: readonly string[]
}

/** The pulls of a repository that were recorded. */
export interface RecordedPulls {
  /**
   * Since when every pull is known; what was recorded before has gaps. Null: pulls are not recorded,
   * so that nothing is known of them.
   */
  readonly sinceMs: number | null
  /** The last pull by any reference that led to the digest; null: none was recorded. */
  lastOfDigest(digest: string): number | null
  /** The last pull by the tag, wherever it pointed; null: none was recorded. */
  lastOfTag(tag: string): number | null
}

export const noPullsRecorded: RecordedPulls = {
  sinceMs: null,
  lastOfDigest: () => null,
  lastOfTag: () => null,
}

/** What rules are evaluated with, beside the images of a repository. */
export interface Circumstances {
  readonly nowMs: number
  /** Since when pulls have been recorded; null: they are not. */
  readonly pullsSinceMs: number | null
}

/** What rules of a policy need to know; the rest may be unknown at no loss. */
export interface NeededFacts {
  readonly platforms: boolean
  readonly labels: boolean
  readonly freedBytes: boolean
}
