import { countOf } from '#domain/values/packed-digests.ts'
import type { RegistryReader } from '../ports/registry-reader.ts'
import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  softDelete,
  store,
  storeBlob,
  tag,
  unlink,
} from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed, nameOf } from '#testing/gc/model-registry.ts'
import { describe, expect, it } from 'vitest'

describe('candidates', () => {
  it('are read as manifests only if nothing calls them layers', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']) })
    link(registry, 'team/app', digestNamed('A'))
    unlink(registry, 'team/app', digestNamed('A'))
    storeBlob(registry, 'o')
    await collect(registry, { dryRun: true })
    expect([...registry.reads.keys()].map(nameOf).toSorted()).toEqual(['A', 'o'])
  })

  it('are not those that are gone by the time they are looked at', async () => {
    const registry = createModelRegistry()
    storeBlob(registry, 'o')
    const reader: RegistryReader = {
      ...registry.reader,
      stat: async (digests) => new Float64Array(countOf(digests)).fill(-1),
    }
    const { plan } = await collect(registry, { reader, dryRun: true })
    expect(plan?.items.toArray()).toEqual([])
  })

  it('are opened, layers or not, while a repository cannot say what it needs', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']), C: image(['c', 'A']) })
    tag(registry, 'hiding/app:1', 'A')
    unlink(registry, 'hiding/app', digestNamed('A'))
    const fault = { repository: 'hiding/app', reason: 'unreadable', hidesContent: true }
    registry.repository('hiding/app').faults.push(fault)
    // The bytes of A were pushed as a layer elsewhere, and that image was deleted.
    tag(registry, 'other:1', 'C')
    softDelete(registry, 'other', ['C'])
    await collect(registry)
    expect(lettersOn(registry).split(' ')).toEqual(expect.arrayContaining(['A', 'a', 'x']))
  })
})

describe('the cause of garbage that two things lead to', () => {
  it('is the one that comes first, and the first repository by name', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']), B: image(['b', 'x']), C: image(['c', 'x']) })
    tag(registry, 'zoo:1', 'A')
    tag(registry, 'ant:1', 'B')
    tag(registry, 'bee:1', 'C')
    softDelete(registry, 'zoo', ['A'])
    softDelete(registry, 'ant', ['B'], { heldForMs: 1 })
    softDelete(registry, 'bee', ['C'])
    registry.nowMs += 1000
    const { plan } = await collect(registry, { dryRun: true })
    const x = plan?.items
      .toArray()
      .find(({ step, digest }) => step === 'blob' && digest === digestNamed('x'))
    expect(x).toMatchObject({ cause: 'deleted image', repository: 'bee' })
  })

  it('is never what a kept image needs as well', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']), B: image(['b', 'x']), I: index(['A', 'B']) })
    tag(registry, 'team/app:1', 'I')
    tag(registry, 'team/app:2', 'B')
    softDelete(registry, 'team/app', ['I', 'A'])
    const { plan } = await collect(registry, { dryRun: true })
    const going = plan?.items
      .toArray()
      .flatMap(({ step, digest }) => (step === 'blob' && digest ? [nameOf(digest)] : []))
    expect(going?.toSorted()).toEqual(['A', 'I', 'a'])
  })
})
