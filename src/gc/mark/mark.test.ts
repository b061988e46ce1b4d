import {
  image,
  index,
  link,
  softDelete,
  storeBlob,
  tag,
  registryWith,
} from '#testing/gc/model-images.ts'
import { digestNamed, nameOf, type ModelRegistry } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'
import { takeInventory } from '../inventory/inventory.ts'
import { mark, type MarkOptions } from './mark.ts'

const yielder = { step: () => null }

/** Letters kept, in order; `expire` names the untagged manifests that a policy would take. */
async function kept(registry: ModelRegistry, giveUp?: string): Promise<string> {
  const inventory = await takeInventory(registry.reader, registry.nowMs, yielder)
  const { graph } = inventory
  const old: MarkOptions['expire'] = async (_, untagged) =>
    new Set(untagged.filter((node) => giveUp?.includes(nameOf(graph.digestOf(node)))))
  const marking = await mark(inventory, { yielder, expire: giveUp === undefined ? null : old })
  return Array.from({ length: graph.size }, (_, node) => node)
    .filter((node) => marking.kept.get(node) === 1 && graph.stored.get(node) === 1)
    .map((node) => nameOf(graph.digestOf(node)))
    .toSorted()
    .join('')
}

describe('mark', () => {
  it('keeps what a tag leads to: A → a x, not B → b y', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'y']) })
    tag(registry, 'team/app:1', 'A')
    expect(await kept(registry)).toBe('Aax')
  })

  it('follows indexes in indexes: I → J → A → a x', async () => {
    const registry = registryWith({ A: image(['a', 'x']), J: index(['A']), I: index(['J']) })
    tag(registry, 'team/app:1', 'I')
    registry.repository('team/app').revisions.clear()
    expect(await kept(registry)).toBe('AIJax')
  })

  it('keeps a layer that only one of two images still needs', async () => {
    const registry = registryWith({ A: image(['a', 'x', 'y']), B: image(['b', 'y', 'z']) })
    tag(registry, 'team/app:1', 'A')
    expect(await kept(registry)).toBe('Aaxy')
  })

  it('keeps every linked manifest as long as no policy gives it up', async () => {
    const registry = registryWith({ A: image(['a']) })
    link(registry, 'team/app', digestNamed('A'))
    expect(await kept(registry)).toBe('Aa')
    expect(await kept(registry, 'A')).toBe('')
    expect(await kept(registry, '')).toBe('Aa')
  })

  it('never offers the policy what a tagged index lists, nor what is attached to a kept image', async () => {
    const registry = registryWith({
      A: image(['a']),
      B: image(['b']),
      I: index(['A', 'B']),
      S: image(['s'], 'A'),
      T: image(['t'], 'S'),
      U: image(['u'], 'Z'),
    })
    tag(registry, 'team/app:1', 'I')
    for (const letter of 'STU') link(registry, 'team/app', digestNamed(letter))
    expect(await kept(registry, 'ABSTU')).toBe('ABISTabst')
  })

  it('takes a fallback tag for an attachment of the image it names, and for a tag', async () => {
    const registry = registryWith({ A: image(['a']), S: image(['s']), R: index(['S']) })
    tag(registry, `team/app:${digestNamed('A').replace(':', '-')}.sig`, 'S')
    tag(registry, `team/app:${digestNamed('A').replace(':', '-')}`, 'R')
    expect(await kept(registry, 'ARS')).toBe('RSs')
  })

  it('keeps what the trash can still restore, and not what it cannot', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'x']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:2', 'B')
    softDelete(registry, 'team/app', ['A'], { heldForMs: 1000 })
    softDelete(registry, 'team/app', ['B'])
    expect(await kept(registry)).toBe('Aax')
  })

  it('keeps all of a repository while a tag of it cannot be read', async () => {
    const registry = registryWith({ A: image(['a']) })
    link(registry, 'team/app', digestNamed('A'))
    registry.repository('team/app').tags.set('broken', { digest: null, history: new Set() })
    expect(await kept(registry, 'A')).toBe('Aa')
  })

  it('follows an index entry of an unknown type, and keeps it when it is no manifest', async () => {
    const registry = registryWith({
      I: index(['A', 'c'], { mediaType: 'application/vnd.example.cache' }),
      A: image(['a']),
    })
    storeBlob(registry, 'c')
    tag(registry, 'team/app:cache', 'I')
    registry.repository('team/app').revisions.delete(digestNamed('A'))
    registry.repository('team/app').revisions.delete(digestNamed('c'))
    expect(await kept(registry)).toBe('AIac')
  })

  it('reads each manifest once, however many tags and repositories name it', async () => {
    const registry = registryWith({ A: image(['a']), I: index(['A']) })
    for (const reference of ['team/app:1', 'team/app:2', 'other:1']) tag(registry, reference, 'I')
    await kept(registry)
    expect([...registry.reads].map(([digest, count]) => nameOf(digest) + count)).toEqual([
      'I1',
      'A1',
    ])
  })
})
