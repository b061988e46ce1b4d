import { describe, expect, it } from 'vitest'
import { formatSort, nextSort, parseSort } from './sort.ts'

const fields = ['name', 'size'] as const

describe('the sort of a list', () => {
  it.each([
    ['size', { field: 'size', isDescending: false }],
    ['-size', { field: 'size', isDescending: true }],
  ])('parses %s, and formats it the same', (text, sort) => {
    expect(parseSort(text, fields)).toEqual(sort)
    expect(formatSort(parseSort(text, fields)!)).toBe(text)
  })

  it.each([null, '', '-', 'colour', '--size', 'size,name'])('rejects %j', (text) => {
    expect(parseSort(text, fields)).toBeNull()
  })

  it('reverses the order at a second click, and starts each column in its own order', () => {
    const byName = { field: 'name', isDescending: false } as const
    expect(nextSort(byName, 'name', false)).toEqual({ field: 'name', isDescending: true })
    expect(nextSort<'name' | 'size'>(byName, 'size', true)).toEqual({
      field: 'size',
      isDescending: true,
    })
  })
})
