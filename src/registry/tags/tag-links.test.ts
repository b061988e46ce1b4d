import { describe, expect, it } from 'vitest'
import { repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import type { GetOutcome, ObjectReader } from '#storage/object-store.ts'
import { tagLink } from '../layout.ts'
import { readTagLinks, readTagLinksForList } from './tag-links.ts'

const repository = repositoryName('team/app')
const { digest } = contentOf('an image')
const encoder = new TextEncoder()

const link = (text: string): GetOutcome => {
  const bytes = encoder.encode(text)
  return { kind: 'found', bytes, sizeBytes: bytes.length, modifiedAtMs: 7 }
}

/** What a store returns at the link of a tag, and the tag; null: there is no such tag. */
const cases: Readonly<Record<string, readonly [GetOutcome, unknown]>> = {
  whole: [link(digest), { digest, linkedAtMs: 7 }],
  'with-newline': [link(`${digest}\n`), { digest, linkedAtMs: 7 }],
  empty: [link(''), { digest: null, linkedAtMs: 7 }],
  'no-digest': [link('latest'), { digest: null, linkedAtMs: 7 }],
  large: [
    { kind: 'too large', sizeBytes: 5000, modifiedAtMs: 7 },
    { digest: null, linkedAtMs: 7 },
  ],
  absent: [{ kind: 'absent' }, null],
  'behind-link': [{ kind: 'hidden', obstacle: 'symbolic link' }, null],
  strange: [{ kind: 'hidden', obstacle: 'strange file' }, null],
}

const unreadable: Readonly<Record<string, GetOutcome>> = {
  hidden: { kind: 'hidden', obstacle: 'no permission' },
  denied: { kind: 'failed', code: 'DENIED', reason: 'a test' },
  failed: { kind: 'failed', code: 'FAILED', reason: 'a test' },
}

function storeOf(outcomes: Readonly<Record<string, GetOutcome>>) {
  const calls: (readonly string[])[] = []
  const byKey = new Map(
    Object.entries(outcomes).map(([name, outcome]) => [
      tagLink(repository, tagName(name)),
      outcome,
    ]),
  )
  const objects: Pick<ObjectReader, 'getMany'> = {
    async getMany(keys) {
      calls.push(keys)
      return keys.map((key) => byKey.get(key) ?? { kind: 'absent' })
    },
  }
  return { objects, calls }
}

const outcomesOf = Object.fromEntries(
  Object.entries(cases).map(([name, [outcome]]) => [name, outcome]),
)
const expected = Object.entries(cases).map(([name, [, tag]]) =>
  tag === null ? null : { name, ...(tag as object) },
)

describe.each([
  ['to decide a change', readTagLinks],
  ['for a list', readTagLinksForList],
])('tags that are read %s', (_, read) => {
  it('are read in one call, and returned in the order of their names', async () => {
    const { objects, calls } = storeOf(outcomesOf)
    const names = Object.keys(cases).map(tagName)
    expect(await read(objects, repository, names)).toEqual(expected)
    expect(await read(objects, repository, names.toReversed())).toEqual(expected.toReversed())
    expect(calls).toHaveLength(2)
  })
})

describe.each(Object.entries(unreadable))('a tag whose link is unreadable: %s', (name, outcome) => {
  const { objects } = storeOf({ ...outcomesOf, [name]: outcome })
  const names = ['whole', name, 'absent'].map(tagName)

  it('decides no change', async () => {
    await expect(readTagLinks(objects, repository, names)).rejects.toMatchObject({
      code: outcome.kind === 'failed' ? outcome.code : 'DENIED',
      key: tagLink(repository, tagName(name)),
    })
  })

  it('is in a list', async () => {
    expect(await readTagLinksForList(objects, repository, names)).toEqual([
      { name: 'whole', digest, linkedAtMs: 7 },
      { name, digest: null, linkedAtMs: 0, isUnreadable: true },
      null,
    ])
  })
})

it('no outcome for a tag is no absence', async () => {
  const objects = { getMany: async () => [] }
  await expect(readTagLinks(objects, repository, [tagName('a')])).rejects.toMatchObject({
    code: 'FAILED',
  })
})
