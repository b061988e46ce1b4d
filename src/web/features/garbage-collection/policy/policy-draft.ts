import type { WirePolicy } from '#contract/jobs/policy.ts'
import { collectionPolicyBounds, type PushMode } from '#domain/policy/collection-policy.ts'

export type PeriodUnit = 'hours' | 'days'

/** A period as the person types it. */
export interface PeriodDraft {
  readonly amount: string
  readonly unit: PeriodUnit
}

/** The policy while it is edited, with numbers as the person typed them. */
export interface PolicyDraft {
  readonly isLimited: boolean
  readonly limitMinutes: string
  readonly whileCollecting: PushMode
  readonly retention: PeriodDraft
  readonly collectUntagged: boolean
  readonly untaggedAge: PeriodDraft
  readonly acceptSparseIndexes: boolean
}

export type PolicyMistakes = Partial<Record<'limitMinutes' | 'retention' | 'untaggedAge', string>>

export type CheckedPolicy =
  | { readonly ok: true; readonly policy: WirePolicy }
  | { readonly ok: false; readonly mistakes: PolicyMistakes }

const suggestedLimitMinutes = 60

const periodOf = (hours: number): PeriodDraft =>
  hours % 24 === 0
    ? { amount: String(hours / 24), unit: 'days' }
    : { amount: String(hours), unit: 'hours' }

export const policyDraftOf = (policy: WirePolicy): PolicyDraft => ({
  isLimited: policy.timeLimitMinutes !== null,
  limitMinutes: String(policy.timeLimitMinutes ?? suggestedLimitMinutes),
  whileCollecting: policy.whileCollecting,
  retention: periodOf(policy.trashRetentionHours),
  collectUntagged: policy.collectUntagged,
  untaggedAge: periodOf(policy.untaggedMinimumAgeHours),
  acceptSparseIndexes: policy.acceptSparseIndexes,
})

interface Bounds {
  readonly minimum: number
  readonly maximum: number
}

/** @returns the number, or a sentence that says what is wrong */
function readWhole(text: string, { minimum, maximum }: Bounds): number | string {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  return value >= minimum && value <= maximum
    ? value
    : `A whole number from ${minimum} to ${maximum}`
}

function readHours({ amount, unit }: PeriodDraft, { minimum, maximum }: Bounds): number | string {
  const hours = unit === 'days' ? 24 : 1
  const value = readWhole(amount, { minimum: minimum / hours, maximum: maximum / hours })
  return typeof value === 'string' ? value : value * hours
}

/** The typed age in hours; null if it is not valid. */
export function untaggedAgeHours({ untaggedAge }: PolicyDraft): number | null {
  const hours = readHours(untaggedAge, collectionPolicyBounds.untaggedMinimumAgeHours)
  return typeof hours === 'number' ? hours : null
}

/** Does not check an option that is off, and keeps its saved value. */
export function checkPolicy(draft: PolicyDraft, saved: WirePolicy): CheckedPolicy {
  const { timeLimitMinutes, trashRetentionHours, untaggedMinimumAgeHours } = collectionPolicyBounds
  const limit = draft.isLimited ? readWhole(draft.limitMinutes, timeLimitMinutes) : null
  const retention = readHours(draft.retention, trashRetentionHours)
  const untaggedAge = draft.collectUntagged
    ? readHours(draft.untaggedAge, untaggedMinimumAgeHours)
    : saved.untaggedMinimumAgeHours
  if (
    typeof limit === 'string' ||
    typeof retention === 'string' ||
    typeof untaggedAge === 'string'
  ) {
    const mistakes: PolicyMistakes = {
      ...(typeof limit === 'string' ? { limitMinutes: limit } : {}),
      ...(typeof retention === 'string' ? { retention } : {}),
      ...(typeof untaggedAge === 'string' ? { untaggedAge } : {}),
    }
    return { ok: false, mistakes }
  }
  return {
    ok: true,
    policy: {
      timeLimitMinutes: limit,
      whileCollecting: draft.whileCollecting,
      trashRetentionHours: retention,
      collectUntagged: draft.collectUntagged,
      untaggedMinimumAgeHours: untaggedAge,
      acceptSparseIndexes: draft.acceptSparseIndexes,
    },
  }
}

export const isSamePolicy = (a: WirePolicy, b: WirePolicy): boolean =>
  a.timeLimitMinutes === b.timeLimitMinutes &&
  a.whileCollecting === b.whileCollecting &&
  a.trashRetentionHours === b.trashRetentionHours &&
  a.collectUntagged === b.collectUntagged &&
  a.untaggedMinimumAgeHours === b.untaggedMinimumAgeHours &&
  a.acceptSparseIndexes === b.acceptSparseIndexes
