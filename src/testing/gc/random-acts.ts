import fc from 'fast-check'
import type { GarbagePolicy } from '#gc/mark/analyze.ts'
import {
  image,
  index,
  link,
  passHours,
  softDelete,
  store,
  storeBlob,
  tag,
  unlink,
} from './model-images.ts'
import { digestNamed, type ModelRegistry } from './model-registry.ts'

/** Of manifests. */
export const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
export const blobs = ['u', 'v', 'w', 'x', 'y', 'z']
const name = fc.constantFrom(...names)
const repository = fc.constantFrom('one', 'other')

/** What it needs may be missing. */
type Act = (registry: ModelRegistry) => void

const content: fc.Arbitrary<Act> = fc.oneof(
  // Manifests are named as layers too, and manifests as blobs.
  fc
    .record({
      name,
      parts: fc.array(fc.constantFrom(...blobs, ...names), { minLength: 1, maxLength: 4 }),
      subject: fc.option(name, { nil: undefined, freq: 4 }),
    })
    .map(
      (made): Act =>
        (at) =>
          store(at, { [made.name]: image(made.parts, made.subject) }),
    ),
  // None lists itself: its digest would have to be known first.
  fc
    .record({
      name: fc.constantFrom('E', 'F', 'G', 'H'),
      parts: fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: 3 }),
    })
    .map(
      (made): Act =>
        (at) =>
          store(at, { [made.name]: index(made.parts) }),
    ),
)

/** One thing that happens to a registry: to images whole and broken, links, tags and the trash. */
export const happening: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: content },
  fc.record({ repository, name, tag: fc.constantFrom('1', '2', 'latest') }).map(
    (to): Act =>
      (at) =>
        tag(at, `${to.repository}:${to.tag}`, to.name),
  ),
  fc.record({ repository, name }).map(
    (to): Act =>
      (at) =>
        link(at, to.repository, digestNamed(to.name)),
  ),
  fc.record({ repository, name }).map(
    (of): Act =>
      (at) =>
        unlink(at, of.repository, digestNamed(of.name)),
  ),
  fc.record({ repository, name, heldForMs: fc.constantFrom(0, 36 * 3_600_000) }).map(
    ({ heldForMs, ...of }): Act =>
      (at) =>
        softDelete(at, of.repository, [of.name], { heldForMs }),
  ),
  name.map(
    (lost): Act =>
      (at) =>
        at.blobs.delete(digestNamed(lost)),
  ),
  name.map(
    (hurt): Act =>
      (at) =>
        storeBlob(at, hurt, 'no JSON'),
  ),
  fc.constantFrom(...blobs).map(
    (layer): Act =>
      (at) =>
        storeBlob(at, layer),
  ),
  fc.integer({ min: 1, max: 40 }).map(
    (hours): Act =>
      (at) =>
        passHours(at, hours),
  ),
  fc.record({ repository, hidesContent: fc.boolean() }).map(
    (fault): Act =>
      (at) =>
        at.repository(fault.repository).faults.push({ ...fault, reason: 'a strange file' }),
  ),
)

export const policies: fc.Arbitrary<GarbagePolicy> = fc.record({
  collectUntagged: fc.boolean(),
  untaggedMinimumAgeHours: fc.constantFrom(1, 10, 30, 80),
})
