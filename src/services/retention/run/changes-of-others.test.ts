import { expect, test } from 'vitest'
import { createRegistryChanges } from '#registry/registry-change.ts'
import { repositoryName } from '#testing/builders/test-registry.ts'
import { watchOthers } from './changes-of-others.ts'

const app = repositoryName('team/app')

test('what another server told is known as soon as it is asked', async () => {
  const changes = createRegistryChanges()
  let untold = false
  const others = watchOthers(changes.subscribe, async () => {
    if (untold) changes.emit({ repository: app, tags: [], manifests: [] })
    untold = false
  })
  expect(await others.hasChanged(app)).toBe(false)
  untold = true
  expect(await others.hasChanged(app)).toBe(true)
})

test('what cannot be told is no reason to go on', async () => {
  const others = watchOthers(createRegistryChanges().subscribe, () =>
    Promise.reject(new Error('the database does not answer')),
  )
  await expect(others.hasChanged(app)).rejects.toThrow('does not answer')
})
