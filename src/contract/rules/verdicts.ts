import * as z from 'zod/mini'
import { count, instant, textOrNull } from '../scalars.ts'

/* What rules say of tags. Apart from their policies, because lists of tags are in the first load. */

const verbs = ['protect', 'keep', 'remove'] as const
export const verdicts = ['protected', 'kept', 'removed', 'unmatched'] as const

export const retentionRule = z.object({
  verb: z.enum(verbs),
  /** In the text, from 1. */
  line: count,
  /** `Remove tags pr-* pushed more than 14 days ago`. */
  words: z.string(),
})

/** What the policy in force says of one tag. */
export const tagVerdict = z.object({
  verdict: z.enum(verdicts),
  /** The rule that decides; null: none does. */
  rule: z.nullable(retentionRule),
  reason: z.string(),
})
export type TagVerdict = z.infer<typeof tagVerdict>

/** Of which policy, and of which moment, the verdicts of tags are. */
export const tagVerdicts = z.object({
  scope: z.string(),
  /** Null: very many are being judged, and have no verdict yet; ask again soon. */
  judgedAt: z.nullable(instant),
  /** Why none was judged, so that everything is kept. */
  problem: textOrNull,
  /** When cleaning runs next by a schedule, its own or that of collections; null: never. */
  nextRunAt: z.nullable(instant),
})
export type WireTagVerdicts = z.infer<typeof tagVerdicts>
