import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import { image, softDelete, tag, registryWith } from '#testing/gc/model-images.ts'
import { describe, expect, it } from 'vitest'

describe('a run with an earlier plan', () => {
  it('removes at most what the plan said', async () => {
    const registry = registryWith({ A: image(['a', 'x']), B: image(['b', 'y']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/app:2', 'B')
    softDelete(registry, 'team/app', ['A'])
    const { plan } = await collect(registry, { dryRun: true })
    softDelete(registry, 'team/app', ['B'])
    const { result } = await collect(registry, { atMost: plan?.items.toArray() ?? [] })
    expect(lettersOn(registry)).toBe('B b y')
    expect(result.removed).toEqual(plan?.totals)
    expect([...registry.trash.keys()]).toEqual(['trash-B'])
  })

  it('keeps what an entry needs that the plan does not know', async () => {
    const registry = registryWith({ A: image(['a', 'x']) })
    const { plan } = await collect(registry, { dryRun: true })
    tag(registry, 'team/app:1', 'A')
    softDelete(registry, 'team/app', ['A'])
    await collect(registry, { atMost: plan?.items.toArray() ?? [] })
    expect(lettersOn(registry)).toBe('A a x')
    expect(registry.trash.size).toBe(1)
  })
})
