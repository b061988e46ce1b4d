import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLeaseDeadline, systemLeaseClock } from '#adapters/filesystem/lease/lease-deadline.ts'
import type { DeleteOutcome } from '#storage/object-store.ts'
import { StoreError } from '#storage/errors.ts'
import { createRemovingThreads, type RemovingThreads } from './removing-threads.ts'

const sinceMs = Date.UTC(2026, 0, 2)

describe('the threads that remove for a collection', () => {
  let root = ''
  let threads: RemovingThreads
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jetsam-removing-'))
    threads = createRemovingThreads(root)
  })
  afterEach(async () => {
    await threads.close()
    await rm(root, { recursive: true })
  })

  async function layOut(name: string, writtenAtMs: number): Promise<void> {
    await mkdir(join(root, 'blobs', name), { recursive: true })
    await writeFile(join(root, 'blobs', name, 'data'), name)
    await utimes(join(root, 'blobs', name, 'data'), new Date(), new Date(writtenAtMs))
  }
  const how = { unlessModifiedSinceMs: sinceMs, prunes: true, durability: 'lazy' } as const
  const keysOf = (names: readonly string[]) => names.map((name) => `blobs/${name}/data`)
  const remove = (
    name: string,
    more: object = {},
    from = threads,
  ): Promise<readonly DeleteOutcome[]> => from.deleteBatch(keysOf([name]), { ...how, ...more })

  it('remove what is old and report its size, and keep what is young', async () => {
    await layOut('old', sinceMs - 1)
    await layOut('young', sinceMs)
    await layOut('durable', sinceMs - 1)
    expect(
      await Promise.all([
        remove('old'),
        remove('young'),
        remove('absent'),
        remove('durable', { durability: 'durable' }),
      ]),
    ).toEqual([
      [{ kind: 'removed', bytes: 3 }],
      [{ kind: 'modified' }],
      [{ kind: 'absent' }],
      [{ kind: 'removed', bytes: 7 }],
    ])
    expect(await readdir(join(root, 'blobs'))).toEqual(['young'])
  })

  it('follow no symbolic link, and report it as storage does, also one that appears later', async () => {
    await layOut('old', sinceMs - 1)
    await remove('old')
    const elsewhere = await mkdtemp(join(tmpdir(), 'jetsam-elsewhere-'))
    try {
      await rm(join(root, 'blobs'), { recursive: true })
      await mkdir(join(elsewhere, 'old'))
      await writeFile(join(elsewhere, 'old', 'data'), 'old')
      await symlink(elsewhere, join(root, 'blobs'))
      expect(await remove('old')).toMatchObject([{ kind: 'failed', code: 'INVALID_PATH' }])
      expect(await readdir(join(elsewhere, 'old'))).toEqual(['data'])
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  it('report of each key of a batch what came of it, in their order', async () => {
    const names = ['old', 'young', 'older']
    for (const name of names) await layOut(name, name === 'young' ? sinceMs : sinceMs - 1)
    const elsewhere = await mkdtemp(join(tmpdir(), 'jetsam-elsewhere-'))
    try {
      await symlink(elsewhere, join(root, 'linked'))
      const keys = [...keysOf(['old', 'nowhere']), 'linked/one/data', ...keysOf(['young', 'older'])]
      expect(await threads.deleteBatch(keys, how)).toEqual([
        { kind: 'removed', bytes: 3 },
        { kind: 'absent' },
        {
          kind: 'failed',
          code: 'INVALID_PATH',
          reason: expect.stringContaining('linked/one/data'),
        },
        { kind: 'modified' },
        { kind: 'removed', bytes: 5 },
      ])
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  it.each([0, Infinity])(
    'remove many items in one call, and continue with the rest after a mere pause of the lease (blocking %s ms)',
    async (blocksMs) => {
      for (const name of ['old', 'older', 'young']) {
        await layOut(name, name === 'young' ? sinceMs : sinceMs - 1)
      }
      const keys = keysOf(['old', 'young', 'absent', 'older'])
      const deadline = createLeaseDeadline()
      let isLost = true
      const mayWrite = async () => {
        if (isLost) throw new StoreError('NOT_HELD', 'lock')
        deadline.extend({ monotonicMs: systemLeaseClock.monotonicMs(), wallMs: Date.now() }, 1e9)
      }
      const written = new TextEncoder().encode('the term of this process')
      const fence = { path: join(root, 'lock'), written }
      await writeFile(fence.path, written)
      const held = createRemovingThreads(
        root,
        { mayWrite, shared: { deadline: deadline.shared, fence } },
        { blocksMs },
      )
      try {
        const failed = { kind: 'failed', code: 'NOT_HELD' }
        expect(await held.deleteBatch(keys, how)).toMatchObject([
          failed,
          { kind: 'modified' },
          { kind: 'absent' },
          failed,
        ])
        expect((await readdir(join(root, 'blobs'))).toSorted()).toEqual(['old', 'older', 'young'])
        isLost = false
        expect(await held.deleteBatch(keys, how)).toEqual([
          { kind: 'removed', bytes: 3 },
          { kind: 'modified' },
          { kind: 'absent' },
          { kind: 'removed', bytes: 5 },
        ])
        expect(await readdir(join(root, 'blobs'))).toEqual(['young'])
        // Another process has taken over, and the clocks of this one stood still.
        await layOut('old', sinceMs - 1)
        await writeFile(fence.path, 'the term of another process')
        expect(await held.deleteBatch(keysOf(['old']), how)).toMatchObject([failed])
        expect(await readdir(join(root, 'blobs'))).toEqual(['old', 'young'])
      } finally {
        await held.close()
      }
    },
  )

  it('take batches that are larger than a message', async () => {
    const names = [...Array(600).keys()].map(String)
    for (const name of names) await layOut(name, sinceMs - 1)
    const keys = keysOf(names)
    const batches = [keys.slice(0, 400), keys.slice(400, 410), keys.slice(410)]
    const outcomes = await Promise.all(batches.map((some) => threads.deleteBatch(some, how)))
    expect(outcomes.map(({ length }) => length)).toEqual([400, 10, 190])
    expect(await readdir(join(root, 'blobs'))).toEqual([])
  })

  it('try at least one of each batch in a message when the time is up', async () => {
    const names = [...Array(60).keys()].map(String)
    for (const name of names) await layOut(name, sinceMs - 1)
    const keys = keysOf(names)
    const batches = [keys.slice(0, 20), keys.slice(20, 40), keys.slice(40)]
    const outcomes = await Promise.all(
      batches.map((some) => threads.deleteBatch(some, { ...how, maximumMs: 0 })),
    )
    for (const [first, ...others] of outcomes) {
      expect(first).toMatchObject({ kind: 'removed' })
      expect(new Set(others.map(({ kind }) => kind))).toEqual(new Set(['not tried']))
    }
    expect(await readdir(join(root, 'blobs'))).toHaveLength(57)
  })

  it('start only once removals have blocked the caller for the time that it allows', async () => {
    // A thread rejects without the folder of its storage.
    const nowhere = join(root, 'nowhere')
    const keys = keysOf(['absent'])
    const absent = [{ kind: 'absent' }]
    const patient = createRemovingThreads(nowhere, undefined, { blocksMs: Infinity })
    for (let times = 0; times < 3; times += 1) {
      expect(await patient.deleteBatch(keys, how)).toEqual(absent)
    }
    const hasty = createRemovingThreads(nowhere, undefined, { blocksMs: Number.MIN_VALUE })
    expect(await hasty.deleteBatch(keys, how)).toEqual(absent)
    // Goes on without threads while they start, and asks them once they are up.
    expect(await hasty.deleteBatch(keys, how)).toEqual(absent)
    await vi.waitFor(() => expect(hasty.deleteBatch(keys, how)).rejects.toThrow('ENOENT'))
    const busy = createRemovingThreads(nowhere)
    await expect(busy.deleteBatch(keys, how)).rejects.toThrow('ENOENT')
    for (const started of [hasty, busy]) await started.close()
  })

  it('reject all open removals when they end, and restart for the next', async () => {
    await layOut('old', sinceMs - 1)
    const asked = Array.from({ length: 20 }, () => remove('absent'))
    const ended = Promise.allSettled(asked)
    await threads.close()
    const reasons = (await ended).flatMap((end) =>
      end.status === 'rejected' ? [String(end.reason)] : [],
    )
    expect(new Set(reasons)).toEqual(new Set(['Error: a storage thread ended']))
    expect(await remove('old')).toEqual([{ kind: 'removed', bytes: 3 }])
  })
})
