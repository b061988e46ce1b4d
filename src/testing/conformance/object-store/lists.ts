import { beforeEach, describe, expect, it } from 'vitest'
import { listAll, places, putAll, type OpenedStore } from './samples.ts'

/** What an object store must list. */
export function describeLists(opened: OpenedStore, hasFolders: boolean): void {
  describe('list', () => {
    const keys = ['p/a-b/1', 'p/a.b', 'p/a/2', 'p/a/b/3', 'p/a0', 'p/é', 'p/\uFF5E', 'p/\u{1F600}']
    const children = ['p/a-b/', 'p/a.b', 'p/a/', 'p/a0', 'p/é', 'p/\uFF5E', 'p/\u{1F600}']
    beforeEach(() => putAll(opened.store, [...keys, 'other/key', 'q']))

    it('returns keys at any depth, or keys and prefixes of one level, in byte order', async () => {
      expect(await places(opened.store, 'p/')).toEqual(keys)
      expect(await places(opened.store, 'p/', { delimiter: '/' })).toEqual(children)
      expect(keys).toEqual(
        keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
      )
      expect(await places(opened.store)).toEqual(['other/key', ...keys, 'q'])
      const top = await listAll(opened.store, '', { delimiter: '/' })
      expect(top).toContainEqual({ kind: 'prefix', prefix: 'p/' })
      expect(top).toContainEqual({ kind: 'key', key: 'q' })
      expect(await listAll(opened.store, 'nowhere/deep/')).toEqual([])
    })

    it('has nothing below a key, and reports a file where only folders lead to keys', async () => {
      for (const [key, prefix] of [
        ['q', 'q/'],
        ['q', 'q/deep/er/'],
        ['p/a.b', 'p/a.b/'],
      ] as const) {
        for (const options of [{}, { delimiter: '/' }, { stable: true }] as const) {
          expect(await listAll(opened.store, prefix, options)).toEqual(
            hasFolders ? [{ kind: 'blind spot', key, obstacle: 'file' }] : [],
          )
        }
      }
    })

    it('starts after a key or a prefix', async () => {
      for (const [options, whole] of [
        [{}, keys],
        [{ delimiter: '/' }, children],
        [{ stable: true }, keys],
      ] as const) {
        for (const [at, after] of whole.entries()) {
          expect(await places(opened.store, 'p/', { ...options, after })).toEqual(
            whole.slice(at + 1),
          )
        }
      }
      expect(await places(opened.store, 'p/', { after: 'p/a/' })).toEqual(keys.slice(2))
      expect(await places(opened.store, 'p/', { after: 'o' })).toEqual(keys)
      expect(await places(opened.store, 'p/', { after: 'q' })).toEqual([])
    })

    it('returns thousands in pages', async () => {
      const many = Array.from({ length: 1200 }, (_, at) => `many/${1000 + at}/link`)
      await putAll(opened.store, many)
      const pages: number[] = []
      for await (const page of opened.store.list('many/', { delimiter: '/' }))
        pages.push(page.length)
      expect(pages.every((length) => length > 0)).toBe(true)
      expect(pages.length).toBeGreaterThan(1)
      expect(await places(opened.store, 'many/')).toEqual(many)
      const outcomes = await opened.store.deleteMany(many)
      expect(outcomes).toHaveLength(many.length)
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(
        new Set(['{"kind":"removed","bytes":14}']),
      )
      expect(await places(opened.store, 'many/')).toEqual([])
    })

    it('leaves out nothing that exists all the time, while others come and go', async () => {
      const churn = new AbortController()
      const churning = (async () => {
        for (let round = 0; !churn.signal.aborted; round += 1) {
          const passing = [`p/0${round}`, `p/a/0${round}`, `p/zz/${round}/x`]
          await putAll(opened.store, passing)
          await opened.store.deleteMany(passing, { durability: 'lazy', prunes: true })
        }
      })()
      try {
        for (let round = 0; round < 20; round += 1) {
          const listed = new Set(await places(opened.store, 'p/', { stable: true }))
          expect(keys.filter((key) => !listed.has(key))).toEqual([])
        }
      } finally {
        churn.abort()
        await churning
      }
    })
  })
}
