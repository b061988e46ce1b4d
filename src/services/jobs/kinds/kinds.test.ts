import { expect, test } from 'vitest'
import { job } from '#testing/conformance/state/state-samples.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import { followEvents } from '../../activity/domain-events.ts'
import { createJobKinds, type JobKindDeps } from './kinds.ts'

const { state, ...world } = createTestWorld()
const never = () => new Promise<never>(() => {})
const kinds = createJobKinds({
  ...world,
  // Asked for nothing here.
  retention: { registry: {} } as JobKindDeps['retention'],
  ...followEvents(state, () => {}),
  runCollection: never,
  freeBytes: never,
  running: { look: never },
  verifyStore: never,
})

/** What a job of the first kind is told if one of the second runs. */
const told = (starting: string, running: string): string | null | undefined =>
  kinds
    .find(({ name }) => name === starting)
    ?.conflictWith({ job: job('running', { kind: running, status: 'running' }), stopping: false })

test.each([
  ['collection', 'verification'],
  ['collection', 'toy'],
  ['dry-run', 'verification'],
  ['verification', 'dry-run'],
  ['verification', 'toy'],
  ['retention', 'collection'],
  ['collection', 'retention'],
  ['verification', 'retention'],
])('a %s starts beside a %s', (starting, running) => {
  expect(told(starting, running)).toBeNull()
})

test.each([
  ['collection', 'collection', 'a collection is running already'],
  ['collection', 'dry-run', 'a collection is running already'],
  ['dry-run', 'collection', 'a collection is running already'],
  ['dry-run', 'dry-run', 'a collection is running already'],
  ['verification', 'verification', 'a verification is running already'],
  ['retention', 'retention', 'cleaning by rule is running already'],
  ['verification', 'collection', 'it verifies every tag when it has finished'],
])('a %s does not start beside a %s', (starting, running, reason) => {
  expect(told(starting, running)).toContain(reason)
})

test('every kind has another name, and none has the name that lists all', () => {
  const names = kinds.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).not.toContain('any')
})
