import { aTask } from '#testing/builders/a-task.ts'
import { repositoryLockContract } from '#testing/conformance/coordination/repository-lock.ts'
import { createMemoryRepositoryLock } from './memory-repository-lock.ts'

repositoryLockContract('in memory', async () => ({
  runLocked: createMemoryRepositoryLock({ wait: aTask }),
  afterCrash: async () => createMemoryRepositoryLock({ wait: aTask }),
}))
