export const pushModes = ['reject-pushes', 'hold-pushes', 'accept-pushes'] as const
/** What happens to a push while a collection runs. */
export type PushMode = (typeof pushModes)[number]

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
}
