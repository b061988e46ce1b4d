import { accessTokenCalls } from '#contract/endpoints/access-tokens.ts'
import { accountCalls } from '#contract/endpoints/accounts.ts'
import { activityCalls } from '#contract/endpoints/activity.ts'
import type { AllCalls } from '#contract/endpoints/all-calls.ts'
import type { Calls } from '#contract/endpoints/call.ts'
import { deletionCalls } from '#contract/endpoints/deletion.ts'
import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import { jobCalls } from '#contract/endpoints/jobs.ts'
import { layerMapCalls } from '#contract/endpoints/layer-map.ts'
import { policyCalls } from '#contract/endpoints/policy.ts'
import { repositoryCalls, repositoryListCalls } from '#contract/endpoints/repositories.ts'
import { searchCalls } from '#contract/endpoints/search.ts'
import { sessionCalls } from '#contract/endpoints/session.ts'
import { setupCalls } from '#contract/endpoints/setup.ts'
import { tagCalls } from '#contract/endpoints/tags.ts'
import { trashCalls } from '#contract/endpoints/trash.ts'
import { verificationCalls } from '#contract/endpoints/verification.ts'

export interface Area {
  readonly name: string
  readonly calls: Calls
}

/** Every call of `/api/v0`, in the order in which a person reads about them. */
export const areas = [
  { name: 'Repositories', calls: { ...repositoryListCalls, ...repositoryCalls, ...searchCalls } },
  { name: 'Images', calls: { ...tagCalls, ...deletionCalls, ...layerMapCalls } },
  { name: 'Trash', calls: trashCalls },
  { name: 'Garbage collection', calls: { ...collectionCalls, ...policyCalls } },
  { name: 'Jobs', calls: { ...jobCalls, ...verificationCalls } },
  { name: 'Activity', calls: activityCalls },
  { name: 'Accounts', calls: accountCalls },
  { name: 'Access tokens', calls: accessTokenCalls },
  { name: 'Session', calls: sessionCalls },
  { name: 'Server', calls: setupCalls },
] as const satisfies readonly Area[]

/** All of them by name; one that the type of all calls lacks is found by a test. */
export const allCalls: AllCalls = Object.assign({}, ...areas.map(({ calls }) => calls))
