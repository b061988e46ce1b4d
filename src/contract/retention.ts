import * as z from 'zod/mini'
import { count, instant } from './scalars.ts'

const verbs = ['protect', 'keep', 'remove'] as const
const verdicts = ['protected', 'kept', 'removed', 'unmatched'] as const

export const retentionRule = z.object({
  verb: z.enum(verbs),
  /** In the text, from 1. */
  line: count,
  /** `Remove tags pr-* pushed more than 14 days ago`. */
  words: z.string(),
})

export const retentionPolicy = z.object({
  /** `registry`, a namespace or a repository; the narrowest that has a policy decides. */
  scope: z.string(),
  /** Increases with each change, and goes on after a removal. Also the answer’s `ETag`. */
  version: count,
  /** YAML or JSON, as it was saved. */
  text: z.string(),
  rules: z.array(retentionRule),
  /** Why this server cannot read the text; until then it keeps and protects everything. */
  problem: z.nullable(z.string()),
  savedAt: instant,
  /** The name of an account. */
  savedBy: z.nullable(z.string()),
})
export type WireRetentionPolicy = z.infer<typeof retentionPolicy>

export const retentionPolicies = z.object({ policies: z.array(retentionPolicy) })

export const retentionPolicyWithHistory = z.object({
  ...retentionPolicy.shape,
  /** The newest first. */
  versions: z.array(
    z.object({
      version: count,
      savedAt: instant,
      savedBy: z.nullable(z.string()),
      /** Null: the policy was removed. */
      text: z.nullable(z.string()),
    }),
  ),
})

const part = z.record(z.string(), z.unknown())

/** As JSON; as YAML it is the same. */
export const retentionPolicyRequest = z.object({
  /** Each with one verb, and what it selects: `{"remove":{"tags":["pr-*"],"olderThan":"14d"}}`. */
  rules: z.array(z.record(z.string(), part)),
  /** Checked when the policy is saved: `{"tag":"pr-12","pushed":"20d ago","is":"removed"}`. */
  expect: z.optional(z.array(part)),
})

/** The `detail` of `INVALID_POLICY`. */
export const policyProblems = z.object({
  problems: z.array(z.object({ line: count, column: count, message: z.string() })),
  /** Expectations that do not hold. */
  expectations: z.optional(
    z.array(
      z.object({
        line: count,
        /** Null: an untagged image. */
        tag: z.nullable(z.string()),
        is: z.enum(verdicts),
        /** What the rules say instead, and by which rule. */
        verdict: z.enum(verdicts),
        rule: z.nullable(z.string()),
      }),
    ),
  ),
})
export type PolicyProblems = z.infer<typeof policyProblems>

/** The `detail` of `POLICY_CHANGED`: what is there now (null: nothing), and what was sent. */
export const policyConflict = z.object({
  current: z.nullable(retentionPolicy),
  yours: z.nullable(z.string()),
})
export type PolicyConflict = z.infer<typeof policyConflict>
