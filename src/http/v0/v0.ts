import { trashCalls } from '#contract/endpoints/trash.ts'
import { Hono } from 'hono'
import { identify } from '../middleware/access.ts'
import type { Env } from '../env.ts'
import type { ApiServices } from '../services.ts'
import {
  accessTokensResource,
  accountAccessTokenResource,
  accountAccessTokensResource,
} from './accounts/access-tokens.ts'
import {
  accessResource,
  accountResource,
  accountsResource,
  anonymousAccessResource,
} from './accounts/accounts.ts'
import { activityResource } from './activity/activity.ts'
import { explainResource } from './collections/explain.ts'
import { jobLogsResource, jobResource, jobsResource } from './jobs/jobs.ts'
import { ownPasswordResource } from './accounts/own-password.ts'
import { planResource } from './collections/plan.ts'
import { policyResource } from './collections/policy.ts'
import { refuseAnnouncedBody } from './read-body.ts'
import { reclaimableResource } from './collections/reclaimable.ts'
import { repositoriesResource } from './repositories/repositories.ts'
import { mountRepositoryPaths } from './repositories/repository-routes.ts'
import { mountCalls } from './mount-calls.ts'
import { mount } from './mount-resource.ts'
import { cancelResource, adminJobsResource } from './jobs/run-jobs.ts'
import { lastSavingsResource, savingsResource } from './collections/savings.ts'
import { schedulePreviewResource, scheduleResource } from './collections/schedule.ts'
import { searchResource } from './repositories/search.ts'
import { sessionResource } from './accounts/session.ts'
import { samplesResource, setupResource } from './setup.ts'
import { trashEntryHandlers } from './trash/trash-entries.ts'
import { trashHandlers } from './trash/trash.ts'
import { verificationResource } from './collections/verification.ts'

/** The API for the dashboard and scripts; mount it at `/api/v0`. */
export function createV0(services: ApiServices): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (context, next) => {
    await next()
    // What one account may see must not be cached for the next one at the same computer.
    context.header('Cache-Control', 'no-store')
  })
  app.use(async (context, next) => {
    refuseAnnouncedBody(context)
    await next()
  })
  app.use(identify(services))

  mount(app, '/session', sessionResource(services))
  mount(app, '/session/password', ownPasswordResource(services))
  mount(app, '/setup', setupResource(services))
  mount(app, '/setup/samples', samplesResource(services))

  mount(app, '/search', searchResource(services))
  mount(app, '/repositories', repositoriesResource(services))
  mountRepositoryPaths(app, services)
  mountCalls(app, trashCalls, { ...trashHandlers(services), ...trashEntryHandlers(services) })

  mount(app, '/admin/jobs', adminJobsResource(services))
  mount(app, '/jobs', jobsResource(services))
  mount(app, '/jobs/:id', jobResource(services))
  mount(app, '/jobs/:id/logs', jobLogsResource(services))
  mount(app, '/jobs/:id/cancel', cancelResource(services))

  const settings = '/admin/settings/registry/garbageCollection'
  mount(app, `${settings}/schedule`, scheduleResource(services))
  mount(app, `${settings}/schedule/preview`, schedulePreviewResource(services))
  mount(app, `${settings}/lastSavings`, lastSavingsResource(services))
  mount(app, '/garbage-collection/reclaimable', reclaimableResource(services))
  mount(app, '/garbage-collection/plan/:id', planResource(services))
  mount(app, '/garbage-collection/savings', savingsResource(services))
  mount(app, '/garbage-collection/explain/:digest', explainResource(services))
  mount(app, '/garbage-collection/verification', verificationResource(services))
  mount(app, '/garbage-collection/policy', policyResource(services))
  mount(app, '/accounts', accountsResource(services))
  mount(app, '/accounts/:name', accountResource(services))
  mount(app, '/accounts/:name/access', accessResource(services))
  mount(app, '/accounts/:name/accessTokens', accountAccessTokensResource(services))
  mount(app, '/accounts/:name/accessTokens/:id', accountAccessTokenResource(services))
  mount(app, '/accessTokens', accessTokensResource(services))
  mount(app, '/anonymous/access', anonymousAccessResource(services))
  mount(app, '/activity', activityResource(services))
  return app
}
