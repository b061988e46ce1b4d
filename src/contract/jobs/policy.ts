import { collectionPolicyBounds, pushModes } from '#domain/policy/collection-policy.ts'
import * as z from 'zod/mini'

const within = (bounds: { minimum: number; maximum: number }) =>
  z.int().check(z.gte(bounds.minimum), z.lte(bounds.maximum))

export const policy = z.object({
  timeLimitMinutes: z.nullable(within(collectionPolicyBounds.timeLimitMinutes)),
  whileCollecting: z.enum(pushModes),
  trashRetentionHours: within(collectionPolicyBounds.trashRetentionHours),
  collectUntagged: z.boolean(),
  untaggedMinimumAgeHours: within(collectionPolicyBounds.untaggedMinimumAgeHours),
  /** Accepts an index although its repository lacks manifests that it lists. */
  acceptSparseIndexes: z.boolean(),
})
export type WirePolicy = z.infer<typeof policy>

/**
 * A policy to save: fields that an older client does not know may be absent, and stay unchanged.
 */
export const policyRequest = z.object({
  ...policy.shape,
  acceptSparseIndexes: z.optional(policy.shape.acceptSparseIndexes),
})
