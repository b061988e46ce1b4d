import { setImmediate as settled } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createMemoryObjectStore } from '#adapters/memory/memory-object-store.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { createDigester } from '#adapters/crypto-node/digester.ts'
import {
  createRepositoryReader,
  type RepositoryReader,
} from '#registry/queries/graph/repository-reader.ts'
import type { Listed, ObjectReader } from '#storage/object-store.ts'
import { repositoryName, tagName } from '#testing/builders/test-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { createAdaptiveReader, readsBeforeThreads } from './adaptive-repository-reader.ts'

const clock = { nowMs: () => 0 }
const team = repositoryName('team/app')
const names = (count: number) => Array.from({ length: count }, (_, number) => tagName(`t${number}`))

test('threads start after many reads, and read as soon as they are up', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const inThreads = createRepositoryReader(objects, createDigester)
  let tellStarted: (none: readonly null[]) => void = () => {}
  const started = new Promise<readonly null[]>((resolve) => (tellStarted = resolve))
  const tags = vi.fn(inThreads.tags)
  const openInThreads = vi.fn(() => ({
    ...inThreads,
    tags,
    manifestContents: () => started,
  }))
  const open = createAdaptiveReader(objects, openInThreads)
  const look = open()
  await look.tagNames(team)
  await look.tags(team, names(readsBeforeThreads - 2))
  await look.revisionNames(team)
  expect(openInThreads).not.toHaveBeenCalled()
  await look.tags(team, names(1))
  await look.tags(team, names(1))
  expect(openInThreads).toHaveBeenCalledTimes(1)
  expect(tags).not.toHaveBeenCalled()
  tellStarted([])
  await settled()
  await look.tags(team, names(1))
  await look.tags(team, names(1))
  expect(openInThreads).toHaveBeenCalledTimes(2)
  expect(tags).toHaveBeenCalledTimes(2)
  await open().tags(team, names(1))
  expect(openInThreads).toHaveBeenCalledTimes(3)
})

test('threads start as soon as a listing shows that there is much to read', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const openInThreads = vi.fn(() => createRepositoryReader(objects, createDigester))
  const folders = (count: number): ObjectReader => ({
    ...objects,
    async *list(prefix) {
      yield names(count).map((name): Listed => ({ kind: 'prefix', prefix: `${prefix}${name}/` }))
    },
  })
  const few = createAdaptiveReader(folders(readsBeforeThreads - 1), openInThreads)()
  expect(await few.tagNames(team)).toHaveLength(readsBeforeThreads - 1)
  expect(openInThreads).not.toHaveBeenCalled()
  const many = createAdaptiveReader(folders(readsBeforeThreads), openInThreads)()
  expect(await many.tagNames(team)).toHaveLength(readsBeforeThreads)
  expect(openInThreads).toHaveBeenCalledTimes(1)
})

test('threads start after a page of tags from a list as long as many reads', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const openInThreads = vi.fn(() => createRepositoryReader(objects, createDigester))
  const folders = (count: number): ObjectReader => ({
    ...objects,
    async *list(prefix) {
      yield names(count).map((name): Listed => ({ kind: 'prefix', prefix: `${prefix}${name}/` }))
    },
  })
  const first = { after: '', atMost: 1 }
  await createAdaptiveReader(folders(10), openInThreads)().tagPage(team, first)
  expect(openInThreads).not.toHaveBeenCalled()
  await createAdaptiveReader(folders(readsBeforeThreads), openInThreads)().tagPage(team, first)
  expect(openInThreads).toHaveBeenCalledTimes(1)
})

test('a call for many reads waits for threads that are starting, and a page does not', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const inThreads = createRepositoryReader(objects, createDigester)
  let tellStarted: (none: readonly null[]) => void = () => {}
  const started = new Promise<readonly null[]>((resolve) => (tellStarted = resolve))
  const tags = vi.fn(inThreads.tags)
  const linkTimes = vi.fn(inThreads.linkTimes)
  const open = createAdaptiveReader(objects, () => ({
    ...inThreads,
    tags,
    linkTimes,
    manifestContents: () => started,
  }))
  const look = open()
  const absent = Array.from({ length: 200 }, () => tinyImage({ layers: ['absent'] }).digest)
  const many = [
    look.tags(team, names(readsBeforeThreads + 1)),
    look.linkTimes(team, absent),
  ] as const
  expect(await look.tags(team, names(100))).toEqual([])
  expect(await look.linkTimes(team, absent.slice(100))).toHaveLength(100)
  expect(tags).not.toHaveBeenCalled()
  tellStarted([])
  expect(await many[0]).toEqual([])
  expect(await many[1]).toHaveLength(200)
  expect(tags).toHaveBeenCalledTimes(1)
  expect(linkTimes).toHaveBeenCalledTimes(1)
})

test('reading continues without threads if they cannot start, and they are tried again', async () => {
  const objects = createMemoryObjectStore(createMemoryFileTree({ clock }))
  const openInThreads = vi.fn((): RepositoryReader => ({
    ...createRepositoryReader(objects, createDigester),
    manifestContents: () => Promise.reject(new Error('a storage thread ended')),
  }))
  const open = createAdaptiveReader(objects, openInThreads)
  for (let attempts = 1; attempts <= 2; attempts += 1) {
    expect(await open().tags(team, names(readsBeforeThreads + 1))).toEqual([])
    await settled()
    expect(openInThreads).toHaveBeenCalledTimes(attempts)
  }
})
