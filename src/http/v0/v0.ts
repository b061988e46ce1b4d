import { accessTokenCalls } from '#contract/endpoints/access-tokens.ts'
import { accountCalls } from '#contract/endpoints/accounts.ts'
import { activityCalls } from '#contract/endpoints/activity.ts'
import { collectionCalls } from '#contract/endpoints/garbage-collection.ts'
import { jobCalls } from '#contract/endpoints/jobs.ts'
import { policyCalls } from '#contract/endpoints/policy.ts'
import { repositoryListCalls } from '#contract/endpoints/repositories.ts'
import { retentionCalls } from '#contract/endpoints/retention.ts'
import { searchCalls } from '#contract/endpoints/search.ts'
import { sessionCalls } from '#contract/endpoints/session.ts'
import { setupCalls } from '#contract/endpoints/setup.ts'
import { largestImageCalls } from '#contract/endpoints/largest-images.ts'
import { trashCalls } from '#contract/endpoints/trash.ts'
import { verificationCalls } from '#contract/endpoints/verification.ts'
import { Hono } from 'hono'
import { besideServers } from '../middleware/beside-servers.ts'
import { identify } from '../middleware/access.ts'
import type { Env } from '../request-context.ts'
import type { ApiServices } from '../services.ts'
import { accessTokenHandlers } from './accounts/access-tokens.ts'
import { accountHandlers } from './accounts/accounts.ts'
import { activityHandlers } from './activity/activity.ts'
import { explanationHandlers } from './garbage-collection/explain.ts'
import { jobLogHandlers, jobHandlers, jobsHandlers } from './jobs/jobs.ts'
import { documentHandlers } from './openapi/openapi.ts'
import { ownPasswordHandlers } from './accounts/own-password.ts'
import { retentionPolicyHandlers } from './retention/policies.ts'
import { retentionPreviewHandlers } from './retention/preview.ts'
import { retentionRunHandlers } from './retention/runs.ts'
import { planHandlers } from './garbage-collection/plan.ts'
import { policyHandlers } from './garbage-collection/policy.ts'
import { recentlyDeletedHandlers } from './garbage-collection/recently-deleted.ts'
import { refuseAnnouncedBody } from './read-body.ts'
import { reclaimableHandlers } from './garbage-collection/reclaimable.ts'
import { repositoriesHandlers } from './repositories/repositories.ts'
import { mountRepositoryCalls } from './repositories/repository-routes.ts'
import { mountCalls } from './mount-calls.ts'
import { jobCancelHandlers, jobStartHandlers } from './jobs/run-jobs.ts'
import { lastSavingsHandlers, savingsHandlers } from './garbage-collection/savings.ts'
import { schedulePreviewHandlers, scheduleHandlers } from './garbage-collection/schedule.ts'
import { storageHandlers } from './garbage-collection/storage.ts'
import { searchHandlers } from './repositories/search.ts'
import { sessionHandlers } from './accounts/session.ts'
import { setupHandlers } from './setup.ts'
import { trashEntryHandlers } from './trash/trash-entries.ts'
import { runningCalls } from '#contract/endpoints/running.ts'
import { runningHandlers } from './retention/running.ts'
import { largestImagesHandlers } from './images/largest-images.ts'
import { trashHandlers } from './trash/trash.ts'
import { verificationHandlers } from './garbage-collection/verification.ts'
import { wholenessHandlers } from './garbage-collection/wholeness.ts'

/** The API for the dashboard and scripts; mount it at `/api/v0`. */
export function createV0(services: ApiServices): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    await next()
    // What one account may see must not be cached for the next one at the same computer.
    context.header('Cache-Control', 'no-store')
  })
  app.use(async (context, next) => {
    refuseAnnouncedBody(context, context.req.path.startsWith('/api/v0/running/'))
    await next()
  })
  app.use(identify(services))
  app.use(besideServers(services))

  mountCalls(app, sessionCalls, { ...sessionHandlers(services), ...ownPasswordHandlers(services) })
  mountCalls(app, setupCalls, { ...setupHandlers(services), ...documentHandlers() })
  mountCalls(app, accountCalls, accountHandlers(services))
  mountCalls(app, accessTokenCalls, accessTokenHandlers(services))
  mountCalls(app, activityCalls, activityHandlers(services))

  mountCalls(app, searchCalls, searchHandlers(services))
  mountCalls(app, repositoryListCalls, repositoriesHandlers(services))
  mountCalls(app, largestImageCalls, largestImagesHandlers(services))
  mountRepositoryCalls(app, services)
  mountCalls(app, trashCalls, { ...trashHandlers(services), ...trashEntryHandlers(services) })

  mountCalls(app, jobCalls, {
    ...jobStartHandlers(services),
    ...jobsHandlers(services),
    ...jobHandlers(services),
    ...jobLogHandlers(services),
    ...jobCancelHandlers(services),
  })
  mountCalls(app, policyCalls, policyHandlers(services))
  mountCalls(app, runningCalls, runningHandlers(services))
  mountCalls(app, retentionCalls, {
    ...retentionPolicyHandlers(services),
    ...retentionPreviewHandlers(services),
    ...retentionRunHandlers(services),
  })
  mountCalls(app, verificationCalls, verificationHandlers(services))
  mountCalls(app, collectionCalls, {
    ...scheduleHandlers(services),
    ...schedulePreviewHandlers(services),
    ...lastSavingsHandlers(services),
    ...reclaimableHandlers(services),
    ...storageHandlers(services),
    ...recentlyDeletedHandlers(services),
    ...planHandlers(services),
    ...savingsHandlers(services),
    ...explanationHandlers(services),
    ...wholenessHandlers(services),
  })
  return app
}
