import { expect, test } from 'vitest'
import type { RegistryRemover } from '#gc/ports/registry-remover.ts'
import { removeOne } from '#testing/builders/one-removal.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { recordingCollected } from './record-collected.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import type { State } from '#state/state.ts'

const one = tinyImage({ layers: ['base', 'one'] })

const item = (step: 'trash-claim' | 'trash-entry', name: string) =>
  ({
    step,
    cause: 'deleted image',
    repository: 'team/app',
    digest: null,
    name,
    isManifest: false,
    sizeBytes: 0,
  }) as const

async function claimed() {
  const world = createTestWorld()
  const registry = openTestRegistry({ clock: world.clock })
  await registry.push('team/app', one, '1')
  const id = await registry.trashed('team/app', '1')
  const { trash } = registry
  const nowMs = world.clock.nowMs()
  const reported: string[] = []
  const reportFailure = (_: unknown, what: string) => void reported.push(what)
  const recording = (remover: RegistryRemover, record = world.activity.record) => {
    const state: State = {
      ...world.state,
      activity: { ...world.activity, record },
      transaction: (act) => act(state),
    }
    const { removeRepository } = registry
    const deps = { ...world, state, trash, removeRepository, reportFailure }
    return recordingCollected(remover, deps)
  }
  const take = (by: RegistryRemover) => removeOne(by, item('trash-entry', id), nowMs)
  return { world, registry, id, nowMs, reported, recording, take }
}

test('a collected image is recorded once, also if the process dies in between', async () => {
  const { world, registry, id, nowMs, recording, take } = await claimed()
  const { remover } = registry
  const dying: RegistryRemover = { removeBatch: () => Promise.reject(new Error('killed')) }
  // Not collected yet: nothing to record.
  expect(await take(recording(remover))).toEqual({ kind: 'in use' })
  expect(await world.recorded()).toEqual([])
  await removeOne(recording(remover), item('trash-claim', id), nowMs)
  await expect(take(recording(dying))).rejects.toThrow('killed')
  expect(await take(recording(remover))).toMatchObject({ kind: 'removed' })
  expect(await take(recording(remover))).toMatchObject({ kind: 'absent' })
  expect(await world.recorded()).toMatchObject([
    { kind: 'image collected', subject: one.digest, repository: 'team/app' },
  ])
})

test('an image that cannot be recorded keeps its entry until it can', async () => {
  const { world, registry, id, nowMs, reported, recording, take } = await claimed()
  await removeOne(registry.remover, item('trash-claim', id), nowMs)
  const failing = () => Promise.reject(new Error('no state'))
  expect(await take(recording(registry.remover, failing))).toEqual({ kind: 'in use' })
  expect(reported).toEqual(['a collected image cannot be recorded: its trash entry stays for now'])
  expect(await registry.trash.get(id)).toMatchObject({ state: 'claimed' })
  expect(await take(recording(registry.remover))).toMatchObject({ kind: 'removed' })
  expect(await world.recorded()).toHaveLength(1)
})
