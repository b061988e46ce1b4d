import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBook, type Act, type Book, type Outcome } from './book.ts'

/* A bookkeeping that finds nothing proves nothing: here it is told of losses, and of none. */

const [one, two] = ['sha256:1', 'sha256:2'] as const
const book = (): Book => createBook(['a', 'b'], [one, two])
const push = (digest: string, tag: string): Act => ({ kind: 'push', digest, tag })
const deleteImage = (digest: string): Act => ({ kind: 'delete image', digest })
const deleteTag = (tag: string, digest: string): Act => ({ kind: 'delete tag', tag, digest })
const restore = (digest: string, ...tags: string[]): Act => ({ kind: 'restore', digest, tags })

function happened(acts: readonly Act[], to = book()): Book {
  for (const act of acts) to.record([{ act, outcome: 'happened' }])
  return to
}

describe('the bookkeeping of clients', () => {
  it('finds that what was pushed is gone', () => {
    const known = happened([push(one, 'a')])
    expect(known.sawTag('a', null)).toMatch('the tag a shows null, and must show sha256:1')
    expect(known.sawImage(one, false)).toMatch('sha256:1 is not there')
    expect(known.sawTag('a', one)).toBeNull()
  })

  it('finds that a tag shows what it showed before', () => {
    const known = happened([push(one, 'a'), push(two, 'a')])
    expect(known.sawTag('a', one)).not.toBeNull()
    expect(known.sawTag('a', two)).toBeNull()
    // Without a tag it stays.
    expect(known.sawImage(one, false)).not.toBeNull()
  })

  it('finds that what was deleted is there, and what was restored is not', () => {
    const deleted = happened([push(one, 'a'), deleteImage(one)])
    expect(deleted.sawTag('a', one)).not.toBeNull()
    expect(deleted.sawImage(one, true)).not.toBeNull()
    const restored = happened([restore(one, 'a')], deleted)
    expect(restored.sawTag('a', null)).not.toBeNull()
    expect(restored.sawImage(one, false)).not.toBeNull()
    expect(restored.sawTag('a', one)).toBeNull()
  })

  it('knows that all tags of an image go with it', () => {
    const known = happened([push(one, 'a'), push(one, 'b'), deleteImage(one)])
    expect(known.isCertain()).toBe(true)
    expect(known.sawTag('b', null)).toBeNull()
  })

  it('knows that an image goes with its last tag, and not before', () => {
    const known = happened([push(one, 'a'), push(one, 'b'), deleteTag('a', one)])
    expect(known.sawImage(one, false)).not.toBeNull()
    expect(known.sawTag('b', null)).not.toBeNull()
    expect(happened([deleteTag('b', one)], known).sawImage(one, true)).not.toBeNull()
  })

  it('takes an act without an answer for one that may happen at any time', () => {
    const known = happened([push(one, 'a')])
    known.record([{ act: deleteImage(one), outcome: 'unknown' }])
    expect(known.sawTag('a', one)).toBeNull()
    expect(known.sawTag('a', null)).toBeNull()
    expect(known.sawTag('a', one)).toBeNull()
    // It may take also what is pushed again, and nothing else.
    happened([push(one, 'a'), push(two, 'b')], known)
    expect(known.sawTag('a', null)).toBeNull()
    expect(known.sawTag('b', null)).not.toBeNull()
    expect(known.sawImage(two, false)).not.toBeNull()
  })

  it('does not take a refusal for an act', () => {
    const known = happened([push(one, 'a')])
    known.record([{ act: deleteImage(one), outcome: 'refused' }])
    expect(known.sawTag('a', null)).not.toBeNull()
  })

  it('allows either order of what happened at the same time, and learns which it was', () => {
    const known = happened([push(one, 'a')])
    known.record([
      { act: push(one, 'b'), outcome: 'happened' },
      { act: deleteImage(one), outcome: 'happened' },
    ])
    expect(known.isCertain()).toBe(false)
    expect(known.sawTag('a', one)).not.toBeNull()
    expect(known.sawTag('b', one)).toBeNull()
    expect(known.sawTag('b', null)).not.toBeNull()
    expect(known.sawImage(one, false)).not.toBeNull()
  })

  it('says of no history what is not so, with answers that are lost and acts that come late', () => {
    const acts: readonly Act[] = [
      push(one, 'a'),
      push(one, 'b'),
      push(two, 'a'),
      push(two, 'b'),
      deleteImage(one),
      deleteImage(two),
      deleteTag('a', one),
      deleteTag('b', two),
    ]
    const step = fc.record({
      act: fc.constantFrom(...acts),
      answer: fc.constantFrom('known', 'lost', 'lost, and late', 'lost, and never'),
      /** At the same time, and it happens first. */
      beside: fc.option(fc.constantFrom(...acts)),
    })
    const history = fc.array(step, { maxLength: 12 })
    fc.assert(
      fc.property(history, (steps) => {
        const known = book()
        const registry = createRegistry()
        const late: Act[] = []
        for (const { act, answer, beside } of steps) {
          const other = beside === null ? [] : [{ act: beside, outcome: registry.try(beside) }]
          if (answer === 'lost, and late') late.push(act)
          const isDone = answer === 'known' || answer === 'lost'
          const real = isDone ? registry.try(act) : 'unknown'
          known.record([{ act, outcome: answer === 'known' ? real : 'unknown' }, ...other])
          if (late.length > 1) registry.try(late.shift() ?? act)
          for (const tag of ['a', 'b']) {
            expect(known.sawTag(tag, registry.tags.get(tag) ?? null)).toBeNull()
          }
          for (const digest of [one, two]) {
            expect(known.sawImage(digest, registry.images.has(digest))).toBeNull()
          }
        }
      }),
    )
  })
})

/** What a registry does, in a few lines. */
function createRegistry() {
  const tags = new Map<string, string>()
  const images = new Set<string>()
  const isTagged = (digest: string) => [...tags.values()].includes(digest)
  function happen(act: Act): boolean {
    if (act.kind === 'push') {
      images.add(act.digest)
      tags.set(act.tag, act.digest)
    } else if (act.kind === 'delete image') {
      if (!images.delete(act.digest)) return false
      for (const [tag, digest] of tags) if (digest === act.digest) tags.delete(tag)
    } else if (act.kind === 'delete tag') {
      if (tags.get(act.tag) !== act.digest) return false
      tags.delete(act.tag)
      if (!isTagged(act.digest)) images.delete(act.digest)
    }
    return true
  }
  const attempt = (act: Act): Outcome => (happen(act) ? 'happened' : 'refused')
  return { tags, images, try: attempt }
}
