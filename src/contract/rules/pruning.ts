import * as z from 'zod/mini'

/** All conditions of a policy must hold. */
export const pruningRule = z.object({
  /** `tag`, or `updated_at`: when the tag was pushed. */
  field: z.string(),
  /**
   * Of `tag`: `eq`, `neq`, `sw`, `ew`, `c`, `oo`, `noo` or `matches`, an expression between `^` and
   * `$`. Of `updated_at`: `before`, with how long ago: `14d`.
   */
  operator: z.string(),
  /** Only `oo` and `noo` have several. */
  values: z.array(z.string()),
})

export const pruningPolicyRequest = z.object({
  /** Only `true`: a rule that is off has no counterpart. */
  enabled: z.optional(z.boolean()),
  rules: z.array(pruningRule),
})

export const pruningPolicy = z.object({
  id: z.string(),
  enabled: z.boolean(),
  rules: z.array(pruningRule),
})
export type WirePruningPolicy = z.infer<typeof pruningPolicy>

export const pruningPolicies = z.array(pruningPolicy)

/** The tags that a policy would remove. */
export const prunedTags = z.array(z.object({ name: z.string(), digest: z.string() }))
