import { describe, expect, test } from 'vitest'
import { maximumReportLines, nothingRuns, parseRunningReport } from './running-report.ts'

const hex = 'ab'.repeat(32)
const digest = `sha256:${hex}`

function refusedLines(text: string) {
  const parsed = parseRunningReport(text)
  return parsed.ok ? [] : parsed.refusal.problems.map(({ line }) => line)
}

describe('a report of what runs', () => {
  test.each<[string, string | null, string | null, string | null]>([
    [digest, digest, null, null],
    [`docker://${digest}`, digest, null, null],
    [`registry.example.com/team/app@${digest}`, digest, 'team/app', null],
    [`docker-pullable://registry.example.com:5000/team/app@${digest}`, digest, 'team/app', null],
    // The tag may have moved since: the digest says what runs.
    [`localhost/team/app:1.0@${digest}`, digest, 'team/app', null],
    ['registry.example.com/team/app:1.0', null, 'team/app', '1.0'],
    ['registry.example.com:5000/team/app', null, 'team/app', 'latest'],
    ['team/app:1.0', null, 'team/app', '1.0'],
    ['nginx', null, 'nginx', 'latest'],
    ['localhost:5000/nginx', null, 'nginx', 'latest'],
    ['127.0.0.1:5450/team/app:PR-1_x.y', null, 'team/app', 'PR-1_x.y'],
  ])('reads "%s" as clients do', (text, wanted, repository, tag) => {
    const parsed = parseRunningReport(text)
    expect(parsed.ok && parsed.value).toEqual([{ line: 1, text, digest: wanted, repository, tag }])
  })

  test('names each image once, by the first line, and leaves out remarks and empty lines', () => {
    const parsed = parseRunningReport(`# of prod\r\n\r\na/b:1\r\n  a/b:2  \na/b:1\n`)
    expect(parsed.ok && parsed.value.map(({ line, text }) => [line, text])).toEqual([
      [3, 'a/b:1'],
      [4, 'a/b:2'],
    ])
  })

  test.each([
    'error: You must be logged in to the server (Unauthorized)',
    'sha256:abc',
    `sha256:${hex}00`,
    `team/app@sha256:${hex.slice(2)}`,
    '{"items":[]}',
    'team/app:1.0 team/app:2.0',
    'team/app:',
    '/team/app',
    `team/${'x'.repeat(2000)}`,
    'team/app:\u00e9',
  ])('refuses the line "%s", with its number', (line) => {
    expect(refusedLines(`a/b:1\n${line}\na/b:2`)).toEqual([2])
  })

  test('is refused when it is empty: the command before the pipe may have failed', () => {
    for (const text of ['', '\n', '# nothing\n']) expect(refusedLines(text)).toEqual([1])
    expect(parseRunningReport(`${nothingRuns}\n`)).toEqual({ ok: true, value: [] })
    expect(refusedLines(`a/b:1\n${nothingRuns}`)).toEqual([1])
  })

  test('has a limit of lines, and names no more than a few problems', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `a/b:${n}`).join('\n')
    expect(refusedLines(many(maximumReportLines))).toEqual([])
    expect(refusedLines(many(maximumReportLines + 1))).toEqual([maximumReportLines + 1])
    expect(refusedLines('no image\n'.repeat(1000))).toHaveLength(20)
  })

  test('a long line of any kind is read in linear time', () => {
    for (const part of ['a/', 'a.', '-', ':', 'a:', '[']) {
      const line = part.repeat(490)
      expect(() => parseRunningReport(`${line}\n`.repeat(2000))).not.toThrow()
    }
  })
})
