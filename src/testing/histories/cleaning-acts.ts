import fc from 'fast-check'
import { tinyImage, tinyIndex, type TinyManifest } from '../builders/tiny-image.ts'

/** What happens to one repository that is cleaned by rule, and the rules with their model. */

export const hourMs = 3_600_000
const dayMs = 24 * hourMs

const single = ['a', 'b', 'c'].map((layer) => tinyImage({ layers: [layer] }))
export const [first, second] = single as [TinyManifest, TinyManifest]
export const index = tinyIndex({ amd64: first, arm64: second })
export const images: readonly TinyManifest[] = [...single, index]
const tags = ['main', 'v1', 'pr-1', 'pr-2'] as const

/** What the model knows of a tag at one moment. */
export interface TagNow {
  readonly name: string
  /** Since it was pushed. */
  readonly ageMs: number
  /** Since it, or its image by whatever name, was pulled or pushed. */
  readonly unusedMs: number
  /** How many other images were pushed later, by all that is known. */
  readonly newerImages: number
}

/** Written twice: as rules, and as conditions on a tag. */
export interface Policy {
  readonly rules: readonly object[]
  readonly protects: (name: string) => boolean
  readonly takes: (tag: TagNow) => boolean
  readonly needsReport?: true
}

const isOfPullRequest = ({ name }: TagNow) => name.startsWith('pr-')

export const policies: readonly Policy[] = [
  { rules: [], protects: () => false, takes: () => false },
  {
    rules: [{ remove: { tags: ['pr-*'], olderThan: '2d' } }],
    protects: () => false,
    takes: (tag) => isOfPullRequest(tag) && tag.ageMs >= 2 * dayMs,
  },
  {
    rules: [{ remove: { tags: ['*'], olderThan: '1d' } }, { protect: { tags: ['main'] } }],
    protects: (name) => name === 'main',
    takes: ({ name, ageMs }) => name !== 'main' && ageMs >= dayMs,
  },
  {
    rules: [{ keep: { tags: ['*'], newest: 1 } }, { remove: { tags: ['*'], olderThan: '1h' } }],
    protects: () => false,
    takes: ({ newerImages, ageMs }) => newerImages > 0 && ageMs >= hourMs,
  },
  {
    rules: [{ remove: { tags: ['pr-*'], notPulledFor: '1d' } }],
    protects: () => false,
    takes: (tag) => isOfPullRequest(tag) && tag.unusedMs >= dayMs,
  },
  {
    rules: [{ keep: { running: true } }, { remove: { tags: ['*'], olderThan: '1h' } }],
    protects: () => false,
    takes: ({ ageMs }) => ageMs >= hourMs,
    needsReport: true,
  },
]

const image = fc.nat(images.length - 1)
const tag = fc.constantFrom(...tags)
const pushing = fc.record({ kind: fc.constant('push'), tag, image })
const pulling = fc.record({ kind: fc.constant('pull'), tag, byDigest: fc.boolean() })
const reporting = fc.record({
  kind: fc.constant('report'),
  images: fc.uniqueArray(image, { maxLength: 2 }),
})

const act = fc.oneof(
  { weight: 7, arbitrary: pushing },
  { weight: 2, arbitrary: pulling },
  { weight: 3, arbitrary: reporting },
  fc.record({ kind: fc.constant('no reports') }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('policy'), policy: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delete'),
      tag,
      whole: fc.boolean(),
      confirms: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('restore'), pick: fc.nat(5) }),
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      hours: fc.constantFrom(0.5, 2, 2, 2, 26, 26, 26, 26, 50, 50, 50),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('clean'),
      /** What runs is reported just before, as it was reported last. */
      isFresh: fc.constantFrom(true, true, true, false),
      /** Happens just before the first removal. */
      meanwhile: fc.option(fc.oneof(pushing, pulling, reporting)),
    }),
  },
)
export type CleaningAct = typeof act extends fc.Arbitrary<infer T> ? T : never
export type Doing = Exclude<CleaningAct, { kind: 'clean' }>

export const cleaningHistory = fc
  .tuple(fc.nat(5), fc.array(act, { minLength: 1, maxLength: 40, size: 'max' }))
  .map(([policy, acts]): CleaningAct[] => [{ kind: 'policy', policy }, ...acts])
