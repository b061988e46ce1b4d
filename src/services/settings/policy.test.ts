import { defaultCollectionPolicy, pushModes } from '#domain/policy/collection-policy.ts'
import { expect, test } from 'vitest'
import { getPolicy, setPolicy } from './policy.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const ada = { name: 'ada', from: '192.0.2.7' }

test('the default applies until a policy is saved', async () => {
  const world = createTestWorld()
  expect(await getPolicy(world)).toEqual(defaultCollectionPolicy)
  const changed = { ...defaultCollectionPolicy, timeLimitMinutes: 30, collectUntagged: true }
  expect(await setPolicy(world, changed, ada)).toEqual(changed)
  expect(await getPolicy(world)).toEqual(changed)
  expect(await world.recorded()).toMatchObject([
    {
      kind: 'policy changed',
      actor: 'ada',
      from: '192.0.2.7',
      detail: 'timeLimitMinutes: null → 30; collectUntagged: false → true',
    },
  ])
})

test('a client that does not know sparse indexes leaves them unchanged', async () => {
  const world = createTestWorld()
  await setPolicy(world, { ...defaultCollectionPolicy, acceptSparseIndexes: true }, ada)
  const saved = { ...defaultCollectionPolicy, acceptSparseIndexes: true, trashRetentionHours: 5 }
  const { acceptSparseIndexes: _, ...known } = defaultCollectionPolicy
  const asked = { ...known, trashRetentionHours: 5 }
  expect(await setPolicy(world, asked, ada)).toEqual(saved)
  expect(await getPolicy(world)).toEqual(saved)
  const details = (await world.recorded()).map(({ detail }) => detail)
  expect(new Set(details)).toEqual(
    new Set(['acceptSparseIndexes: false → true', 'trashRetentionHours: 0 → 5']),
  )
})

test.each(pushModes)('pushes can meet a collection in mode %s', async (whileCollecting) => {
  const world = createTestWorld()
  const wanted = { ...defaultCollectionPolicy, whileCollecting }
  expect(await setPolicy(world, wanted, ada)).toEqual(wanted)
  expect(await getPolicy(world)).toEqual(wanted)
})

test.each<[string, unknown, object]>([
  [
    'nothing is missing',
    { ...defaultCollectionPolicy, trashRetentionHours: 5 },
    { trashRetentionHours: 5 },
  ],
  ['an earlier version knew less', { trashRetentionHours: 5 }, { trashRetentionHours: 5 }],
  ['a later one knew more', { trashRetentionHours: 5, mood: 'good' }, { trashRetentionHours: 5 }],
  ['a period is a word', { trashRetentionHours: '5' }, { trashRetentionHours: 8760 }],
  ['a period is null', { trashRetentionHours: null }, { trashRetentionHours: 8760 }],
  ['a period is too long', { untaggedMinimumAgeHours: 1e9 }, { untaggedMinimumAgeHours: 8760 }],
  ['a period is negative', { untaggedMinimumAgeHours: -1 }, { untaggedMinimumAgeHours: 8760 }],
  ['the limit is a word', { timeLimitMinutes: 'long' }, { timeLimitMinutes: null }],
  ['untagged images are a word', { collectUntagged: 'false' }, { collectUntagged: false }],
  ['sparse indexes are a word', { acceptSparseIndexes: 'true' }, { acceptSparseIndexes: false }],
  ['sparse indexes are accepted', { acceptSparseIndexes: true }, { acceptSparseIndexes: true }],
  ['there is no such mode', { whileCollecting: 'panic' }, { whileCollecting: 'reject-pushes' }],
  ['it is a list', [], { trashRetentionHours: 8760, untaggedMinimumAgeHours: 8760 }],
  ['it is no JSON', undefined, { trashRetentionHours: 8760, untaggedMinimumAgeHours: 8760 }],
])(
  'a stored policy is completed, and its invalid values keep the most: %s',
  async (_, stored, changes) => {
    const world = createTestWorld()
    const settings = { ...world.settings, policy: async () => stored }
    expect(await getPolicy({ state: { settings } })).toEqual({
      ...defaultCollectionPolicy,
      ...changes,
    })
  },
)
