import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectStore } from '#storage/object-store.ts'
import { describeBodies } from './bodies.ts'
import { describeLists } from './lists.ts'
import { describeObstacles, type ObstacleHost } from './obstacles.ts'
import { describeRemovals } from './removals.ts'
import { listAll } from './samples.ts'

export interface ObjectStoreHost extends ObstacleHost {
  /** An empty store. */
  open(): Promise<ObjectStore>
  close?(): Promise<void>
  /** Whether folders lead to keys here, so that a file in their place must be reported. */
  readonly hasFolders?: boolean
}

/** What every object store must do. */
export function describeObjectStore(name: string, host: ObjectStoreHost): void {
  describe(`${name} as an object store`, () => {
    const opened = {} as { store: ObjectStore }
    beforeEach(async () => {
      opened.store = await host.open()
    })
    afterEach(() => host.close?.())

    it('is empty at first', async () => {
      expect(await opened.store.get('a/b')).toBeNull()
      expect(await listAll(opened.store)).toEqual([])
      expect(await listAll(opened.store, 'a/')).toEqual([])
      expect(await opened.store.headMany(['a'])).toEqual([{ kind: 'absent' }])
      expect(await opened.store.getMany(['a'], { maximumBytes: 1 })).toEqual([{ kind: 'absent' }])
      expect(await opened.store.deleteMany(['a/b', 'c'])).toEqual([
        { kind: 'absent' },
        { kind: 'absent' },
      ])
      expect(await opened.store.pruneMany(['a/', 'b/c/'])).toEqual([true, true])
      expect(await opened.store.pruneMany([])).toEqual([])
    })

    describeBodies(opened)
    describeLists(opened, host.hasFolders ?? false)
    describeRemovals(opened)
    describeObstacles(opened, host)
  })
}
