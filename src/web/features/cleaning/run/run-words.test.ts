import { expect, test } from 'vitest'
import { runningRun, sampleResult, sampleRun } from '../testing/samples.ts'
import { outcomeOf } from './run-words.ts'

test.each([
  ['running', runningRun(), 'It is under way.'],
  ['stopping', runningRun({ stopping: true }), 'It stops after the image in hand.'],
  ['done', sampleRun(), '2 tags went to the trash; a collection can free 2.4 MB then.'],
  [
    'nothing to remove',
    sampleRun({ result: sampleResult({ planned: 0, removed: 0, bytes: 0 }) }),
    'Nothing was removed.',
  ],
  [
    'partly failed',
    sampleRun({ result: sampleResult({ planned: 4, failed: 1, skipped: 1 }) }),
    '2 tags went to the trash; a collection can free 2.4 MB then. 1 skipped, because something had changed, 1 failed.',
  ],
  [
    'waits for approval',
    sampleRun({ result: sampleResult({ removed: 0, bytes: 0, waiting: 2 }) }),
    'Nothing was removed. 2 wait for approval.',
  ],
  [
    'done, some wait',
    sampleRun({ result: sampleResult({ planned: 3, waiting: 1 }) }),
    '2 tags went to the trash; a collection can free 2.4 MB then. 1 waits for approval.',
  ],
  [
    'stopped early',
    sampleRun({ status: 'canceled', result: sampleResult({ left: 5, endedBy: 'stopped' }) }),
    '2 tags went to the trash; a collection can free 2.4 MB then. 5 left for the next run.',
  ],
  [
    'stopped early',
    sampleRun({ status: 'canceled', result: null }),
    'It was stopped before anything was removed.',
  ],
  [
    'failed',
    sampleRun({ status: 'errored', result: null, error: 'the disk is full' }),
    'Nothing was removed. The disk is full.',
  ],
  [
    'failed part way',
    sampleRun({ status: 'errored', error: 'the disk is full' }),
    '2 tags went to the trash; a collection can free 2.4 MB then. The disk is full.',
  ],
  ['done', sampleRun({ result: null }), 'Only administrators are told the result.'],
])('%s', (label, job, sentence) => {
  expect(outcomeOf(job)).toMatchObject({ label, sentence })
})
