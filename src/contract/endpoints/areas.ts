import { accessTokenCalls } from './access-tokens.ts'
import { accountCalls } from './accounts.ts'
import { activityCalls } from './activity.ts'
import type { Calls } from './call.ts'
import { deletionCalls } from './deletion.ts'
import { collectionCalls } from './garbage-collection.ts'
import { jobCalls } from './jobs.ts'
import { largestImageCalls } from './largest-images.ts'
import { layerMapCalls } from './layer-map.ts'
import { policyCalls } from './policy.ts'
import { pruningCalls } from './pruning.ts'
import { repositoryCalls, repositoryListCalls } from './repositories.ts'
import { retentionCalls } from './retention.ts'
import { runningCalls } from './running.ts'
import { searchCalls } from './search.ts'
import { sessionCalls } from './session.ts'
import { setupCalls } from './setup.ts'
import { tagCalls } from './tags.ts'
import { trashCalls } from './trash.ts'
import { untaggedCalls } from './untagged.ts'
import { verificationCalls } from './verification.ts'

export interface Area {
  readonly name: string
  readonly calls: Calls
}

/** Every call of `/api/v0`, in the order in which a person reads about them. */
export const areas = [
  { name: 'Repositories', calls: { ...repositoryListCalls, ...repositoryCalls, ...searchCalls } },
  {
    name: 'Images',
    calls: {
      ...tagCalls,
      ...untaggedCalls,
      ...deletionCalls,
      ...layerMapCalls,
      ...largestImageCalls,
    },
  },
  { name: 'Trash', calls: trashCalls },
  { name: 'Garbage collection', calls: { ...collectionCalls, ...policyCalls } },
  { name: 'Retention', calls: { ...retentionCalls, ...runningCalls, ...pruningCalls } },
  { name: 'Jobs', calls: { ...jobCalls, ...verificationCalls } },
  { name: 'Activity', calls: activityCalls },
  { name: 'Accounts', calls: accountCalls },
  { name: 'Access tokens', calls: accessTokenCalls },
  { name: 'Session', calls: sessionCalls },
  { name: 'Server', calls: setupCalls },
] as const satisfies readonly Area[]

type ValuesOf<Table> = Table extends unknown ? Table[keyof Table] : never

type AnyCall = ValuesOf<(typeof areas)[number]['calls']>

/** Every call by name. The dashboard takes the type alone: it checks calls, and carries no table. */
export type AllCalls = { readonly [Each in AnyCall as Each['endpoint']['name']]: Each }

export const allCalls: AllCalls = Object.assign({}, ...areas.map(({ calls }) => calls))
