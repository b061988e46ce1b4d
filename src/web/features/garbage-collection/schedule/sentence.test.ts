import type { WireSchedule } from '#contract/jobs/garbage-collection.ts'
import { expect, it } from 'vitest'
import { samplePolicy } from '../testing/samples.ts'
import { sentenceOf } from './sentence.ts'

const scheduled = (text: string, description = 'At some time'): WireSchedule => {
  const [hour = '*', dayOfMonth = '*', month = '*', dayOfWeek = '*'] = text.split(' ')
  return {
    schedule: text,
    fields: { hour, dayOfMonth, month, dayOfWeek },
    description,
    nextRuns: ['2026-12-05T01:00:00.000Z'],
    missed: null,
  }
}
const never: WireSchedule = {
  schedule: null,
  fields: null,
  description: null,
  nextRuns: [],
  missed: null,
}
const policy = {
  ...samplePolicy,
  timeLimitMinutes: null,
  whileCollecting: 'hold-pushes',
  trashRetentionHours: 168,
  collectUntagged: true,
  untaggedMinimumAgeHours: 24,
} as const
const words = (...of: Parameters<typeof sentenceOf>): string =>
  sentenceOf(...of)
    .map((fact) => fact.join(''))
    .join(' · ')
    .replace(/ \(\d\d:\d\d here\)/, '')

it.each([
  [scheduled('1 * * 6'), 'Every Saturday at 01:00 UTC'],
  [scheduled('3 * * 0'), 'Every Sunday at 03:00 UTC'],
  [scheduled('3 * * 7'), 'Every Sunday at 03:00 UTC'],
  [scheduled('0 * * *'), 'Every day at 00:00 UTC'],
  [scheduled('*/6 * * *', 'Every 6 hours'), 'Every 6 hours, UTC'],
  [
    scheduled('1 * * 1-5', 'At 01:00, Monday through Friday'),
    'At 01:00, Monday through Friday, UTC',
  ],
  [never, 'No schedule: runs start only by hand'],
])('says when: %o', (schedule, expected) => {
  expect(words(schedule, policy)).toBe(
    `${expected} · until done · pushes held meanwhile · deleted images kept 7 days · untagged collected after 1 day`,
  )
})

it('says what else the policy can be', () => {
  expect(
    words(never, {
      ...policy,
      timeLimitMinutes: 60,
      whileCollecting: 'accept-pushes',
      trashRetentionHours: 0,
      collectUntagged: false,
    }),
  ).toBe(
    'No schedule: runs start only by hand · for at most 60 minutes · pushes accepted meanwhile · deleted images kept only until the next run · untagged kept',
  )
})
