import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { openTestRegistry, repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { expect, test } from 'vitest'
import { addTag } from './deletion.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })

test('setting a tag again never moves one that is being pushed at the same time', async () => {
  const world = createTestWorld()
  const registry = openTestRegistry({ clock: world.clock })
  const gate = createMemoryPushGate({ clock: world.clock, wait: () => Promise.resolve() })
  const deps = { ...world, registry, gate, reportFailure: () => {} }
  for (const image of [one, two]) await registry.push('team/app', image)
  const tag = tagName('1.0')
  const [, added] = await Promise.all([
    registry.manifests.putManifest(app, tag, two),
    addTag(deps, {
      repository: app,
      tag,
      digest: one.digest,
      actor: { name: 'ada', from: '192.0.2.7' },
    }),
  ])
  expect(added).toMatchObject({ refusal: { code: 'TAG_EXISTS', digest: two.digest } })
  expect((await registry.catalog.tag(app, tag))?.digest).toBe(two.digest)
})
