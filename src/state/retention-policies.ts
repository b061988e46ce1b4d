/** A policy as it was saved, or that a policy was removed. */
export interface StoredPolicyVersion {
  /** `registry`, a namespace or a repository. */
  readonly scope: string
  /** From 1, and on after a removal: a number of an earlier policy is never that of a later one. */
  readonly version: number
  /** YAML or JSON, as it was written; null: the policy was removed. */
  readonly text: string | null
  /** Which rules the text follows: a later version of Jetsam may read others. */
  readonly format: number
  readonly savedAtMs: number
  /** The name of an account. */
  readonly savedBy: string | null
}

/** Retention policies, with all their versions. */
export interface RetentionPolicies {
  /** The newest version of every scope that ever had a policy, by scope in order of code points. */
  newest(): Promise<readonly StoredPolicyVersion[]>
  /** The newest version of each of these scopes that ever had a policy, in no promised order. */
  newestOf(scopes: readonly string[]): Promise<readonly StoredPolicyVersion[]>
  /** All versions of a scope, the newest first. */
  versions(scope: string): Promise<readonly StoredPolicyVersion[]>
  /**
   * Adds a version after the newest one. Resolves to false, and changes nothing, where the newest is
   * not the one before it: another save came first.
   */
  add(version: StoredPolicyVersion): Promise<boolean>
}
