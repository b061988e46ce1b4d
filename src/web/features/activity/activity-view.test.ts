import { expect, it } from 'vitest'
import { filterOf, isFiltered, readView } from './activity-view.ts'

const view = (search: string) => readView(new URLSearchParams(search))
const nothing = { person: null, kinds: [], repository: null, lastMs: null, from: null, to: null }

it('asks for everything visible when the address has no filter, or an invalid one', () => {
  for (const search of ['', 'kind=all&range=ever&from=x', 'from=2026-11-01', 'range=days']) {
    expect(filterOf(view(search))).toEqual(nothing)
    expect(isFiltered(view(search))).toBe(false)
  }
})

it('reads the filter from the address', () => {
  const given = view('person=dana&kind=restored&repository=team/&range=7d')
  expect(isFiltered(given)).toBe(true)
  expect(filterOf(given)).toEqual({
    ...nothing,
    person: 'dana',
    kinds: ['image restored', 'tag restored', 'repository restored'],
    repository: 'team/',
    lastMs: 7 * 24 * 3_600_000,
  })
})

it('reads dates as days in the reader’s time zone, with the last day included', () => {
  const { from, to } = filterOf(view('range=days&from=2026-10-24&to=2026-10-25'))
  expect([new Date(from ?? ''), new Date(to ?? '')]).toEqual([
    new Date(2026, 9, 24),
    new Date(2026, 9, 26),
  ])
})
