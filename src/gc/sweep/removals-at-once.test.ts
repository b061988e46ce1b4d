import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import { image, link, store, storeBlob } from '#testing/gc/model-images.ts'
import { createModelRegistry, digestNamed } from '#testing/gc/model-registry.ts'
import type { RegistryRemover } from '../ports/registry-remover.ts'
import { describe, expect, it } from 'vitest'

describe('removals at once', () => {
  it.each([1, 3])('are no more than %i, which is what a stop waits for', async (removalsAtOnce) => {
    const registry = createModelRegistry()
    for (const name of 'abcdefgh') storeBlob(registry, name)
    const signal = { aborted: false }
    let begun = 0
    const slowly: RegistryRemover = {
      async remove(item, sinceMs) {
        begun += 1
        await Promise.resolve()
        signal.aborted = true
        return registry.remover.remove(item, sinceMs)
      },
    }
    const { result } = await collect(registry, {
      signal,
      remover: slowly,
      removalsAtOnce,
    })
    expect(result.endedBy).toBe('stopped')
    expect(begun).toBe(removalsAtOnce)
    expect(registry.removals).toHaveLength(removalsAtOnce)
  })

  it('are asked for in one turn where they are neighbours, and one by one where they have an order', async () => {
    const registry = createModelRegistry()
    for (const name of 'abcdefgh') storeBlob(registry, name)
    store(registry, { A: image([]), B: image([]), C: image([]) })
    for (const name of 'ABC') link(registry, 'team/app', digestNamed(name))
    let underWay = 0
    const most = new Map<string, number>()
    const counting: RegistryRemover = {
      async remove(item, sinceMs) {
        const kind = `${item.step}${item.isManifest ? ' of a manifest' : ''}`
        underWay += 1
        most.set(kind, Math.max(most.get(kind) ?? 0, underWay))
        await Promise.resolve()
        underWay -= 1
        return registry.remover.remove(item, sinceMs)
      },
    }
    await collect(registry, { remover: counting, untaggedAfterHours: 0 })
    expect(lettersOn(registry)).toBe('')
    expect(Object.fromEntries(most)).toEqual({
      'revision of a manifest': 1,
      blob: 8,
      'blob of a manifest': 3,
    })
  })
})
