import { expect, it } from 'vitest'
import type { ObjectStore } from '#storage/object-store.ts'
import { bytesOf } from './samples.ts'

/** What an object store must do that can set the time of an object. */
export function describeGivenTimes(name: string, open: () => Promise<ObjectStore>): void {
  it(`${name} tells the time that an object was given, until it is written again`, async () => {
    const store = await open()
    const timeOf = async () => {
      const [head] = await store.headMany(['a/b'])
      const [read] = await store.getMany(['a/b'], { maximumBytes: 100 })
      if (head?.kind !== 'found' || read?.kind !== 'found') throw new Error('it is not there')
      expect(read.modifiedAtMs).toBe(head.modifiedAtMs)
      return head.modifiedAtMs
    }
    for (const modifiedAtMs of [1_767_225_600_123, 1_767_225_600_999, 1_000]) {
      await store.put('a/b', bytesOf('text'), { modifiedAtMs })
      expect(await timeOf()).toBe(modifiedAtMs)
    }
    await store.put('a/b', bytesOf('text'))
    expect(await timeOf()).toBeGreaterThan(1_767_225_600_999)
  })
}
