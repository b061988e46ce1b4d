import type { AnsweredRequest } from '#http/metrics/request-metrics.ts'
import { describe, expect, it, test } from 'vitest'
import { logConsole } from './log-console.ts'
import { logRequests } from './log-requests.ts'
import { createLog } from './log.ts'

const nowMs = () => Date.UTC(2026, 0, 1)

function logged(format: 'text' | 'json', write: (log: ReturnType<typeof createLog>) => void) {
  const lines: string[] = []
  write(createLog(format, (line) => lines.push(line), nowMs))
  return lines
}

const request = (changes: Partial<AnsweredRequest> = {}): AnsweredRequest => ({
  method: 'PUT',
  path: '/v2/team/app/manifests/1.0',
  status: 201,
  durationMs: 12,
  account: 'dana',
  from: '192.0.2.7',
  ...changes,
})

describe('JSON', () => {
  it('is one object per line, for any text', () => {
    const [line = '', ...more] = logged('json', (log) =>
      log('error', 'a stack\n  at "somewhere"\u2028\u0000', { a: 1 }),
    )
    expect(more).toEqual([])
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      level: 'error',
      message: 'a stack\n  at "somewhere"\u2028\u0000',
      a: 1,
    })
  })

  it('has for each request the account, the call and the outcome', () => {
    const [line = ''] = logged('json', (log) => logRequests(log)(request()))
    expect(JSON.parse(line)).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      level: 'info',
      message: 'PUT /v2/team/app/manifests/1.0',
      method: 'PUT',
      path: '/v2/team/app/manifests/1.0',
      status: 201,
      durationMs: 12,
      account: 'dana',
      from: '192.0.2.7',
    })
  })
})

test.each([
  ['/healthz', 200, 0],
  ['/metrics', 200, 0],
  ['/healthz', 503, 1],
  ['/metrics', 401, 1],
  ['/api/v0/trash', 200, 1],
])('%s answered with %i makes %i lines', (path, status, count) => {
  const lines = logged('json', (log) => logRequests(log)(request({ path, status })))
  expect(lines).toHaveLength(count)
})

test('what libraries print becomes lines too', () => {
  const target = { ...console }
  const lines = logged('json', (log) => {
    logConsole(log, target)
    target.info('The user aborted %s.', 'a request')
    target.error(new Error('two\nlines'))
  })
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 'info', message: 'The user aborted a request.' }),
    expect.objectContaining({ level: 'error', message: expect.stringContaining('two\nlines') }),
  ])
})

test('text is for people: the time, the level, and the message', () => {
  expect(logged('text', (log) => log('warn', 'the disk is full', { freeBytes: 0 }))).toEqual([
    '2026-01-01T00:00:00.000Z warn  the disk is full freeBytes=0',
  ])
})
