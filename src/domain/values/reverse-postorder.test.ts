import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reversePostorder } from './reverse-postorder.ts'

const inner = (edges: Readonly<Record<string, string>>) => (node: string) =>
  Array.from(edges[node] ?? '')

test('puts each node before its children, and the last root first', () => {
  expect(reversePostorder('BA', inner({ A: 'cd', B: 'd', c: 'e', d: 'ce' })).join('')).toBe('ABdce')
  expect(reversePostorder('xyx', inner({})).join('')).toBe('yx')
})

test('puts each node once and before its children, from any roots', () => {
  // A graph whose edges lead only to larger numbers has no cycle.
  const graph = fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), { maxLength: 30 })
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.nat({ max: 30 })), (targets, order) => {
      const innerOf = (node: number) =>
        (targets[node] ?? []).filter((target) => target > node && target < targets.length)
      const keys = targets.map(() => order.next().value)
      const roots = [...targets.keys()].toSorted((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
      const found = reversePostorder(roots, innerOf)
      expect(found.toSorted((a, b) => a - b)).toEqual([...targets.keys()])
      for (const [place, node] of found.entries()) {
        for (const target of innerOf(node)) expect(found.indexOf(target)).toBeGreaterThan(place)
      }
    }),
  )
})

test('ends with a cycle, and with nesting of any depth', () => {
  expect(reversePostorder('a', inner({ a: 'b', b: 'a' })).join('')).toBe('ab')
  const depth = 200_000
  const chain = reversePostorder([0], (node) => (node < depth ? [node + 1] : []))
  expect(chain).toHaveLength(depth + 1)
  expect(chain.at(-1)).toBe(depth)
})
