import { setupCalls } from '#contract/endpoints/setup.ts'
import type { SamplesLoaded, Setup } from '#contract/setup.ts'
import { recordActivity } from '#services/activity/record-activity.ts'
import { isCollecting } from '#services/jobs/kinds/collection/start-collection.ts'
import { actorOf } from '../request-context.ts'
import { ApiError } from '../errors.ts'
import { publicOriginOf } from '../public-origin.ts'
import type { ApiServices } from '../services.ts'
import { readOptionalBody } from './read-body.ts'
import type { Handlers } from './mount-calls.ts'

const isEmpty = async ({ registry }: ApiServices): Promise<boolean> =>
  (await registry.queries.repositories()).length === 0

export const setupHandlers = (services: ApiServices) =>
  ({
    getSetup: async (context) => {
      const { version, registryHost, kind } = services.host
      const body: Setup = {
        version,
        registryHost: registryHost ?? new URL(publicOriginOf(context)).host,
        isEmpty: await isEmpty(services),
        host: kind,
      }
      return context.json(body)
    },
    /** Sample images, pushed as by a client: only into a store without any images. */
    loadSamples: async (context) => {
      await readOptionalBody(context, setupCalls.loadSamples.body)
      if (!(await isEmpty(services))) {
        throw new ApiError(
          'REGISTRY_NOT_EMPTY',
          'sample images are only loaded into an empty registry, and this one holds images',
        )
      }
      if (isCollecting(services.collections)) {
        throw new ApiError(
          'COLLECTION_RUNNING',
          'garbage collection is running; load the samples when it has finished',
        )
      }
      const repositories = await services.loadSamples({
        push: context.var.localFetch,
        origin: new URL(context.req.url).origin,
      })
      await recordActivity(services, 'samples loaded', actorOf(context), { repositories })
      const body: SamplesLoaded = { repositories: [...repositories] }
      return context.json(body)
    },
  }) satisfies Partial<Handlers<typeof setupCalls>>
