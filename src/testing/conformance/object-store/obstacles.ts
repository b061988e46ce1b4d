import { describe, expect, it } from 'vitest'
import { StoreError } from '#storage/errors.ts'
import type { Obstacle, Prefix } from '#storage/object-store.ts'
import {
  bytesOf,
  hostileKeys,
  listAll,
  placeOf,
  places,
  putAll,
  readText,
  type OpenedStore,
} from './samples.ts'

export interface ObstacleHost {
  /**
   * Each kind of obstacle that the platform can have: puts one in the place of a key, with content
   * that could be read as `<key>/below` through it.
   */
  readonly obstacles?: Partial<Readonly<Record<Obstacle, (key: string) => Promise<void>>>>
  /** Whether the obstacle's target is unchanged. */
  isOutsideUnchanged?(): Promise<boolean>
}

/** What an object store must refuse, and which blind spots it must report. */
export function describeObstacles(opened: OpenedStore, host: ObstacleHost): void {
  describe.each(hostileKeys)('given the key %j', (key) => {
    const invalid = { code: 'INVALID_PATH' }

    it('does nothing', async () => {
      await putAll(opened.store, ['b', 'good'])
      await expect(opened.store.get(key)).rejects.toMatchObject(invalid)
      await expect(opened.store.put(key, bytesOf('1'))).rejects.toMatchObject(invalid)
      await expect(opened.store.move(key, 'b')).rejects.toMatchObject(invalid)
      await expect(opened.store.move('b', key)).rejects.toMatchObject(invalid)
      await expect(opened.store.headMany(['good', key])).rejects.toMatchObject(invalid)
      await expect(opened.store.getMany(['good', key], { maximumBytes: 9 })).rejects.toMatchObject(
        invalid,
      )
      await expect(opened.store.deleteMany(['good', key])).rejects.toMatchObject(invalid)
      // A prefix like any other.
      if (!key.endsWith('/')) {
        if (key !== '')
          await expect(listAll(opened.store, key as Prefix)).rejects.toMatchObject(invalid)
        await expect(opened.store.pruneMany([key as 'a/'])).rejects.toMatchObject(invalid)
      }
      await expect(listAll(opened.store, `${key}/`)).rejects.toMatchObject(invalid)
      await expect(opened.store.pruneMany(['good/', `${key}/`])).rejects.toMatchObject(invalid)
      expect(await places(opened.store)).toEqual(['b', 'good'])
    })
  })

  const obstacles = Object.entries(host.obstacles ?? {})
  const levels = ['x', 'x/one', 'x/one/two', 'x/one/two/three']

  describe.each(obstacles)('with a %s', (obstacle, make) => {
    const isDenied = obstacle === 'no permission'

    it.each(levels)(
      'at %s, reports it in every list that could contain what is behind it',
      async (at) => {
        await putAll(opened.store, ['x0/seen', 'w'])
        await make(at)
        for (const options of [{}, { stable: true }, { delimiter: '/' }] as const) {
          for (const prefix of ['', ...levels.map((level): Prefix => `${level}/`)] as const) {
            const listed = await listAll(opened.store, prefix, options)
            const isBehind = prefix.startsWith(`${at}/`)
            if (isBehind) {
              const after = `${prefix}m`
              expect(await listAll(opened.store, prefix, { ...options, after })).toEqual(listed)
              expect(listed).toMatchObject([{ kind: 'blind spot', obstacle }])
              expect(prefix.startsWith(`${listed.map(placeOf).join()}/`)).toBe(true)
            } else if (options.delimiter === undefined) {
              expect(listed).toContainEqual({ kind: 'blind spot', key: at, obstacle })
              // Also if only what is behind it is listed.
              expect(
                await listAll(opened.store, prefix, { ...options, after: `${at}/m` }),
              ).toContainEqual({
                kind: 'blind spot',
                key: at,
                obstacle,
              })
            } else if (!at.slice(prefix.length).includes('/')) {
              // An unreadable folder looks like any other from outside.
              expect(listed).toContainEqual(
                isDenied
                  ? { kind: 'prefix', prefix: `${at}/` }
                  : { kind: 'blind spot', key: at, obstacle },
              )
            }
          }
        }
        expect(await places(opened.store)).toEqual(expect.arrayContaining(['w', 'x0/seen']))
      },
    )

    it.each(levels)('at %s, reads and writes nothing behind it', async (at) => {
      await make(at)
      const keys = isDenied
        ? [`${at}/below`, `${at}/deep/below`]
        : [at, `${at}/below`, `${at}/deep/below`]
      const expected = isDenied ? { kind: 'failed', code: 'DENIED' } : { kind: 'hidden', obstacle }
      for (const outcome of [
        ...(await opened.store.headMany(keys)),
        ...(await opened.store.getMany(keys, { maximumBytes: 99 })),
      ]) {
        expect(outcome).toMatchObject(expected)
      }
      const below = `${at}/below`
      if (isDenied) await expect(opened.store.get(below)).rejects.toMatchObject({ code: 'DENIED' })
      else expect(await opened.store.get(below)).toBeNull()
      await expect(opened.store.put(below, bytesOf('1'))).rejects.toBeInstanceOf(StoreError)
      await expect(opened.store.move(below, 'elsewhere')).rejects.toBeInstanceOf(StoreError)
      await opened.store.put('own', bytesOf('1'))
      await expect(opened.store.move('own', below)).rejects.toBeInstanceOf(StoreError)
      expect(await readText(opened.store, 'own')).toBe('1')
      const [deleted] = await opened.store.deleteMany([below])
      expect(deleted?.kind).toBe(obstacle === 'strange file' ? 'absent' : 'failed')
      expect(await opened.store.pruneMany([`${at}/`]).catch(() => [false])).toEqual([false])
      expect(await host.isOutsideUnchanged?.()).not.toBe(false)
      // It is still in its place.
      expect(await listAll(opened.store)).toContainEqual({ kind: 'blind spot', key: at, obstacle })
    })

    if (isDenied) return

    it('removes it, for zero bytes, if it is in the place of the key itself', async () => {
      await make('x/one')
      await putAll(opened.store, ['x/other'])
      expect(await opened.store.deleteMany(['x/one', 'x/other'])).toEqual([
        { kind: 'removed', bytes: 0 },
        { kind: 'removed', bytes: 7 },
      ])
      expect(await listAll(opened.store)).toEqual([])
      expect(await host.isOutsideUnchanged?.()).not.toBe(false)
    })

    it('replaces it instead of writing through it', async () => {
      await make('x/one')
      await opened.store.put('x/one', bytesOf('own'))
      expect(await readText(opened.store, 'x/one')).toBe('own')
      expect(await host.isOutsideUnchanged?.()).not.toBe(false)
    })
  })
}
