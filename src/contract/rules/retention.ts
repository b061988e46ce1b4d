import * as z from 'zod/mini'
import { grant } from '../accounts/accounts.ts'
import { bytes, count, instant } from '../scalars.ts'
import { retentionRule, tagVerdict, verdicts } from './verdicts.ts'

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

export const retentionPolicies = z.object({
  policies: z.array(retentionPolicy),
  /** The caller’s own: with `admin` they may change the policy of a scope. */
  grants: z.array(grant),
})

const version = z.object({
  version: count,
  savedAt: instant,
  savedBy: z.nullable(z.string()),
  /** Null: the policy was removed. */
  text: z.nullable(z.string()),
})
export type WirePolicyVersion = z.infer<typeof version>

/** The newest first. */
const versions = z.array(version)

export const retentionVersions = z.object({ versions })

export const retentionPolicyWithHistory = z.object({ ...retentionPolicy.shape, versions })

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

const retentionTotals = z.object({
  /** Tags, and images without a tag. */
  protected: count,
  kept: count,
  removed: count,
  unmatched: count,
  /** Manifests that would go, with all that goes with them. */
  images: count,
  /** What the next collection could free then; each blob counts once. */
  bytesFreed: bytes,
})
export type RetentionTotals = z.infer<typeof retentionTotals>

export const retentionVerdict = z.object({
  repository: z.string(),
  /** Null: an image without a tag. */
  tag: z.nullable(z.string()),
  digest: z.string(),
  verdict: z.enum(verdicts),
  /** The rule that decides; null: none does. */
  rule: z.nullable(retentionRule),
  reason: z.string(),
  pushedAt: z.nullable(instant),
  lastPulledAt: z.nullable(instant),
  /** What is freed with this row; all rows together have the total. */
  bytesFreed: bytes,
  /** Of a draft: what the policies in force say of it; null: these were asked for, or say nothing. */
  inForce: z.nullable(tagVerdict),
})

export const retentionPreview = z.object({
  /** For further pages: `GET /retention/previews/{id}`. Kept for a while, in memory. */
  previewID: z.string(),
  /** The moment that it is for. */
  at: instant,
  /** When it was made: the same, unless another moment was asked for. Only then it can be run. */
  madeAt: instant,
  totals: retentionTotals,
  /** Rules that remove something, each with the scope of its policy. */
  byRule: z.array(
    z.object({ scope: z.string(), rule: retentionRule, removed: count, bytesFreed: bytes }),
  ),
  /** Repositories from which something goes. */
  byRepository: z.array(
    z.object({
      repository: z.string(),
      /** Of the policy that decides there. */
      scope: z.nullable(z.string()),
      /** How many tags it has. */
      tags: count,
      /** Tags, and images without a tag. */
      removed: count,
      /** Manifests. */
      images: count,
      bytesFreed: bytes,
    }),
  ),
  /** What the policies in force would do, to compare with; null: these were asked for. */
  inForce: z.nullable(retentionTotals),
  /** Of a draft: how many rows have another verdict than by the policies in force. */
  changes: z.nullable(
    z.object({
      /** Would go, and do not by the policies in force. */
      nowRemoved: count,
      /** Go by the policies in force, and would stay. */
      noLongerRemoved: count,
      /** Stay in both cases. */
      otherwise: count,
    }),
  ),
  /** Repositories that were not judged because they cannot be read whole: they keep everything. */
  leftOut: z.array(z.object({ repository: z.string(), reason: z.string() })),
  verdicts: z.array(retentionVerdict),
})
export type WireRetentionPreview = z.infer<typeof retentionPreview>

export const retentionPreviewRequest = z.object({
  /** `registry`, a namespace or a repository. */
  scope: z.string(),
  /** A policy in YAML or JSON, as if it were that of the scope; absent: the policies in force. */
  policy: z.optional(z.string()),
  /** Another moment, as an instant; absent: now. What came after it counts as unknown, and stays. */
  at: z.optional(z.string()),
})
