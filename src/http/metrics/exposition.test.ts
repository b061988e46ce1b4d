import { describe, expect, test } from 'vitest'
import { createCounter } from './counter.ts'
import { gauge, writeExposition } from './exposition.ts'
import { createHistogram } from './histogram.ts'
import { readExposition } from '#testing/builders/read-exposition.ts'

describe("Prometheus' text format", () => {
  test('writes a counter after its help and type', () => {
    const counter = createCounter({ name: 'pushes_total', help: 'Pushes.', from: [{ kind: 'a' }] })
    counter.add({ kind: 'b' }, 2.5)
    counter.add({ kind: 'b' })
    expect(writeExposition([counter.family()])).toBe(
      '# HELP pushes_total Pushes.\n# TYPE pushes_total counter\npushes_total{kind="a"} 0\npushes_total{kind="b"} 3.5\n',
    )
  })

  test('cumulates the buckets of a histogram, and counts every value in the last one', () => {
    const histogram = createHistogram({ name: 'd', help: 'D.', upperBounds: [1, 5] })
    for (const value of [0.5, 1, 3, 60]) histogram.observe({ api: 'v2' }, value)
    expect(writeExposition([histogram.family()])).toBe(
      [
        '# HELP d D.',
        '# TYPE d histogram',
        'd_bucket{api="v2",le="1"} 2',
        'd_bucket{api="v2",le="5"} 3',
        'd_bucket{api="v2",le="+Inf"} 4',
        'd_sum{api="v2"} 64.5',
        'd_count{api="v2"} 4',
        '',
      ].join('\n'),
    )
  })

  test('escapes backslashes, quotes and line feeds where the format requires it', () => {
    const text = writeExposition([
      {
        name: 'odd',
        help: 'a "b" \\ c\nd',
        type: 'gauge',
        samples: [{ labels: { name: 'a "b" \\ c\nd é' }, value: 1 }],
      },
    ])
    expect(text).toBe(
      '# HELP odd a "b" \\\\ c\\nd\n# TYPE odd gauge\nodd{name="a \\"b\\" \\\\ c\\nd é"} 1\n',
    )
    expect(readExposition(text).values.size).toBe(1)
  })

  test.each([
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [Number.NaN, 'NaN'],
    [1e21, '1e+21'],
    [-0.25, '-0.25'],
  ])('writes %d as %s', (value, written) => {
    expect(writeExposition([gauge('g', 'G.', value)])).toContain(`\ng ${written}\n`)
  })

  test('leaves out values that are not known', () => {
    expect(writeExposition([gauge('g', 'G.', null)])).toBe('')
  })
})

test.each([
  'a 1',
  '# HELP a A.\n# TYPE a gauge\na 1\na 2\n',
  '# HELP a A.\n# TYPE a gauge\nb 2\n',
  '# TYPE a gauge\na 1\n',
  '# HELP a A.\n# TYPE a gauge\na{x="a"b"} 1\n',
])('the tests’ own parser rejects %j', (text) => {
  expect(() => readExposition(text)).toThrow()
})
