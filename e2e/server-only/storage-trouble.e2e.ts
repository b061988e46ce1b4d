import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { mayMount } from '#testing/faults/small-disk.ts'
import { jetsam, makeImages, pull, push, run } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

const stateOf = (folder: string): string => join(folder, 'state.sqlite')

async function tagsOf(server: ServerProcess): Promise<string[]> {
  const { body } = await ask<{ tags: { name: string }[] }>(
    server,
    'GET',
    '/repositories/team/app/tags?pageSize=100',
  )
  return body.tags.map(({ name }) => name)
}

async function loseState(folder: string): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(`${stateOf(folder)}${end}`, { force: true })
}

test('without its state the server starts with a new one, says what is lost, and has every image', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  expect(first.output()).not.toContain('begin again')
  const before = await tagsOf(first)
  expect((await ask(first, 'DELETE', '/repositories/team/app/manifests/1.0')).status).toBe(204)
  await first.stop()
  await loseState(folder.path)

  const second = await startServer(folder.path)
  try {
    expect(second.output()).toContain(
      'there is no state: accounts, settings, the schedule and the history begin again. The images in',
    )
    expect(await tagsOf(second)).toEqual(before.filter((name) => name !== '1.0'))
    const trash = await ask<{ entries: { id: string }[] }>(second, 'GET', '/trash')
    const restored = await ask(second, 'POST', `/trash/${trash.body.entries[0]?.id}/restore`, {})
    expect(restored.status).toBe(204)
    expect((await tagsOf(second)).toSorted()).toEqual(before.toSorted())
    await collect(second)
  } finally {
    await second.stop()
    await folder.remove()
  }
})

test('a damaged state stops the start with one sentence, stays unchanged, and costs no image', async () => {
  const folder = await makeFolder()
  const first = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  await first.stop()
  await loseState(folder.path)
  const rubbish = randomBytes(8192)
  await writeFile(stateOf(folder.path), rubbish)
  await expect(startServer(folder.path)).rejects.toThrow(
    /the state in \S+state\.sqlite is damaged \(.+\): restore a backup of it, or move it away to start with none/,
  )
  expect(readFileSync(stateOf(folder.path)).equals(rubbish)).toBe(true)
  const verified = JSON.parse(
    await jetsam('verify', '--storage', first.storageFolder, '--json'),
  ) as { tags: number; wholeTags: number }
  expect(verified.tags).toBeGreaterThan(5)
  expect(verified.wholeTags).toBe(verified.tags)
  await folder.remove()
})

test('beside a running server no other may write to the storage; reading is allowed', async () => {
  const folder = await makeFolder()
  const other = await makeFolder()
  const server = await startServer(folder.path, { JETSAM_SAMPLES: '1' })
  const storage = ['--storage', server.storageFolder] as const
  try {
    const second = startServer(other.path, { JETSAM_STORAGE: server.storageFolder })
    await expect(second).rejects.toThrow(/is in use by the server on port \d+ \(process \d+ on /)
    await expect(jetsam('collect', ...storage)).rejects.toThrow(
      /is in use by the server on port .*: stop it, or let it collect/,
    )
    expect(JSON.parse(await jetsam('collect', ...storage, '--dry-run', '--json'))).toMatchObject({
      removed: [],
    })
  } finally {
    await server.stop()
    await other.remove()
    await folder.remove()
  }
})

/** A disk of a few megabytes, removed at the end. */
async function onSmallDisk(act: (disk: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await makeFolder()
  const disk = join(folder.path, 'disk')
  await mkdir(disk)
  await run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk)
  try {
    await act(disk, folder.path)
  } finally {
    await run('umount', disk)
    await folder.remove()
  }
}

const nothingLeftOver = async (disk: string): Promise<string> =>
  run('find', join(disk, 'jetsam', 'v1', 'tmp'), '-type', 'f')

if (mayMount()) {
  // Without root, the fault tests of the storage adapters and of the collection stand for these.
  test('a full disk refuses pushes, loses nothing, and works again once there is room', async () => {
    await onSmallDisk(async (disk, folder) => {
      const layout = await makeImages(folder, ['small', 'other'])
      const server = await startServer(folder, { JETSAM_STORAGE: disk })
      const at = (name: string): string => `${server.registryHost}/team/${name}:1`
      try {
        await push(layout, 'small', at('small'))
        const digest = await pull(at('small'), folder)
        const filler = join(disk, 'filler')
        await writeFile(filler, randomBytes(16_000_000)).catch((error: unknown) => {
          expect(String(error)).toContain('ENOSPC')
        })
        expect((await stat(filler)).size).toBeGreaterThan(1_000_000)

        // For a status from 500 up skopeo prints the name, and not the message.
        await expect(push(layout, 'other', at('other'))).rejects.toThrow('507 Insufficient Storage')
        expect(await pull(at('small'), folder)).toBe(digest)
        expect(await nothingLeftOver(disk)).toBe('')
        const deleted = await ask(server, 'DELETE', '/repositories/team/small/manifests/1')
        expect(deleted.status).toBe(204)
        expect(await nothingLeftOver(disk)).toBe('')

        await rm(filler)
        await push(layout, 'other', at('other'))
        await collect(server)
        await expect(pull(at('small'), folder)).rejects.toThrow('manifest unknown')
        await pull(at('other'), folder)
      } finally {
        await server.stop()
      }
    })
  })

  test('a read-only disk still serves pulls, and says what it cannot do', async () => {
    await onSmallDisk(async (disk, folder) => {
      const layout = await makeImages(folder, ['small', 'other'])
      const server = await startServer(folder, { JETSAM_STORAGE: disk })
      const at = (name: string): string => `${server.registryHost}/team/${name}:1`
      try {
        await push(layout, 'small', at('small'))
        const digest = await pull(at('small'), folder)
        // Mounted over itself, because the server has a file of it open.
        await run('mount', '--bind', disk, disk)
        await run('mount', '-o', 'remount,bind,ro', disk)
        await expect(push(layout, 'other', at('other'))).rejects.toThrow('500')
        const deleted = await ask<{ errors: { message: string }[] }>(
          server,
          'DELETE',
          '/repositories/team/small/manifests/1',
        )
        expect(deleted.status).toBe(500)
        expect(deleted.body.errors[0]?.message).toMatch(/read.only/i)
        expect(await pull(at('small'), folder)).toBe(digest)
        const verified = JSON.parse(await jetsam('verify', '--storage', disk, '--json'))
        expect(verified).toMatchObject({ tags: 1, wholeTags: 1 })
      } finally {
        await server.stop()
      }
      await expect(startServer(folder, { JETSAM_STORAGE: disk })).rejects.toThrow(
        /disk cannot be written \(EROFS: .*\)\. Check its permissions and how it is mounted/,
      )
      await run('umount', disk)
      await expect(
        startServer(folder, { JETSAM_STORAGE: disk }).then((again) => again.stop()),
      ).resolves.toBe(0)
    })
  })
}
