import { describe, expect, it } from 'vitest'
import { bytesOf, listAll, places, putAll, readText, type OpenedStore } from './samples.ts'

/** What an object store must remove, move and prune, and nothing else. */
export function describeRemovals(opened: OpenedStore): void {
  describe('deleteMany', () => {
    it('reports the outcome for each key', async () => {
      await putAll(opened.store, ['x/old/data', 'x/other/data', 'x/twice/data'])
      const [head] = await opened.store.headMany(['x/old/data'])
      const sinceMs = head?.kind === 'found' ? head.modifiedAtMs : NaN
      expect(
        await opened.store.deleteMany(['x/old/data'], { unlessModifiedSinceMs: sinceMs }),
      ).toEqual([{ kind: 'modified' }])
      expect(
        await opened.store.deleteMany(['x/old/data', 'x/nowhere/data', 'x/twice', 'y'], {
          unlessModifiedSinceMs: sinceMs + 1,
          prunes: true,
        }),
      ).toEqual([
        { kind: 'removed', bytes: 10 },
        { kind: 'absent' },
        { kind: 'absent' },
        { kind: 'absent' },
      ])
      const twice = ['x/twice/data', 'x/twice/data']
      const outcomes = await opened.store.deleteMany(twice, { prunes: true })
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['absent', 'removed'])
      expect(await listAll(opened.store, 'x/', { delimiter: '/' })).toEqual([
        { kind: 'prefix', prefix: 'x/other/' },
      ])
    })

    it('tries at least one key without time, and reports which it did not try', async () => {
      const keys = [...Array(1100).keys()].map((number) => `many/${number}/data`)
      await putAll(opened.store, keys)
      const how = { maximumMs: 0, unlessModifiedSinceMs: Infinity, durability: 'lazy' } as const
      const outcomes = await opened.store.deleteMany(keys, how)
      expect(outcomes[0]).toMatchObject({ kind: 'removed' })
      const left = keys.filter((_, position) => outcomes[position]?.kind === 'not tried')
      const removed = outcomes.filter(({ kind }) => kind === 'removed')
      expect(removed.length + left.length).toBe(keys.length)
      expect((await places(opened.store)).toSorted()).toEqual(left.toSorted())
    })

    it.each(['durable', 'lazy'] as const)('removes only the given keys, %s', async (durability) => {
      await putAll(opened.store, ['a/b/1', 'a/b/2', 'a/bc', 'd'])
      await opened.store.deleteMany(['a/b/1', 'a/b', 'a', 'd'], { durability })
      expect(await places(opened.store)).toEqual(['a/b/2', 'a/bc'])
      await opened.store.put('a/b/1', bytesOf('again'))
      expect(await places(opened.store)).toEqual(['a/b/1', 'a/b/2', 'a/bc'])
    })

    it('loses nothing that is written at the same time', async () => {
      for (let round = 0; round < 30; round += 1) {
        await opened.store.put('a/b/gone', bytesOf('x'))
        await Promise.all([
          opened.store.deleteMany(['a/b/gone'], { durability: 'lazy', prunes: true }),
          opened.store.put('a/b/kept', bytesOf(String(round))),
        ])
        expect(await readText(opened.store, 'a/b/kept')).toBe(String(round))
        await opened.store.deleteMany(['a/b/kept'], { durability: 'lazy', prunes: true })
      }
    })
  })

  it('moves an object over another, with its time', async () => {
    await putAll(opened.store, ['from/a', 'to/b'])
    await opened.store.move('from/a', 'to/b')
    expect(await places(opened.store)).toEqual(['to/b'])
    expect(await readText(opened.store, 'to/b')).toBe('from/a')
    await opened.store.move('to/b', 'elsewhere/deep/c')
    expect(await places(opened.store)).toEqual(['elsewhere/deep/c'])
    await expect(opened.store.move('from/a', 'b')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(opened.store.move('elsewhere', 'b')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(opened.store.move('elsewhere/deep', 'b')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await places(opened.store)).toEqual(['elsewhere/deep/c'])
  })

  it('prunes prefixes without an object, and nothing else', async () => {
    await putAll(opened.store, ['a/b/c/1', 'a/d/2'])
    expect(await opened.store.pruneMany(['a/'])).toEqual([false])
    await opened.store.deleteMany(['a/b/c/1'])
    // Each by itself, in their order.
    expect(await opened.store.pruneMany(['a/d/', 'a/b/', 'nowhere/'])).toEqual([false, true, true])
    expect(await opened.store.pruneMany(['a/'])).toEqual([false])
    expect(await opened.store.pruneMany(['a/d/2/'])).toEqual([false])
    expect(await listAll(opened.store, 'a/', { delimiter: '/' })).toEqual([
      { kind: 'prefix', prefix: 'a/d/' },
    ])
    await opened.store.deleteMany(['a/d/2'])
    expect(await opened.store.pruneMany(['a/'])).toEqual([true])
    expect(await places(opened.store, '', { delimiter: '/' })).not.toContain('a/')
  })

  it('loses nothing that is written while it prunes', async () => {
    for (let round = 0; round < 30; round += 1) {
      const key = `a/${round}/b/c/d`
      await opened.store.put(`${key}/gone`, bytesOf('x'))
      await opened.store.deleteMany([`${key}/gone`], { durability: 'lazy' })
      const [[isGone]] = await Promise.all([
        opened.store.pruneMany(['a/']),
        opened.store.put(`${key}/kept`, bytesOf('kept')),
      ])
      expect(await readText(opened.store, `${key}/kept`), `${round}: ${isGone}`).toBe('kept')
      await opened.store.deleteMany([`${key}/kept`], { durability: 'lazy' })
    }
  })
}
