import { join } from 'node:path'
import { listAll } from '#storage/single-object.ts'
import { createApi, type Api } from '#http/app.ts'
import type { ApiServices } from '#http/services.ts'
import { recordActivity } from '#services/activity/record-activity.ts'
import { repositoriesFolder } from '#registry/layout.ts'
import { createClientSide } from './http/client-side.ts'
import { composeServer, recover } from './compose-server.ts'
import type { Configuration } from './configuration.ts'
import { buildDashboard, needsBuild } from './dashboard/dashboard-build.ts'
import { createDashboardFiles } from './dashboard/dashboard-files.ts'
import { firstAdministrator } from '#domain/access/first-administrator.ts'
import { makeFirstAdministrator } from './first-administrator.ts'
import { startHttpServer } from './http/http-server.ts'
import type { Log } from './log.ts'
import { nodeRuntime } from './node-runtime.ts'
import { openData } from './open-data.ts'
import type { OpenData } from './open-parts.ts'
import { projectFolder } from './project-folder.ts'
import { stopOnSignal } from './stop-on-signal.ts'
import { startTicker } from './ticker.ts'
import { listenError } from './startup-checks.ts'
import {
  betweenWritesMs,
  createInflightRequests,
  type InflightRequests,
} from './http/inflight-requests.ts'
import { trustsNone } from './http/trusted-proxies.ts'

/** All clients behind a proxy that is not trusted count as one. */
function sayOnce(log: Log): (address: string) => void {
  let isSaid = false
  return (address) => {
    if (isSaid) return
    isSaid = true
    log(
      'warn',
      `requests come through a proxy at ${address}, and all its clients count as one, also where wrong passwords are counted: if the proxy is yours, set JETSAM_TRUSTED_PROXIES=${address}`,
    )
  }
}

function startHttp(configuration: Configuration, api: Api, inflight: InflightRequests, log: Log) {
  const dashboard = createDashboardFiles(join(projectFolder, 'dist'))
  return startHttpServer({
    host: configuration.host,
    port: configuration.port,
    api: api.fetch,
    dashboard: (request) => dashboard.fetch(request),
    fail: (error) => log('error', `an answer was cut off: ${String(error)}`),
    inflight,
    pushes: createInflightRequests(nodeRuntime.clock.nowMs, betweenWritesMs),
    clientSide: createClientSide({
      publicOrigin: configuration.publicOrigin,
      trustsProxy: configuration.trustsProxy ?? trustsNone,
      untrusted: configuration.trustsProxy === null ? sayOnce(log) : () => {},
    }),
  }).catch((error: unknown) => {
    throw listenError(error, configuration)
  })
}

async function loadFirstSamples(
  services: ApiServices,
  api: Api,
  origin: string,
  log: Log,
): Promise<void> {
  if ((await services.registry.queries.repositories()).length > 0) return
  const principal = { name: firstAdministrator, isAdmin: true, grants: [] }
  const repositories = await services.loadSamples({ push: api.fetchAs(principal), origin })
  await recordActivity(
    services,
    'samples loaded',
    { name: firstAdministrator, from: null },
    { repositories },
  )
  log('info', `loaded sample images into ${repositories.length} repositories`)
}

/** A store with more tags and manifests is looked at only once somebody asks: it takes long. */
const lookedAtAhead = 500_000

/** Fills the index, and counts the tags and manifests in it. */
async function sizeOfIndex({ registry }: ApiServices): Promise<number> {
  const repositories = await registry.queries.repositories()
  return repositories.reduce(
    (sum, { tagCount, manifestCount }) => sum + tagCount + manifestCount,
    0,
  )
}

/** Runs the server until a signal stops it. Resolves once it listens. */
export async function serve(
  configuration: Configuration,
  log: Log,
  print: (line: string) => void,
): Promise<void> {
  if (await needsBuild(projectFolder)) {
    log('info', 'building the dashboard')
    await buildDashboard(projectFolder)
  }
  const data = await openData(configuration, log)
  try {
    await serveData(configuration, data, log, print)
  } catch (error) {
    // No crash: the lease of a bucket would outlive it. The first error says why it did not start.
    await data.close().catch(() => {})
    throw error
  }
}

async function serveData(
  configuration: Configuration,
  data: OpenData,
  log: Log,
  print: (line: string) => void,
): Promise<void> {
  const inflight = createInflightRequests(nodeRuntime.clock.nowMs)
  const services = composeServer(configuration, data, inflight, log)
  const api = createApi(services)

  const where = configuration.bucket?.name ?? configuration.storageFolder
  log('info', `images in ${where}, in Distribution's format (docker/registry/v2)`)
  const topFolders = `${repositoriesFolder}/` as const
  const hasImages = (await listAll(data.stores.objects, topFolders, { delimiter: '/' })).length > 0
  if (!data.hadState && hasImages) {
    log(
      'warn',
      `there is no state: accounts, settings, the schedule and the history begin again. The images in ${where}, and its trash, are as they were; restore a backup of ${data.stateName} if there should be one`,
    )
  }
  await recover(services, data.coordination, log)
  const indexed = sizeOfIndex(services).catch(() => Infinity)
  await makeFirstAdministrator(services, configuration, print)

  const http = await startHttp(configuration, api, inflight, log)
  if (configuration.loadSamples) await loadFirstSamples(services, api, http.origin, log)
  // Only then, for it reads as much again. A request that needs either reports a failure.
  void indexed.then((size) => size <= lookedAtAhead && services.lookAhead())
  const ticker = startTicker(services, log)

  stopOnSignal(async () => {
    ticker.stop()
    await Promise.all([http.close(configuration.drainMs), services.jobs.shutdown()])
    // Where it fails, the next start knows that some are missing.
    await services.pullRecorder
      .end()
      .catch((error: unknown) => log('warn', `the last pulls are not recorded: ${String(error)}`))
    await data.close()
  }, log)
  // Last: the reader of this line may stop the server at once.
  log('info', `listening on ${http.origin}`)
}
