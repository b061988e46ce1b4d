import { expect, it } from 'vitest'
import { diffLines } from './line-diff.ts'

const marks = { same: ' ', gone: '-', new: '+' }
const diff = (before: string, after: string): string =>
  diffLines(before, after)
    .map(({ kind, text }) => marks[kind] + text)
    .join('\n')

it.each([
  ['', '', ''],
  ['a\n', 'a\n', ' a'],
  ['', 'a\nb\n', '+a\n+b'],
  ['a\nb\n', '', '-a\n-b'],
  ['a\nb\nc\n', 'a\nx\nc\n', ' a\n-b\n+x\n c'],
  ['a\nb\nc\nd\n', 'b\nc\nx\nd\n', '-a\n b\n c\n+x\n d'],
  ['a\na\n', 'a\n', ' a\n-a'],
  ['a\nb\na\n', 'b\na\nb\n', '-a\n b\n a\n+b'],
])('%j to %j', (before, after, expected) => {
  expect(diff(before, after)).toBe(expected)
})

it('shows all of two texts that are too long to compare', () => {
  const numbered = (mark: string) =>
    Array.from({ length: 2001 }, (_, at) => `${at % 2 === 0 ? mark : ''}${at}`).join('\n')
  const lines = diffLines(`${numbered('a')}\nend`, `${numbered('b')}\nend`)
  expect(lines.filter(({ kind }) => kind === 'gone')).toHaveLength(2001)
  expect(lines.filter(({ kind }) => kind === 'new')).toHaveLength(2001)
  expect(lines.at(-1)).toEqual({ kind: 'same', text: 'end' })
})
