import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreError } from '#storage/errors.ts'
import { createDiskFileTree } from './disk-file-tree.ts'
import { mayMount, onSmallDisk } from '#testing/faults/small-disk.ts'
import { createSpaceReserve, withReserve } from './space-reserve.ts'

const megabyte = 1024 * 1024
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetsam-reserve-'))
})
afterEach(() => rm(folder, { recursive: true }))

const full = () => new StoreError('FULL', 'somewhere')

describe('a reserve', () => {
  test('takes all of its space, releases it, and takes it again', async () => {
    const file = join(folder, 'reserve')
    const reserve = createSpaceReserve({ file, sizeBytes: megabyte })
    expect(reserve.state()).toBe('none')
    expect(await reserve.ensure()).toBe(true)
    const { size, blocks } = await stat(file)
    expect([size, blocks * 512 >= megabyte]).toEqual([megabyte, true])
    expect(await reserve.giveUp()).toBe(true)
    expect(reserve.state()).toBe('given up')
    await expect(stat(file)).rejects.toThrow('ENOENT')
    expect(await reserve.giveUp()).toBe(false)
    expect(await reserve.ensure()).toBe(true)
    expect((await stat(file)).size).toBe(megabyte)
  })

  test('is found by the next process, and completed after a crash cut it short', async () => {
    const file = join(folder, 'reserve')
    await writeFile(file, 'half')
    const reserve = createSpaceReserve({ file, sizeBytes: megabyte })
    expect([await reserve.ensure(), reserve.state()]).toEqual([true, 'held'])
    expect((await stat(file)).size).toBe(megabyte)
    const next = createSpaceReserve({ file, sizeBytes: megabyte })
    expect([await next.ensure(), next.state()]).toEqual([true, 'held'])
  })

  test('releases a dispensable file if there is no reserve', async () => {
    const [file, dispensable] = [join(folder, 'reserve'), join(folder, 'cache')]
    await writeFile(dispensable, 'much')
    const reserve = createSpaceReserve({ file, sizeBytes: megabyte, dispensable })
    await reserve.ensure()
    expect(await reserve.giveUp()).toBe(true)
    expect((await stat(dispensable)).size).toBe(4)
    expect(await reserve.giveUp()).toBe(true)
    await expect(stat(dispensable)).rejects.toThrow('ENOENT')
  })

  test('that cannot be made for another reason than space prevents no write', async () => {
    const reserve = createSpaceReserve({ file: join(folder, 'no', 'reserve'), sizeBytes: megabyte })
    expect([await reserve.ensure(), reserve.state()]).toEqual([true, 'none'])
  })
})

describe('an act that needs the reserve', () => {
  test.each([
    ['is repeated after the reserve was released', true, 2],
    ['fails with the same error without a reserve', false, 1],
  ])('%s', async (_, gaveUp, calls) => {
    let called = 0
    const act = () => {
      called += 1
      return called === 1 ? Promise.reject(full()) : Promise.resolve('done')
    }
    const outcome = withReserve({ giveUp: async () => gaveUp }, act)
    if (gaveUp) expect(await outcome).toBe('done')
    else await expect(outcome).rejects.toMatchObject({ code: 'FULL' })
    expect(called).toBe(calls)
  })

  test('does not use it after another failure', async () => {
    const giveUp = () => Promise.reject(new Error('asked'))
    const denied = new StoreError('DENIED', 'somewhere')
    await expect(withReserve({ giveUp }, () => Promise.reject(denied))).rejects.toBe(denied)
  })
})

// These need root: `mayMount` makes a run that must be complete fail without it.
describe.runIf(mayMount())('a storage on a full disk', () => {
  const bytes = (length: number) => new Uint8Array(length).fill(1)

  async function withStorage(
    act: (on: {
      storage: Awaited<ReturnType<typeof createDiskFileTree>>
      reserve: ReturnType<typeof createSpaceReserve>
      fill(): Promise<void>
      empty(): Promise<void>
    }) => Promise<void>,
  ): Promise<void> {
    await onSmallDisk(4, async (disk) => {
      const root = join(disk.path, 'registry')
      await mkdir(join(root, 'jetsam/v1'), { recursive: true })
      const file = join(root, 'jetsam/v1/reserve')
      const reserve = createSpaceReserve({ file, sizeBytes: megabyte })
      await reserve.ensure()
      const storage = await createDiskFileTree({ root, reserve })
      await act({ storage, reserve, fill: disk.fill, empty: disk.empty })
    })
  }

  test('writes what frees space, and keeps the reserve from everything else', async () => {
    await withStorage(async ({ storage, reserve, fill, empty }) => {
      await storage.write('image', bytes(1000))
      await fill()
      await expect(storage.write('other', bytes(10_000))).rejects.toMatchObject({ code: 'FULL' })
      expect(reserve.state()).toBe('held')
      await storage.write('entry', bytes(10_000), { fromReserve: true })
      expect((await storage.open('entry'))?.sizeBytes).toBe(10_000)
      expect(reserve.state()).toBe('given up')
      // A megabyte is free now.
      for (const how of [{}, { append: true }]) {
        await expect(storage.write('other', bytes(10), how)).rejects.toMatchObject({ code: 'FULL' })
      }
      await storage.write('entry', bytes(20_000), { fromReserve: true })
      await storage.move('entry', 'entry.claimed')
      await storage.remove('image')
      await empty()
      await storage.write('other', bytes(10))
      expect(reserve.state()).toBe('held')
    })
  })

  test('does not let a stream under way use the released space', async () => {
    await withStorage(async ({ storage, reserve }) => {
      let chunks = 0
      const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
        async pull(controller) {
          chunks += 1
          if (chunks === 3) await reserve.giveUp()
          controller.enqueue(bytes(1000))
        },
      })
      await expect(storage.write('upload', endless)).rejects.toMatchObject({ code: 'FULL' })
      expect(chunks).toBeLessThan(10)
    })
  })
})
