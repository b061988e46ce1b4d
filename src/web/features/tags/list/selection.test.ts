import { describe, expect, it } from 'vitest'
import { hiddenSelection } from './selection-offers.ts'
import {
  nothingSelected,
  selectionLimit,
  selectionReducer,
  type Selection,
  type SelectionAction,
} from './selection.ts'

const tagOf = (name: string) => ({ name, digest: `sha256:${name}` })
const rows = ['a', 'b', 'c', 'd', 'e'].map(tagOf)
const [a, b, c, d] = rows as [
  (typeof rows)[0],
  (typeof rows)[0],
  (typeof rows)[0],
  (typeof rows)[0],
]

const after = (...actions: readonly SelectionAction[]): Selection =>
  actions.reduce(selectionReducer, nothingSelected)
const namesIn = ({ tags }: Selection): string[] => [...tags.keys()].toSorted()

describe('selecting tags', () => {
  it('selects a tag, and deselects it again', () => {
    expect(namesIn(after({ type: 'toggle', tag: a }))).toEqual(['a'])
    expect(namesIn(after({ type: 'toggle', tag: a }, { type: 'toggle', tag: a }))).toEqual([])
  })

  it('remembers which digest the tag showed when it was selected', () => {
    expect(after({ type: 'toggle', tag: a }).tags.get('a')).toEqual(a)
  })

  it.each([
    ['downwards', b, d],
    ['upwards', d, b],
  ])('selects a range %s', (_, from, to) => {
    const selection = after({ type: 'toggle', tag: from }, { type: 'range', tag: to, rows })
    expect(namesIn(selection)).toEqual(['b', 'c', 'd'])
  })

  it('starts each range at the row that was last selected by itself', () => {
    const selection = after(
      { type: 'toggle', tag: b },
      { type: 'range', tag: c, rows },
      { type: 'range', tag: a, rows },
    )
    expect(namesIn(selection)).toEqual(['a', 'b', 'c'])
  })

  it('selects one tag if the start of the range is missing, or filtered out', () => {
    expect(namesIn(after({ type: 'range', tag: c, rows }))).toEqual(['c'])
    const filtered = after({ type: 'toggle', tag: a }, { type: 'range', tag: c, rows: [b, c, d] })
    expect(namesIn(filtered)).toEqual(['a', 'c'])
  })

  it('selects no more than one deletion may take', () => {
    const many = Array.from({ length: selectionLimit + 5 }, (_, index) => tagOf(`t${index}`))
    const full = after({ type: 'add', tags: many })
    expect(full.tags.size).toBe(selectionLimit)
    expect(selectionReducer(full, { type: 'toggle', tag: a }).tags.size).toBe(selectionLimit)
    const less = selectionReducer(full, { type: 'toggle', tag: many[0]! })
    expect(less.tags.size).toBe(selectionLimit - 1)
  })

  it('keeps what could not be deleted selected, with its reason, until a click on it', () => {
    const settled = after(
      { type: 'add', tags: rows },
      { type: 'settle', gone: ['a', 'b', 'd'], failures: new Map([['c', 'It is in use.']]) },
    )
    expect(namesIn(settled)).toEqual(['c', 'e'])
    expect(settled.failures.get('c')).toBe('It is in use.')
    expect(selectionReducer(settled, { type: 'toggle', tag: c }).failures.size).toBe(0)
  })

  it('starts no range at a row that is gone', () => {
    const settled = after(
      { type: 'toggle', tag: a },
      { type: 'settle', gone: ['a'], failures: new Map() },
      { type: 'range', tag: c, rows },
    )
    expect(namesIn(settled)).toEqual(['c'])
  })

  it('clears everything', () => {
    expect(after({ type: 'add', tags: rows }, { type: 'clear' })).toEqual(nothingSelected)
  })
})

describe('what a filter hides of a selection', () => {
  const selection = {
    tags: new Map([
      ['1.2', { name: '1.2', digest: `sha256:${'a'.repeat(64)}` }],
      ['Latest', { name: 'Latest', digest: `sha256:${'b'.repeat(64)}` }],
    ]),
    anchor: null,
    failures: new Map(),
  }
  it.each([
    ['', []],
    ['1.', ['Latest']],
    ['LATE', ['1.2']],
    ['sha256:aaa', ['Latest']],
    ['bbbbbb', ['1.2']],
    ['nothing', ['1.2', 'Latest']],
  ])('of %j hides %j', (filter, hidden) => {
    expect(hiddenSelection(selection, { filter })).toEqual(hidden)
  })

  const day = 86_400_000
  const ago = (days: number) => new Date(Date.now() - days * day).toISOString()
  const platforms = [{ os: 'linux', architecture: 'arm64', variant: 'v8' }]
  const facts = {
    tags: new Map(
      [
        { name: 'old', digest: 'sha256:a', updatedAt: ago(40), freedSize: 500, platforms },
        { name: 'new', digest: 'sha256:b', updatedAt: ago(2), freedSize: 2000, platforms: [] },
      ].map((each) => [each.name, each]),
    ),
    anchor: null,
    failures: new Map(),
  }
  it.each([
    [{ olderDays: 30 }, ['new']],
    [{ olderDays: 90 }, ['old', 'new']],
    [{ freesMoreThan: 1000 }, ['old']],
    [{ platform: 'linux/arm64' }, ['new']],
    [{ platform: 'linux/arm64/v8' }, ['new']],
    [{ platform: 'linux/arm64/v7' }, ['old', 'new']],
    [{ olderDays: 1, freesMoreThan: 1 }, []],
  ])('of %j hides %j', (filters, hidden) => {
    expect(hiddenSelection(facts, { filter: '', ...filters })).toEqual(hidden)
  })

  it.each([
    ['never', ago(100), ['pulled']],
    [30, ago(100), ['pulled', 'new']],
    [30, ago(30.5), ['pulled', 'new']],
    // Nothing is known for so long.
    [30, ago(29), ['idle', 'pulled', 'new']],
    [30, null, ['idle', 'pulled', 'new']],
    [1, ago(100), []],
  ] as const)('of no pull for %s, known since %s, hides %j', (pulled, since, hidden) => {
    const tags = [
      { name: 'idle', digest: 'sha256:a', updatedAt: ago(40), lastPulledAt: null },
      { name: 'pulled', digest: 'sha256:b', updatedAt: ago(40), lastPulledAt: ago(3) },
      { name: 'new', digest: 'sha256:c', updatedAt: ago(2), lastPulledAt: null },
    ]
    const selected = { ...facts, tags: new Map(tags.map((each) => [each.name, each])) }
    expect(hiddenSelection(selected, { filter: '', pulled }, since)).toEqual(hidden)
  })
})
