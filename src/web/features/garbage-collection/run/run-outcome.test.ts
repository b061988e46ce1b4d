import type { Job } from '#contract/jobs/collection-jobs.ts'
import { expect, it } from 'vitest'
import { outcomeOf, startedBy } from './run-outcome.ts'
import {
  nothing,
  runningJob,
  sampleJob,
  sampleProgress,
  sampleResult,
  someAmount,
} from '../testing/samples.ts'

const half = { bytes: 1_600_000_000, layers: 100, manifests: 0 }

it.each<[name: string, job: Job, label: string, words: RegExp]>([
  ['running', runningJob(), 'running', /under way/],
  ['stopping', runningJob({ stopping: true }), 'stopping', /after the item in hand/],
  ['done', sampleJob(), 'done', /^Freed 3\.2 GB in 214 layers and 12 manifests\.$/],
  [
    'done, nothing to collect',
    sampleJob({ result: sampleResult({ planned: nothing, removed: nothing }) }),
    'nothing to collect',
    /nothing to collect/,
  ],
  [
    'stopped',
    sampleJob({
      status: 'canceled',
      result: sampleResult({ endedBy: 'stopped', removed: half, left: half }),
    }),
    'stopped early',
    /^Freed 1\.6 GB in 100 layers\. 1\.6 GB in 100 layers were left\.$/,
  ],
  [
    'stopped before it began',
    sampleJob({ status: 'canceled', result: null }),
    'stopped early',
    /before anything was deleted/,
  ],
  [
    'time limit',
    sampleJob({ result: sampleResult({ endedBy: 'time limit', removed: half, left: half }) }),
    'time limit reached',
    /Its time was up\. .* were left\.$/,
  ],
  [
    'repositories that took no changes',
    sampleJob({
      result: sampleResult({
        removed: half,
        left: half,
        leftIn: [{ repository: 'team/app', reason: 'team/app takes no changes until 22:31 UTC' }],
      }),
    }),
    'partly left',
    /were left\. 1 repository took no changes; the next run goes on there\.$/,
  ],
  [
    'some failures',
    sampleJob({ result: sampleResult({ failures: [{ subject: 'a', reason: 'busy' }] }) }),
    'partly failed',
    /1 item could not be deleted; the next run tries again/,
  ],
  [
    'failed before anything was deleted',
    sampleJob({
      status: 'errored',
      result: null,
      error: 'manifest sha256:… of team/app cannot be read',
    }),
    'failed, nothing deleted',
    /^Nothing was deleted\. Manifest sha256:… of team\/app cannot be read\.$/,
  ],
  [
    'failed, and says itself that nothing was deleted',
    sampleJob({ status: 'errored', result: null, error: 'busy; nothing was removed' }),
    'failed, nothing deleted',
    /^Busy; nothing was removed\.$/,
  ],
  [
    'killed while it marked',
    sampleJob({
      status: 'errored',
      result: null,
      progress: sampleProgress({ phase: 'marking', bytesFreed: 0 }),
      error: 'the server stopped',
    }),
    'failed, nothing deleted',
    /^Nothing was deleted\. The server stopped\.$/,
  ],
  [
    'killed while it swept',
    sampleJob({
      status: 'errored',
      result: null,
      progress: sampleProgress(),
      error: 'the server stopped',
    }),
    'failed part way',
    /^At least 1\.16 GB were freed before it failed\. The server stopped\.$/,
  ],
  [
    'failed part way',
    sampleJob({ status: 'errored', result: sampleResult({ removed: half }), error: 'disk gone' }),
    'failed part way',
    /^1\.6 GB were freed before it failed\. Disk gone\.$/,
  ],
  [
    'preview',
    sampleJob({ dryRun: true, result: sampleResult({ dryRun: true, removed: nothing }) }),
    'preview',
    /would free up to 3\.2 GB/,
  ],
])('describes a run that is %s', (_, job, label, words) => {
  const outcome = outcomeOf(job)
  expect(outcome.label).toBe(label)
  expect(outcome.sentence).toMatch(words)
})

it('does not call the run of a plan that was already freed a failure', () => {
  expect(outcomeOf(sampleJob({ result: sampleResult({ removed: someAmount }) })).tone).toBe('good')
})

it.each([
  ['schedule', null, 'schedule'],
  ['person', 'admin', 'admin'],
  ['api', 'ci', 'ci, through the API'],
] as const)('names who started a run by %s', (trigger, actor, words) => {
  expect(startedBy(sampleJob({ trigger, actor }))).toBe(words)
})
