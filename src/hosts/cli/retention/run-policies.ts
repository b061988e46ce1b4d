import { existsSync } from 'node:fs'
import { composeServer, recover } from '#hosts/server/compose-server.ts'
import type { Configuration } from '#hosts/server/configuration.ts'
import { createInflightRequests } from '#hosts/server/http/inflight-requests.ts'
import type { Log } from '#hosts/server/log.ts'
import { nodeRuntime } from '#hosts/server/node-runtime.ts'
import { openData } from '#hosts/server/open-data.ts'
import { stateFile } from '#hosts/server/paths.ts'
import { theServer } from '#services/activity/actor.ts'
import { readJob } from '#services/jobs/job-kind.ts'
import type { JobRunner } from '#services/jobs/job-runner.ts'
import {
  retentionCodec,
  type RetentionJob,
} from '#services/jobs/kinds/retention/retention-codec.ts'
import type { State } from '#state/state.ts'
import { openBucketToRead } from '../bucket-store.ts'
import type { CommandOutput } from '../collect.ts'
import type { RetentionRunCommand } from './retention-command.ts'
import { expectStore } from '../open-registry.ts'

/** How often the log is looked at, in milliseconds. */
const lookEveryMs = 500
const linesAtOnce = 1000

/** Rejects unless images and state are there: a mistyped path must not become a new, empty one. */
async function expectData(configuration: Configuration): Promise<void> {
  const { bucket, storageFolder, dataFolder, databaseURL, isOneOfSeveral } = configuration
  if (isOneOfSeveral) {
    throw new Error(
      'several servers use these images at once: let one of them run it, with {"job":"retention"} to POST /api/v0/admin/jobs',
    )
  }
  const file = stateFile(dataFolder)
  if (databaseURL === null && !existsSync(file)) {
    throw new Error(`there is no state in ${file}: say with --data where it is`)
  }
  await (bucket ? openBucketToRead(bucket) : expectStore(storageFolder))
  if (databaseURL === null) return
  const { inspectDatabase } = await import('#adapters/postgres/inspect-database.ts')
  const { whereOf } = await import('#adapters/postgres/connection-pool.ts')
  if ((await inspectDatabase(databaseURL, null)).isEmpty) {
    throw new Error(`there is no state in the database at ${whereOf(databaseURL)}`)
  }
}

/**
 * Applies the policies in force, while no server runs: the same job as a server's, with its brakes,
 * in the history and in the activity. Resolves to whether all that was to go went.
 */
export async function runPolicies(
  { scope, json }: RetentionRunCommand,
  configuration: Configuration,
  { print, complain }: Pick<CommandOutput, 'print' | 'complain'>,
): Promise<boolean> {
  await expectData(configuration)
  const log: Log = (level, message) => void (level === 'info' || complain(message))
  const data = await openData({ ...configuration, what: 'jetsam retention run' }, log)
  try {
    const inflight = createInflightRequests(nodeRuntime.clock.nowMs)
    const services = composeServer(configuration, data, inflight, log)
    await recover(services, data.coordination, log)
    const { jobs, pullRecorder, state } = services
    const request = { scope, previewID: null }
    const start = { trigger: 'api', actor: theServer } as const
    const started = await jobs.startJob(retentionCodec.name, request, start)
    if (!started.ok) throw new Error(started.refusal.message)
    const { id } = started.value.job
    const stop = () => void jobs.stopJob(id, theServer)
    for (const asked of ['SIGINT', 'SIGTERM']) process.once(asked, stop)
    await follow(jobs, state, id, json ? () => {} : print)
    await jobs.shutdown()
    await pullRecorder.end()
    const job = await state.jobs.find(id)
    return job !== null && tellEnd(readJob(retentionCodec, job), json, { print, complain })
  } finally {
    await data.close()
  }
}

/** Prints the log of a job until it has ended. */
async function follow(
  jobs: JobRunner,
  state: State,
  jobID: string,
  print: CommandOutput['print'],
): Promise<void> {
  let printed = 0
  const ended = jobs.jobEnd(jobID).then(() => 'ended')
  for (let isOver = false; !isOver;) {
    isOver = (await Promise.race([ended, nodeRuntime.wait(lookEveryMs)])) === 'ended'
    let lines
    do {
      lines = await state.jobs.log(jobID, printed, linesAtOnce)
      for (const { level, data } of lines) if (level !== 'debug') print(data)
      printed += lines.length
    } while (lines.length === linesAtOnce)
  }
}

function tellEnd(
  { id, status, error, result }: RetentionJob,
  json: boolean,
  { print, complain }: Pick<CommandOutput, 'print' | 'complain'>,
): boolean {
  const { failed = 0, waiting = 0, left = 0, leftOut = [] } = result ?? {}
  if (json) print(JSON.stringify({ jobID: id, status, error, result }))
  if (waiting > 0) {
    complain(
      `${waiting} wait for the approval of an administrator: with a server, look at a preview of it and approve that (POST /api/v0/retention/approve)`,
    )
  }
  if (status !== 'done') complain(error ?? 'it was stopped before its end')
  return status === 'done' && failed + waiting + left + leftOut.length === 0
}
