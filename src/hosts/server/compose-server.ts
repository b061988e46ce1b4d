import { createDigester } from '#adapters/crypto-node/digester.ts'
import { createScryptPasswordHasher } from '#adapters/crypto-node/password-hasher.ts'
import { createMemoryCoordination } from '#adapters/memory/coordination/memory-coordination.ts'
import type { OpenCoordination } from '#adapters/postgres/coordination/open-coordination.ts'
import { composeServices, type ComposedServices } from '#hosts/compose.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import type { ServersReach } from '#http/metrics/dependency-metrics.ts'
import type { ApiServices } from '#http/services.ts'
import type { Recovery } from '#registry/trash/trash.ts'
import { recoverTrash } from '#services/images/recover-trash.ts'
import { loadSamples } from '#services/samples/load-samples.ts'
import type { ObjectStore } from '#storage/object-store.ts'
import type { Configuration } from './configuration.ts'
import { freeBytesAt } from './free-bytes.ts'
import type { InflightRequests } from './http/inflight-requests.ts'
import type { Log } from './log.ts'
import { logRequests } from './log-requests.ts'
import { nodeRuntime } from './node-runtime.ts'
import type { OpenData } from './open-parts.ts'
import { runningFileOf } from './running-file.ts'
import { createAdaptiveReader } from './threads/adaptive-repository-reader.ts'
import { createReadingPool } from './threads/reading-pool.ts'
import { manifestCache, version } from './version.ts'

function sayRecovered({ deleted, restored }: Recovery, log: Log): void {
  if (deleted.length > 0) log('warn', `finished ${deleted.length} interrupted deletions`)
  if (restored.length > 0) log('warn', `finished ${restored.length} interrupted restores`)
}

/** What a server had begun that is gone may be closed for half an hour: no start waits for that. */
async function recoverAlone(
  services: ApiServices,
  log: Log,
  finishLater: () => void,
): Promise<void> {
  try {
    sayRecovered(await recoverTrash(services), log)
  } catch (error) {
    if (!(error instanceof AgreementError) || error.code !== 'LOCKED') throw error
    finishLater()
  }
}

/**
 * Finishes what a crash interrupted, before anything else may write. What other servers are doing is
 * theirs: of one that the others have counted out, its locks tell what it left.
 */
export async function recover(
  services: ApiServices,
  coordination: OpenData['coordination'],
  log: Log,
): Promise<void> {
  // No act waits for it: each finishes first what is left in its repository, and is told of it by
  // the lock. What a server sent that is gone may keep a tag closed for a quarter of an hour.
  const finishBesideOthers = (): void => {
    services.registry.trash.recover('beside others').then(
      (recovered) => sayRecovered(recovered, log),
      (error: unknown) =>
        services.reportFailure(error, 'what a server had begun that is gone is finished later'),
    )
  }
  coordination?.whenGone((name) => {
    log('warn', `${name} has ended, or was silent for too long: it is no longer one of the servers`)
    finishBesideOthers()
  })
  const isBesideOthers = coordination !== null && coordination.reach().servers > 1
  if (isBesideOthers) finishBesideOthers()
  else await recoverAlone(services, log, finishBesideOthers)
  await services.pullRecorder.begin()
  if (isBesideOthers) return
  const closed = await services.jobs.closeInterrupted()
  if (closed > 0) log('warn', `closed ${closed} jobs that were running when the server died`)
}

/** Threads read many small files faster, and the disk says how much fits. */
function waysToRead(root: string, objects: ObjectStore) {
  const { openStoreScanner } = createReadingPool({ root, lowPriority: true })
  return {
    openStoreScanner,
    openLaterScanner: openStoreScanner,
    openRepositoryReader: createAdaptiveReader(
      objects,
      createReadingPool({ root }).openRepositoryReader,
    ),
    freeBytes: () => freeBytesAt(root),
  }
}

function serversReachOf({ reach }: Pick<OpenCoordination, 'reach'>): ServersReach {
  const { servers, isCurrent } = reach()
  return { servers, isCurrent }
}

export function composeServer(
  configuration: Configuration,
  { reserves, state, stores, database, bucket, coordination }: OpenData,
  inflight: InflightRequests,
  log: Log,
): ComposedServices {
  return composeServices({
    ...nodeRuntime,
    isBusy: inflight.isBusy,
    ...stores,
    state,
    ...database,
    coordination: coordination ?? createMemoryCoordination(nodeRuntime),
    isShared: coordination !== null,
    ...(coordination && {
      feed: coordination.feed,
      serversReach: () => serversReachOf(coordination),
    }),
    createDigester,
    ...manifestCache(true, bucket !== null),
    ...(bucket ?? waysToRead(configuration.storageFolder, stores.objects)),
    ...runningFileOf(configuration),
    hasher: createScryptPasswordHasher(),
    reserveOf: (disk) => reserves[disk]?.state() ?? 'none',
    log: (level, message) => log(level === 'debug' ? 'info' : level, message),
    // For log collectors; at a terminal these lines would hide everything else.
    ...(configuration.logFormat === 'json' ? { logRequest: logRequests(log) } : {}),
    loadSamples,
    host: {
      kind: 'server',
      version,
      registryHost: null,
      corsOrigins: configuration.corsOrigins,
    },
  })
}
