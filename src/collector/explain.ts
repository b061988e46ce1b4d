import type { Digest } from '#domain/digest.ts'
import type { RemovalCause } from '#domain/removal-cause.ts'

/** Why something is kept: what the path to it starts from. */
export type ExplanationRoot =
  | { readonly kind: 'tag'; readonly repository: string; readonly tag: string }
  | { readonly kind: 'untagged manifest'; readonly repository: string }
  | { readonly kind: 'trash'; readonly repository: string; readonly trashId: string }
  /** Something in the repository cannot be read, so all that it links is kept. */
  | { readonly kind: 'unreadable repository'; readonly repository: string; readonly reason: string }
  /** Written or linked within the grace window. */
  | { readonly kind: 'recent'; readonly repository: string | null }

export interface ExplanationStep {
  readonly digest: Digest
  /** How the step before leads here; `root` for the first. */
  readonly as: 'root' | 'manifest' | 'config' | 'layer' | 'attached'
}

export type Explanation =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'kept'
      readonly root: ExplanationRoot
      /** From the root's manifest to the digest asked for, the shortest there is. */
      readonly path: readonly ExplanationStep[]
    }
  | {
      readonly kind: 'garbage'
      readonly cause: RemovalCause
      readonly repository: string | null
      readonly sizeBytes: number
    }
