import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWrittenObject, parseAllMembers, type Written } from './json-members.ts'
import { countMembers, measureJson, type JsonLimits } from './json-limits.ts'

const limits: JsonLimits = { depth: 3, values: 20, names: 4, usual: new Set(['usual']) }
const measured = (json: string) => measureJson(json, limits).exceeded

const plain = (value: Written): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (!isWrittenObject(value)) return value.map(plain)
  return Object.fromEntries(value.members.map(([name, inner]) => [name, plain(inner)]))
}

describe('a text', () => {
  it.each([
    ['[[[1]]]', null],
    ['[[[[1]]]]', 'more than 3 levels of nesting'],
    [`{"a":"${'['.repeat(50)}"}`, null],
    [String.raw`{"a":"\"[[[[[[\\"}`, null],
    [`[${'1,'.repeat(19)}1]`, null],
    [`[${'1,'.repeat(20)}1]`, 'more than 20 values'],
    [`[${'[],'.repeat(11)}1]`, 'more than 20 values'],
    ['{"a":1,"b":2,"c":3,"d":4}', null],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5}', 'more than 4 names'],
    [`[${'{"usual":1},'.repeat(6)}1]`, null],
    ['"never closed [[[[', null],
    [String.raw`"\\\\\"`, null],
  ])('%s: %s', (json, exceeded) => {
    expect(measured(json)).toBe(exceeded)
  })

  it('is scanned no further than its limits need', () => {
    let looks = 0
    const counted = Object.assign(Object.create(null), {
      length: 4_000_000,
      charCodeAt: () => ((looks += 1), '['.charCodeAt(0)),
    }) as string
    expect(measureJson(counted, limits).exceeded).toBe('more than 3 levels of nesting')
    expect(looks).toBe(4)
  })

  it('has the written number of members, with any content of its strings', () => {
    const wide = { depth: 100, values: 1e6, names: 1e6, usual: limits.usual }
    fc.assert(
      fc.property(fc.json(), fc.nat({ max: 3 }), (json, spaces) => {
        const value: unknown = JSON.parse(json)
        const spaced = JSON.stringify(value, null, spaces)
        expect(measureJson(spaced, wide)).toEqual({
          exceeded: null,
          values: expect.any(Number),
          members: countMembers(value),
        })
        expect(plain(parseAllMembers(spaced))).toEqual(value)
      }),
    )
  })
})

it('every member of a document is parsed, in order', () => {
  expect(parseAllMembers(String.raw` { "a" : [ 1 , {} ] , "\u0061" : "x\"" , "a":null}`)).toEqual({
    members: [
      ['a', [1, { members: [] }]],
      ['a', 'x"'],
      ['a', null],
    ],
  })
})
