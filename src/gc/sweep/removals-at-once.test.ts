import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import { image, index, link, store, storeBlob } from '#testing/gc/model-images.ts'
import {
  createModelRegistry,
  digestNamed,
  nameOf,
  type ModelRegistry,
} from '#testing/gc/model-registry.ts'
import type { RegistryRemover } from '../ports/registry-remover.ts'
import { describe, expect, it } from 'vitest'

describe('removals at once', () => {
  it.each([1, 3])('are no more than %i, which is what a stop waits for', async (removalsAtOnce) => {
    const registry = createModelRegistry()
    for (const name of 'abcdefgh') storeBlob(registry, name)
    const signal = { aborted: false }
    let begun = 0
    const slowly: RegistryRemover = {
      async removeBatch(items, sinceMs) {
        begun += items.length
        await Promise.resolve()
        signal.aborted = true
        return registry.remover.removeBatch(items, sinceMs)
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

  it('go together where they are neighbours, and an index before what it lists', async () => {
    const registry = createModelRegistry()
    for (const name of 'abcdefgh') storeBlob(registry, name)
    store(registry, { A: image([]), B: image([]), C: image([]), I: index(['A', 'B']) })
    for (const name of 'ABCI') link(registry, 'team/app', digestNamed(name))
    for (const name of 'AC') link(registry, 'team/web', digestNamed(name))
    const batches: string[] = []
    const noting: RegistryRemover = {
      removeBatch(items, sinceMs) {
        const letters = items.flatMap(({ digest }) => (digest ? [nameOf(digest)] : [])).toSorted()
        batches.push(`${items[0]?.step} ${letters.join('')}`)
        return registry.remover.removeBatch(items, sinceMs)
      },
    }
    await collect(registry, { remover: noting, untaggedAfterHours: 0 })
    expect(lettersOn(registry)).toBe('')
    const links = batches.slice(0, 3)
    expect(links.toSorted()).toEqual(['revision AB', 'revision AC', 'revision CI'])
    expect(batches.indexOf('revision CI')).toBeLessThan(batches.indexOf('revision AB'))
    expect(batches.slice(3)).toEqual(['blob abcdefgh', 'blob ABCI'])
  })

  it('have as many items as may be under way, and no more batches than fit', async () => {
    const registry = createModelRegistry()
    for (const repository of ['one', 'two', 'three', 'four', 'five']) {
      for (const name of 'ab') registry.repository(repository).layers.set(digestNamed(name), 0)
    }
    let underWay = 0
    let most = 0
    const counting: RegistryRemover = {
      async removeBatch(items, sinceMs) {
        expect(new Set(items.map(({ repository }) => repository)).size).toBe(1)
        underWay += items.length
        most = Math.max(most, underWay)
        await Promise.resolve()
        underWay -= items.length
        return registry.remover.removeBatch(items, sinceMs)
      },
    }
    await collect(registry, { remover: counting, removalsAtOnce: 5 })
    expect(most).toBe(4)
    expect(registry.removals).toHaveLength(10)
  })
})

describe('a batch', () => {
  function registryOf(letters: string): ModelRegistry {
    const registry = createModelRegistry()
    for (const name of letters) storeBlob(registry, name)
    return registry
  }

  it('is asked for again as far as there was no time, unless the run is over by then', async () => {
    for (const isStopped of [false, true]) {
      const registry = registryOf('abcdef')
      const signal = { aborted: false }
      const slow: RegistryRemover = {
        async removeBatch(items, sinceMs) {
          const outcomes = await registry.remover.removeBatch(items.slice(0, 2), sinceMs)
          signal.aborted = isStopped
          return items.map((_, position) => outcomes[position] ?? { kind: 'not tried' })
        },
      }
      const { result } = await collect(registry, { remover: slow, signal })
      expect(registry.removals).toHaveLength(isStopped ? 2 : 6)
      expect(result.left.layers).toBe(isStopped ? 4 : 0)
      expect(result).toMatchObject({ failures: [], skipped: 0 })
    }
  })

  it('that rejects, or leaves out an answer, has failed and says so of each item', async () => {
    const rejecting = registryOf('abc')
    const failed = await collect(rejecting, {
      remover: { removeBatch: () => Promise.reject(new Error('disk on fire')) },
    })
    expect(failed.result.failures.map(({ reason }) => reason)).toEqual(
      Array(3).fill('disk on fire'),
    )
    expect(failed.result.removed.bytes).toBe(0)
    const silent = registryOf('abc')
    const { result } = await collect(silent, { remover: { removeBatch: async () => [] } })
    expect(result.failures).toHaveLength(3)
    expect(lettersOn(silent)).toBe('a b c')
  })

  it('tells the outcome of the other items if one fails', async () => {
    const registry = createModelRegistry({
      beforeRemoval: ({ digest }) => {
        if (digest === digestNamed('b')) throw new Error('disk on fire')
      },
    })
    for (const name of 'abc') storeBlob(registry, name)
    registry.leased.add(digestNamed('c'))
    const { result } = await collect(registry)
    expect(lettersOn(registry)).toBe('b c')
    expect(result).toMatchObject({
      removed: { layers: 1 },
      skipped: 1,
      failures: [{ subject: digestNamed('b'), reason: 'disk on fire' }],
    })
  })
})
