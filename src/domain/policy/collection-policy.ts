export const pushModes = ['reject-pushes', 'hold-pushes', 'accept-pushes'] as const
/** What happens to a push while a collection runs. */
export type PushMode = (typeof pushModes)[number]

/** How long `hold-pushes` keeps a writer waiting before it is refused after all. */
export const longestHoldMs = 120_000

/** What an administrator decides about collections. */
export interface CollectionPolicy {
  /** A run stops after this many minutes and the next one goes on; null: until done. */
  readonly timeLimitMinutes: number | null
  readonly whileCollecting: PushMode
  /** How long a deleted image can be restored; 0: until the next collection. */
  readonly trashRetentionHours: number
  readonly collectUntagged: boolean
  /** Untagged images younger than this are kept, for somebody may just be pushing them. */
  readonly untaggedMinimumAgeHours: number
  /** Takes an index although its repository lacks manifests that it lists. */
  readonly acceptSparseIndexes: boolean
}

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
 * A policy as it was stored. What is missing, for an earlier version did not know it, is as by
 * default; what makes no sense is as it keeps most.
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
