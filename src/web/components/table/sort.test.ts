import { describe, expect, it } from 'vitest'
import { formatSort, nextSort, parseSort } from './sort.ts'

const fields = ['name', 'size'] as const

describe('the sort of a list', () => {
  it.each([
    ['size', { field: 'size', isDescending: false }],
    ['-size', { field: 'size', isDescending: true }],
  ])('%s is read, and written the same', (text, sort) => {
    expect(parseSort(text, fields)).toEqual(sort)
    expect(formatSort(parseSort(text, fields)!)).toBe(text)
  })

  it.each([null, '', '-', 'colour', '--size', 'size,name'])('%j is none', (text) => {
    expect(parseSort(text, fields)).toBeNull()
  })

  it('turns round by a second click, and begins each column its own way', () => {
    const byName = { field: 'name', isDescending: false } as const
    expect(nextSort(byName, 'name', false)).toEqual({ field: 'name', isDescending: true })
    expect(nextSort<'name' | 'size'>(byName, 'size', true)).toEqual({
      field: 'size',
      isDescending: true,
    })
  })
})
