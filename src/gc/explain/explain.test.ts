import {
  image,
  index,
  link,
  passHours,
  sizeOf,
  softDelete,
  storeBlob,
  tag,
  unlink,
  registryWith,
} from '#testing/gc/model-images.ts'
import { digestNamed, nameOf, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'
import { lookAtStore, type LookOptions } from '../look.ts'
import type { GarbagePolicy } from '../mark/analyze.ts'
import type { Explanation } from './explain.ts'

async function explain(
  registry: ModelRegistry,
  name: string,
  policy: GarbagePolicy = { collectUntagged: false, untaggedMinimumAgeHours: 24 },
  more: Partial<LookOptions> = {},
): Promise<Explanation> {
  const look = await lookAtStore({
    reader: registry.reader,
    clock: { nowMs: () => registry.nowMs },
    pause: () => Promise.resolve(),
    ...more,
  })
  return look.explain(digestNamed(name), policy)
}

/** `tag team/app:1: A root, a config`. */
async function told(...question: Parameters<typeof explain>): Promise<string> {
  const answer = await explain(...question)
  if (answer.kind !== 'kept') return answer.kind
  const { kind, ...root } = answer.root
  const path = answer.path.map(({ digest, as }) => `${nameOf(digest)} ${as}`).join(', ')
  return `${kind} ${Object.values(root).join(':')}: ${path}`
}

describe('why a digest is here', () => {
  it('is a tag, by the shortest path', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      I: index(['A']),
      O: index(['I']),
      B: image(['b', 'x']),
    })
    tag(registry, 'deep:1', 'O')
    expect(await told(registry, 'x')).toBe('tag deep:1: O root, I manifest, A manifest, x layer')
    tag(registry, 'team/app:1', 'B')
    expect(await told(registry, 'x')).toBe('tag team/app:1: B root, x layer')
    expect(await told(registry, 'b')).toBe('tag team/app:1: B root, b config')
    expect(await told(registry, 'B')).toBe('tag team/app:1: B root')
  })

  it('is the image that it is attached to', async () => {
    const registry = registryWith({ A: image(['a']), S: image(['s'], 'A') })
    tag(registry, 'team/app:1', 'A')
    link(registry, 'team/app', digestNamed('S'))
    expect(await told(registry, 's')).toBe('tag team/app:1: A root, S attached, s config')
  })

  it('is an untagged manifest, until the policy gives that up', async () => {
    const registry = registryWith({ A: image(['a', 'x']) })
    link(registry, 'team/app', digestNamed('A'))
    passHours(registry, 48)
    expect(await told(registry, 'x')).toBe('untagged manifest team/app: A root, x layer')
    const policy = { collectUntagged: true, untaggedMinimumAgeHours: 24 }
    expect(await explain(registry, 'x', policy)).toEqual({
      kind: 'garbage',
      cause: 'untagged image',
      repository: 'team/app',
      sizeBytes: sizeOf('x'),
    })
  })

  it('is the trash, while the image can be restored', async () => {
    const registry = registryWith({ A: image(['a', 'x']) })
    tag(registry, 'team/app:1', 'A')
    softDelete(registry, 'team/app', ['A'], { heldForMs: 1000 })
    expect(await told(registry, 'x')).toBe('trash team/app: A root, x layer')
    registry.nowMs += 2000
    expect(await explain(registry, 'x')).toMatchObject({
      kind: 'garbage',
      cause: 'expired trash',
      repository: 'team/app',
    })
  })

  it('is something unreadable in a repository that links it', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b']) })
    tag(registry, 'broken/app:1', 'A')
    tag(registry, 'broken/other:1', 'B')
    for (const letter of ['A', 'B']) storeBlob(registry, letter, 'no JSON')
    expect(await told(registry, 'x')).toBe(
      `unreadable repository broken/app:the manifest ${digestNamed('A')} cannot be read: no JSON; until it is pushed again, or deleted, its whole repository is kept: x root`,
    )
  })

  it('is nothing: garbage has its cause, and what is not there is absent', async () => {
    const registry = registryWith({ A: image(['a']) })
    link(registry, 'team/app', digestNamed('A'))
    unlink(registry, 'team/app', digestNamed('A'))
    storeBlob(registry, 'o')
    expect(await explain(registry, 'A')).toMatchObject({ kind: 'garbage', cause: 'deleted image' })
    expect(await explain(registry, 'o')).toMatchObject({
      kind: 'garbage',
      cause: 'orphaned layer',
      repository: null,
    })
    expect(await told(registry, 'never')).toBe('absent')
  })

  it('agrees with the plan about every blob', async () => {
    const registry = registryWith({
      A: image(['a', 'x']),
      B: image(['b', 'x', 'y']),
      I: index(['A', 'B']),
      C: image(['c', 'z']),
    })
    tag(registry, 'team/app:1', 'I')
    tag(registry, 'team/app:2', 'C')
    softDelete(registry, 'team/app', ['C'])
    const kinds = await Promise.all(
      [...registry.blobs.keys()].map(async (digest) => [
        nameOf(digest),
        (await explain(registry, nameOf(digest))).kind,
      ]),
    )
    expect(kinds.filter(([, kind]) => kind === 'garbage').map(([name]) => name)).toEqual([
      'C',
      'c',
      'z',
    ])
  })

  it('can be stopped being asked', async () => {
    const registry = registryWith({ A: image(['a']) })
    for (let number = 0; number < 40; number += 1) tag(registry, `team/app:${number}`, 'A')
    const stopped = { signal: { aborted: true } }
    await expect(explain(registry, 'a', undefined, stopped)).rejects.toThrow('stopped')
  })
})
