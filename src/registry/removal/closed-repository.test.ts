import { expect, it } from 'vitest'
import { createMemoryRepositoryLock } from '#adapters/memory/coordination/memory-repository-lock.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import { aTask } from '#testing/builders/a-task.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'

const one = tinyImage({ layers: ['one'] })

/** Of `team/app`. */
const planned = (
  step: PlannedRemoval['step'],
  more: Partial<PlannedRemoval> = {},
): PlannedRemoval => ({
  step,
  cause: 'deleted image',
  repository: 'team/app',
  digest: step === 'layer-link' ? contentOf('one').digest : one.digest,
  name: 'latest',
  isManifest: false,
  sizeBytes: 0,
  ...more,
})

it.each(['tag-history', 'revision', 'layer-link', 'upload'] as const)(
  'a repository that takes no changes keeps what it has, and the outcome says why: %s',
  async (step) => {
    const message = 'team/app takes no changes until 22:31 UTC'
    const registry = openTestRegistry({
      runLocked: () => Promise.reject(new AgreementError('LOCKED', message)),
    })
    expect(await registry.remover.removeBatch([planned(step)], 0)).toEqual([
      { kind: 'closed', reason: message },
    ])
  },
)

it.each(['trash-claim', 'trash-entry'] as const)('so does the trash: %s', async (step) => {
  let isClosed = false
  const lock = createMemoryRepositoryLock({ wait: aTask })
  const registry = openTestRegistry({
    runLocked: (...words) =>
      isClosed ? Promise.reject(new AgreementError('LOCKED', 'closed')) : lock(...words),
  })
  await registry.push('team/app', one, '1')
  const id = await registry.trashed('team/app', '1')
  isClosed = true
  const entry = planned(step, { name: id })
  expect(await registry.remover.removeBatch([entry], 0)).toEqual([
    { kind: 'closed', reason: 'closed' },
  ])
  expect(await registry.trash.get(id)).not.toBeNull()
})

it('a repository that is being changed is waited for until that is given up', async () => {
  const registry = openTestRegistry({ runLocked: createMemoryRepositoryLock({ wait: aTask }) })
  await registry.push('team/app', one, '1')
  let end = () => {}
  const held = new Promise<void>((resolve) => (end = resolve))
  const holding = registry.removeRepository(repositoryName('team/app'), () => held)
  let isGivenUp = false
  const waits = registry.remover.removeBatch([planned('revision')], 0, () => isGivenUp)
  await aTask()
  isGivenUp = true
  expect(await waits).toEqual([{ kind: 'not tried' }])
  end()
  await holding
})
