import { repositoryLockContract } from '#testing/conformance/coordination/repository-lock.ts'
import { createMemoryRepositoryLock } from './memory-repository-lock.ts'

repositoryLockContract('in memory', async () => ({
  runLocked: createMemoryRepositoryLock(),
  afterCrash: async () => createMemoryRepositoryLock(),
}))
