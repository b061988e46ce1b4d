export const pushModes = ['reject-pushes', 'hold-pushes', 'accept-pushes'] as const
/** What happens to a push while a collection runs. */
export type PushMode = (typeof pushModes)[number]

/** How long `hold-pushes` makes a writer wait before it is refused, in milliseconds. */
export const longestHoldMs = 120_000

/** What an administrator decides about collections. */
export interface CollectionPolicy {
  /** A run stops after this many minutes and the next one continues; null: no limit. */
  readonly timeLimitMinutes: number | null
  readonly whileCollecting: PushMode
  /** How long a deleted image can be restored; 0: until the next collection. */
  readonly trashRetentionHours: number
  readonly collectUntagged: boolean
  /** Untagged images younger than this are kept, because a push of them may be under way. */
  readonly untaggedMinimumAgeHours: number
  /** Accepts an index although its repository lacks manifests that it lists. */
  readonly acceptSparseIndexes: boolean
}

export const policyFields = [
  'timeLimitMinutes',
  'whileCollecting',
  'trashRetentionHours',
  'collectUntagged',
  'untaggedMinimumAgeHours',
  'acceptSparseIndexes',
] as const satisfies readonly (keyof CollectionPolicy)[]

export const collectionPolicyBounds = {
  timeLimitMinutes: { minimum: 1, maximum: 24 * 60 },
  trashRetentionHours: { minimum: 0, maximum: 365 * 24 },
  untaggedMinimumAgeHours: { minimum: 0, maximum: 365 * 24 },
} as const

export const defaultCollectionPolicy: CollectionPolicy = {
  timeLimitMinutes: null,
  whileCollecting: 'reject-pushes',
  trashRetentionHours: 0,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
  acceptSparseIndexes: false,
}

const within = (value: unknown, bounds: { minimum: number; maximum: number }): value is number =>
  typeof value === 'number' &&
  Number.isInteger(value) &&
  value >= bounds.minimum &&
  value <= bounds.maximum

const keepsLongest: CollectionPolicy = {
  ...defaultCollectionPolicy,
  trashRetentionHours: collectionPolicyBounds.trashRetentionHours.maximum,
  untaggedMinimumAgeHours: collectionPolicyBounds.untaggedMinimumAgeHours.maximum,
}

/**
 * Completes a stored policy. A missing value, which an earlier version did not know, becomes the
 * default; an invalid one becomes the value that keeps the most.
 */
export function completePolicy(stored: unknown): CollectionPolicy {
  if (stored === null) return defaultCollectionPolicy
  if (typeof stored !== 'object' || Array.isArray(stored)) return keepsLongest
  const fields = stored as Readonly<Partial<Record<keyof CollectionPolicy, unknown>>>
  const inBounds = <F extends keyof typeof collectionPolicyBounds>(field: F) => {
    const value = fields[field]
    if (value === undefined) return defaultCollectionPolicy[field]
    return within(value, collectionPolicyBounds[field]) ? value : keepsLongest[field]
  }
  return {
    timeLimitMinutes: inBounds('timeLimitMinutes'),
    whileCollecting:
      pushModes.find((mode) => mode === fields.whileCollecting) ??
      defaultCollectionPolicy.whileCollecting,
    trashRetentionHours: inBounds('trashRetentionHours') ?? keepsLongest.trashRetentionHours,
    collectUntagged: fields.collectUntagged === true,
    untaggedMinimumAgeHours:
      inBounds('untaggedMinimumAgeHours') ?? keepsLongest.untaggedMinimumAgeHours,
    acceptSparseIndexes: fields.acceptSparseIndexes === true,
  }
}
