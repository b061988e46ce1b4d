import { expect, test } from 'vitest'
import { defaultCollectionPolicy, parseCollectionPolicy } from './collection-policy.ts'

test('the default is a policy', () => {
  expect(parseCollectionPolicy(defaultCollectionPolicy)).toEqual({
    ok: true,
    value: defaultCollectionPolicy,
  })
})

test.each([
  [{ timeLimitMinutes: 1 }],
  [{ timeLimitMinutes: 1440 }],
  [{ whileCollecting: 'accept-pushes' }],
  [{ trashRetentionHours: 8760 }],
  [{ collectUntagged: true, untaggedMinimumAgeHours: 0 }],
  [{ acceptSparseIndexes: true }],
])('accepts %j', (change) => {
  const policy = { ...defaultCollectionPolicy, ...change }
  expect(parseCollectionPolicy({ ...policy, unknown: 1 })).toEqual({ ok: true, value: policy })
})

test.each([
  [{ timeLimitMinutes: 0 }, 'timeLimitMinutes: must be null or a whole number from 1 to 1440'],
  [{ timeLimitMinutes: 1441 }, 'timeLimitMinutes: must be null or a whole number from 1 to 1440'],
  [
    { timeLimitMinutes: undefined },
    'timeLimitMinutes: must be null or a whole number from 1 to 1440',
  ],
  [
    { whileCollecting: 'wait' },
    'whileCollecting: must be one of reject-pushes, hold-pushes, accept-pushes',
  ],
  [{ trashRetentionHours: -1 }, 'trashRetentionHours: must be a whole number from 0 to 8760'],
  [{ trashRetentionHours: 1.5 }, 'trashRetentionHours: must be a whole number from 0 to 8760'],
  [{ trashRetentionHours: '24' }, 'trashRetentionHours: must be a whole number from 0 to 8760'],
  [{ collectUntagged: 'yes' }, 'collectUntagged: must be true or false'],
  [{ acceptSparseIndexes: 'yes' }, 'acceptSparseIndexes: must be true or false'],
  [
    { untaggedMinimumAgeHours: Number.NaN },
    'untaggedMinimumAgeHours: must be a whole number from 0 to 8760',
  ],
  [
    { untaggedMinimumAgeHours: 8761 },
    'untaggedMinimumAgeHours: must be a whole number from 0 to 8760',
  ],
])('refuses %j', (change, message) => {
  const [field] = Object.keys(change)
  expect(parseCollectionPolicy({ ...defaultCollectionPolicy, ...change })).toEqual({
    ok: false,
    refusal: { code: 'INVALID_POLICY', field, message },
  })
})

test.each([null, undefined, 'policy', 3])('%j is no policy', (input) => {
  expect(parseCollectionPolicy(input)).toMatchObject({
    ok: false,
    refusal: { message: 'a policy is an object' },
  })
})
