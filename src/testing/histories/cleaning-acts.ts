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

const passing = (...hours: number[]) =>
  fc.record({ kind: fc.constant('pass'), hours: fc.constantFrom(...hours) })
const deciding = fc.record({ kind: fc.constant('policy'), policy: fc.nat(policies.length - 1) })
const deleting = fc.record({
  kind: fc.constant('delete'),
  tag,
  whole: fc.boolean(),
  confirms: fc.boolean(),
})
const noReports = fc.record({ kind: fc.constant('no reports') })
/** Other software writes the link of a tag as it is. */
const rewriting = fc.record({ kind: fc.constant('rewrite'), tag })

const meanwhile = fc.oneof(
  pushing,
  pulling,
  reporting,
  deciding,
  deleting,
  noReports,
  rewriting,
  passing(2, 50),
)
const cleaning = (happens: typeof meanwhile) =>
  fc.record({
    kind: fc.constant('clean'),
    /** What runs is reported just before, as it was reported last. */
    isFresh: fc.constantFrom(true, true, true, false),
    /** Happens just before the first removal. */
    meanwhile: fc.option(happens),
  })

const act = fc.oneof(
  { weight: 7, arbitrary: pushing },
  { weight: 2, arbitrary: pulling },
  { weight: 3, arbitrary: reporting },
  noReports,
  deciding,
  { weight: 3, arbitrary: deleting },
  fc.record({ kind: fc.constant('restore'), pick: fc.nat(5) }),
  { weight: 8, arbitrary: passing(0.5, 2, 2, 2, 26, 26, 26, 26, 50, 50, 50) },
  fc.record({ kind: fc.constant('set back'), hours: fc.constantFrom(0.5, 2, 26, 50) }),
  { weight: 6, arbitrary: cleaning(meanwhile) },
)
export type CleaningAct = typeof act extends fc.Arbitrary<infer T> ? T : never
type Meanwhile = typeof meanwhile extends fc.Arbitrary<infer T> ? T : never
export type Doing = Exclude<CleaningAct, { kind: 'clean' }> | Meanwhile

type Before = Exclude<CleaningAct, { kind: 'clean' }>

/** A run that is about to take `pr-1` under a policy, when something happens. */
const lateLook = (
  policy: number,
  happens: readonly Meanwhile[],
  before: readonly Before[] = [{ kind: 'push', tag: 'pr-1', image: 0 }],
) =>
  fc
    .constantFrom(...happens)
    .map((doing): CleaningAct[] => [
      { kind: 'no reports' },
      { kind: 'policy', policy },
      ...before,
      { kind: 'pass', hours: 50 },
      { kind: 'clean', isFresh: true, meanwhile: doing },
    ])

const pr1 = 'pr-1'
const newer: readonly Before[] = [
  { kind: 'push', tag: pr1, image: 0 },
  { kind: 'pass', hours: 2 },
  { kind: 'push', tag: 'main', image: 1 },
]
const reported: readonly Before[] = [
  { kind: 'push', tag: pr1, image: 0 },
  { kind: 'report', images: [1] },
]

/** What only one of the looks just before a removal sees; chance hardly ever makes it. */
const lateLooks = fc.oneof(
  // The policy that decides is another one.
  lateLook(1, [{ kind: 'policy', policy: 0 }]),
  // Pulled, by either name.
  lateLook(
    4,
    [true, false].map((byDigest): Meanwhile => ({ kind: 'pull', tag: pr1, byDigest })),
  ),
  // Pushed once more: by this server, and by other software.
  lateLook(1, [
    { kind: 'push', tag: pr1, image: 0 },
    { kind: 'rewrite', tag: pr1 },
  ]),
  // The newer image is gone, so that this one is the newest.
  lateLook(3, [{ kind: 'delete', tag: 'main', whole: true, confirms: false }], newer),
  // What runs is not known any more, or it runs now.
  lateLook(
    5,
    [{ kind: 'no reports' }, { kind: 'pass', hours: 50 }, { kind: 'report', images: [0] }],
    reported,
  ),
)

/** A report that is older than the clock says, since that was set back. */
const lateReport = fc.constant<CleaningAct[]>([
  { kind: 'policy', policy: 5 },
  ...reported,
  { kind: 'pass', hours: 26 },
  { kind: 'clean', isFresh: false, meanwhile: null },
  { kind: 'set back', hours: 26 },
  { kind: 'push', tag: pr1, image: 0 },
  { kind: 'pass', hours: 26 },
  { kind: 'clean', isFresh: false, meanwhile: null },
])

export const cleaningHistory = fc
  .tuple(
    fc.nat(policies.length - 1),
    fc.array(act, { minLength: 1, maxLength: 40, size: 'max' }),
    fc.option(fc.oneof({ weight: 5, arbitrary: lateLooks }, lateReport)),
  )
  .map(([policy, acts, late]): CleaningAct[] => [
    { kind: 'policy', policy },
    ...acts,
    ...(late ?? []),
  ])
