import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLeaseTerm, systemLeaseClock } from '#adapters/filesystem/lease/lease-term.ts'
import { StorageError } from '#storage/storage.ts'
import { removeFolderWith } from '#testing/builders/one-removal.ts'
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
  const remove = (name: string, durably = false) =>
    removeFolderWith(threads.removeFolders, {
      folder: `blobs/${name}`,
      file: 'data',
      sinceMs,
      durably,
    })

  it('remove what is old and report its size, and keep what is young', async () => {
    await layOut('old', sinceMs - 1)
    await layOut('young', sinceMs)
    await layOut('durable', sinceMs - 1)
    expect(
      await Promise.all([
        remove('old'),
        remove('young'),
        remove('absent'),
        remove('durable', true),
      ]),
    ).toEqual([
      { kind: 'removed', bytes: 3 },
      { kind: 'in use' },
      { kind: 'absent' },
      { kind: 'removed', bytes: 7 },
    ])
    expect(await readdir(join(root, 'blobs'))).toEqual(['young'])
  })

  it('follow no symbolic link, and report it as storage does', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'jetsam-elsewhere-'))
    try {
      await mkdir(join(elsewhere, 'old'))
      await writeFile(join(elsewhere, 'old', 'data'), 'old')
      await symlink(elsewhere, join(root, 'blobs'))
      await expect(remove('old')).rejects.toMatchObject({
        name: 'StoreError',
        code: 'INVALID_PATH',
      })
      expect(await readdir(join(elsewhere, 'old'))).toEqual(['data'])
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  it('reuse nothing that they saw in another collection', async () => {
    await layOut('old', sinceMs - 1)
    await layOut('other', sinceMs - 1)
    await remove('old')
    const moved = await mkdtemp(join(tmpdir(), 'jetsam-elsewhere-'))
    try {
      await rm(join(root, 'blobs'), { recursive: true })
      await mkdir(join(moved, 'other'))
      await writeFile(join(moved, 'other', 'data'), 'other')
      await symlink(moved, join(root, 'blobs'))
      const later = { folder: 'blobs/other', file: 'data', sinceMs: sinceMs + 1, durably: false }
      await expect(removeFolderWith(threads.removeFolders, later)).rejects.toMatchObject({
        code: 'INVALID_PATH',
      })
      expect(await readdir(moved)).toEqual(['other'])
    } finally {
      await rm(moved, { recursive: true })
    }
  })

  it('remove nothing once the lease has ended, and continue after a mere pause', async () => {
    const term = createLeaseTerm()
    let isLost = true
    const mayWrite = async () => {
      if (isLost) throw new StorageError('NOT_HELD', 'lock')
      term.extend({ monotonicMs: systemLeaseClock.monotonicMs(), wallMs: Date.now() }, 1e9)
    }
    const held = createRemovingThreads(root, { mayWrite, term: term.shared })
    const removal = { folder: 'blobs/old', file: 'data', sinceMs, durably: false }
    try {
      await layOut('old', sinceMs - 1)
      await expect(removeFolderWith(held.removeFolders, removal)).rejects.toMatchObject({
        code: 'NOT_HELD',
      })
      expect(await readdir(join(root, 'blobs'))).toEqual(['old'])
      isLost = false
      expect(await removeFolderWith(held.removeFolders, removal)).toEqual({
        kind: 'removed',
        bytes: 3,
      })
    } finally {
      await held.close()
    }
  })

  it('remove many items in one call, and continue with the rest after a mere pause of the lease', async () => {
    for (const name of ['old', 'older', 'young']) {
      await layOut(name, name === 'young' ? sinceMs : sinceMs - 1)
    }
    const keys = ['old', 'young', 'absent', 'older'].map((name) => `blobs/${name}/data`)
    const term = createLeaseTerm()
    let isLost = true
    const mayWrite = async () => {
      if (isLost) throw new StorageError('NOT_HELD', 'lock')
      term.extend({ monotonicMs: systemLeaseClock.monotonicMs(), wallMs: Date.now() }, 1e9)
    }
    const held = createRemovingThreads(root, { mayWrite, term: term.shared })
    try {
      const failed = { kind: 'failed', code: 'NOT_HELD' }
      const options = { unlessModifiedSinceMs: sinceMs, prunes: true }
      expect(await held.deleteBatch(keys, options)).toMatchObject([
        failed,
        { kind: 'modified' },
        { kind: 'absent' },
        failed,
      ])
      expect((await readdir(join(root, 'blobs'))).toSorted()).toEqual(['old', 'older', 'young'])
      isLost = false
      expect(await held.deleteBatch(keys, options)).toEqual([
        { kind: 'removed', bytes: 3 },
        { kind: 'modified' },
        { kind: 'absent' },
        { kind: 'removed', bytes: 5 },
      ])
      expect(await readdir(join(root, 'blobs'))).toEqual(['young'])
    } finally {
      await held.close()
    }
  })

  it('remove a batch again after a mere pause of the lease, as far as it failed for that', async () => {
    for (const name of ['old', 'young']) await layOut(name, name === 'old' ? sinceMs - 1 : sinceMs)
    const term = createLeaseTerm()
    let isLost = true
    const mayWrite = async () => {
      if (isLost) throw new StorageError('NOT_HELD', 'lock')
      term.extend({ monotonicMs: systemLeaseClock.monotonicMs(), wallMs: Date.now() }, 1e9)
    }
    const held = createRemovingThreads(root, { mayWrite, term: term.shared })
    const folders = ['blobs/old', 'nowhere/one', '../old', 'blobs/young']
    const removals = { folders, file: 'data', sinceMs, durably: false }
    const notHeld = { kind: 'failed', error: { code: 'NOT_HELD' } }
    const refused = { kind: 'failed', error: { name: 'StoreError', code: 'INVALID_PATH' } }
    const absent = { kind: 'absent' }
    try {
      const failed = await held.removeFolders(removals)
      expect(failed).toMatchObject([notHeld, absent, refused, notHeld])
      expect((await readdir(join(root, 'blobs'))).toSorted()).toEqual(['old', 'young'])
      isLost = false
      const removed = { kind: 'removed', bytes: 3 }
      const outcomes = await held.removeFolders(removals)
      expect(outcomes).toMatchObject([removed, absent, refused, { kind: 'in use' }])
    } finally {
      await held.close()
    }
  })

  it('take batches that are larger than a message', async () => {
    const names = [...Array(600).keys()].map(String)
    for (const name of names) await layOut(name, sinceMs - 1)
    const folders = names.map((name) => `blobs/${name}`)
    const batches = [folders.slice(0, 400), folders.slice(400, 410), folders.slice(410)]
    const outcomes = await Promise.all(
      batches.map((some) =>
        threads.removeFolders({ folders: some, file: 'data', sinceMs, durably: false }),
      ),
    )
    expect(outcomes.map(({ length }) => length)).toEqual([400, 10, 190])
    // There may have been no time for some of them.
    const notTried = outcomes.flat().filter(({ kind }) => kind === 'not tried')
    expect(await readdir(join(root, 'blobs'))).toHaveLength(notTried.length)
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
    expect(await remove('old')).toEqual({ kind: 'removed', bytes: 3 })
  })
})
