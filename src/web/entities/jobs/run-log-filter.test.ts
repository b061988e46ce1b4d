import type { LogLine } from '#contract/jobs/collection-jobs.ts'
import { expect, it } from 'vitest'
import { filterLog, logText, parseLevel } from './run-log-filter.ts'

const line = (lineNum: number, level: LogLine['level'], data: string): LogLine => ({
  lineNum,
  time: '2026-11-24T00:00:00.000Z',
  level,
  data,
})
const lines = [
  line(0, 'debug', 'listed 9 blobs'),
  line(1, 'info', 'Marked team/app'),
  line(2, 'warn', 'skipped sha256:aa, in use again'),
  line(3, 'error', 'team/app: cannot be read'),
]
const numbers = (level: LogLine['level'], text: string) =>
  filterLog(lines, level, text).map(({ lineNum }) => lineNum)

it('shows a level and everything more severe', () => {
  expect(numbers('debug', '')).toEqual([0, 1, 2, 3])
  expect(numbers('warn', '')).toEqual([2, 3])
})

it('searches without regard to case, within the level', () => {
  expect(numbers('debug', ' TEAM/app ')).toEqual([1, 3])
  expect(numbers('error', 'team/app')).toEqual([3])
  expect(numbers('debug', 'nowhere')).toEqual([])
})

it('shows every line for an unknown level in the address', () => {
  expect(parseLevel('shout')).toBe('debug')
})

it('writes one line for each entry', () => {
  expect(logText(lines.slice(1, 2))).toBe('2026-11-24T00:00:00.000Z info Marked team/app\n')
})
