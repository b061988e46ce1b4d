import { expect, test } from 'vitest'
import { digestOf } from '#domain/values/digest.ts'
import { createGraph } from './packed-graph.ts'
import { attachmentsIn } from './attachments.ts'

const start = 'ab'.repeat(32)
const short = digestOf('sha256', start)
const long = (rest: string) => digestOf('sha512', start + rest.repeat(64))

test.each([
  ['sha256', [short]],
  ['sha512', [long('1'), long('2')]],
] as const)(
  'a fallback tag of %s attaches to every digest that it may name',
  (algorithm, named) => {
    const graph = createGraph()
    const subjects = [short, long('1'), long('2'), digestOf('sha512', '0'.repeat(128))]
    for (const digest of subjects) graph.nodeOf(digest)
    const names = [`${algorithm}-${start}`, `${algorithm}-${start}.sig`]
    const artifacts = names.map((_, n) => graph.nodeOf(digestOf('sha256', `${n}`.repeat(64))))
    const attachments = attachmentsIn(
      {
        revisions: new Int32Array(),
        tags: [
          ...names.map((name, n) => ({ name, node: artifacts[n] ?? null, history: [] })),
          { name: `${algorithm}-${start.slice(1)}`, node: graph.nodeOf(short), history: [] },
        ],
      },
      graph,
    )
    expect(attachments).toEqual(new Map(named.map((digest) => [graph.find(digest), artifacts])))
  },
)
