import { describe, expect, it } from 'vitest'
import { checkPolicy, policyDraftOf, type PolicyDraft } from './policy-draft.ts'
import { samplePolicy } from '../testing/samples.ts'

const check = (part: Partial<PolicyDraft>) =>
  checkPolicy({ ...policyDraftOf(samplePolicy), ...part }, samplePolicy)

describe('checkPolicy', () => {
  it.each([
    { ...samplePolicy, timeLimitMinutes: 90 },
    { ...samplePolicy, trashRetentionHours: 36 },
    { ...samplePolicy, acceptSparseIndexes: true },
    { ...samplePolicy, collectUntagged: true, untaggedMinimumAgeHours: 48 },
  ])('reads back the policy that the draft was made from: %j', (policy) => {
    expect(checkPolicy(policyDraftOf(policy), policy)).toEqual({ ok: true, policy })
  })

  it.each(['', '-1', '1.5', '1441', 'soon', '1e2'])('rejects %j minutes', (limitMinutes) => {
    expect(check({ isLimited: true, limitMinutes })).toEqual({
      ok: false,
      mistakes: { limitMinutes: 'A whole number from 1 to 1440' },
    })
  })

  it('states the bounds in the chosen unit', () => {
    expect(check({ retention: { amount: '366', unit: 'days' } })).toEqual({
      ok: false,
      mistakes: { retention: 'A whole number from 0 to 365' },
    })
  })

  it('does not check an option that is off, and keeps its saved value', () => {
    expect(
      check({ isLimited: false, limitMinutes: '', untaggedAge: { amount: 'x', unit: 'days' } }),
    ).toEqual({ ok: true, policy: samplePolicy })
  })
})
