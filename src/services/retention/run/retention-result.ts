import { complete, fieldsOr, isFields, listOf, oneOf, textOr } from '#domain/values/json-fields.ts'
import { brakeReasons } from './brakes.ts'

/** At most this many of each list are stored with a job; its log has as many. */
export const listedAtMost = 100

export interface RuleCount {
  readonly scope: string
  /** In words, and where it stands in the policy. */
  readonly rule: string
  readonly line: number
  readonly removed: number
  /** What a collection could free then. */
  readonly bytes: number
}

/** What a run of the rules did. Counts are of tags, and of images without a tag. */
export interface RetentionResult {
  /** The preview that it followed, or that waits for approval; null: neither. */
  readonly previewID: string | null
  readonly planned: number
  readonly removed: number
  readonly bytes: number
  readonly byRule: readonly RuleCount[]
  readonly byRepository: Readonly<
    Record<string, { readonly removed: number; readonly bytes: number }>
  >
  readonly skipped: number
  readonly failed: number
  /** That wait for approval. */
  readonly waiting: number
  /** That are left because the run was stopped, or because a repository kept changing. */
  readonly left: number
  /** The first of those that were skipped or failed, and why. */
  readonly notes: readonly {
    readonly repository: string
    readonly tag: string | null
    readonly reason: string
  }[]
  readonly brakes: readonly {
    readonly reason: string
    readonly repository: string | null
    readonly message: string
  }[]
  /** Repositories that were not judged, which keep everything. */
  readonly leftOut: readonly { readonly repository: string; readonly reason: string }[]
  readonly endedBy: 'done' | 'stopped'
}

const counts = { planned: 0, removed: 0, bytes: 0, skipped: 0, failed: 0, waiting: 0, left: 0 }

/** As a job stored it, in this version or an earlier one; null if it is none. */
export function readRetentionResult(stored: unknown): RetentionResult | null {
  if (!isFields(stored)) return null
  return {
    ...complete(counts, stored),
    previewID: textOr(stored.previewID, null),
    byRule: listOf(stored.byRule).map((one) =>
      complete({ scope: '', rule: '', line: 0, removed: 0, bytes: 0 }, one),
    ),
    byRepository: Object.fromEntries(
      Object.entries(fieldsOr(stored.byRepository)).map(([name, one]) => [
        name,
        complete({ removed: 0, bytes: 0 }, one),
      ]),
    ),
    notes: listOf(stored.notes).map((one) => ({
      ...complete({ repository: '', reason: '' }, one),
      tag: textOr(fieldsOr(one).tag, null),
    })),
    brakes: listOf(stored.brakes).map((one) => ({
      message: textOr(fieldsOr(one).message, ''),
      reason: oneOf(brakeReasons, fieldsOr(one).reason, 'first run'),
      repository: textOr(fieldsOr(one).repository, null),
    })),
    leftOut: listOf(stored.leftOut).map((one) => complete({ repository: '', reason: '' }, one)),
    endedBy: oneOf(['done', 'stopped'], stored.endedBy, 'done'),
  }
}
