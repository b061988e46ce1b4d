import type { Wait } from '#domain/time/clock.ts'
import { wholeRegistry } from '#domain/retention/scope.ts'
import { theServer } from '../../../activity/actor.ts'
import { getRetentionSettings, type RetentionSettingsDeps } from '../../../retention/settings.ts'
import type { JobTask } from '../../job-kind.ts'
import type { JobRunner } from '../../job-runner.ts'
import { retentionCodec } from './retention-codec.ts'

export interface BeforeCollectionDeps extends RetentionSettingsDeps {
  readonly jobs: Pick<JobRunner, 'startJob' | 'stopJob' | 'jobEnd'>
  readonly wait: Wait
}

/** How soon Stop of a collection is passed on. */
const lookEveryMs = 500

/**
 * Cleans by rule and waits for the end of it, if the settings say so. Whatever becomes of it, the
 * collection goes on: what rules take lies in the trash, and is not for this collection.
 */
export async function cleanBeforeCollection(
  deps: BeforeCollectionDeps,
  { signal, log }: JobTask,
): Promise<void> {
  const { jobs, wait } = deps
  if (!(await getRetentionSettings(deps)).beforeCollections) return
  const request = { scope: wholeRegistry, previewID: null }
  const start = { trigger: 'schedule', actor: theServer } as const
  const started = await jobs.startJob(retentionCodec.name, request, start)
  if (!started.ok) {
    log('warn', `not cleaned by rule before: ${started.refusal.message}`)
    return
  }
  const { id } = started.value.job
  log('info', `cleaning by rule first (job ${id})`)
  const ended = jobs.jobEnd(id).then(() => 'ended')
  while ((await Promise.race([ended, wait(lookEveryMs)])) !== 'ended') {
    if (signal.aborted) await jobs.stopJob(id, theServer)
  }
}
