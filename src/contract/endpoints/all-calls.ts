import type { accessTokenCalls } from './access-tokens.ts'
import type { accountCalls } from './accounts.ts'
import type { activityCalls } from './activity.ts'
import type { deletionCalls } from './deletion.ts'
import type { collectionCalls } from './garbage-collection.ts'
import type { layerMapCalls } from './layer-map.ts'
import type { jobCalls } from './jobs.ts'
import type { policyCalls } from './policy.ts'
import type { repositoryCalls, repositoryListCalls } from './repositories.ts'
import type { searchCalls } from './search.ts'
import type { sessionCalls } from './session.ts'
import type { setupCalls } from './setup.ts'
import type { tagCalls } from './tags.ts'
import type { trashCalls } from './trash.ts'
import type { verificationCalls } from './verification.ts'

/** Every call by name, as a type alone: a client is checked by it, and carries none of it. */
export type AllCalls = typeof sessionCalls &
  typeof setupCalls &
  typeof searchCalls &
  typeof repositoryListCalls &
  typeof repositoryCalls &
  typeof tagCalls &
  typeof deletionCalls &
  typeof layerMapCalls &
  typeof trashCalls &
  typeof jobCalls &
  typeof collectionCalls &
  typeof policyCalls &
  typeof verificationCalls &
  typeof accountCalls &
  typeof accessTokenCalls &
  typeof activityCalls
