import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jetsam, run } from '../clients.ts'
import { launcher, makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect } from './api-client.ts'
import { inContainer, isPermitted } from './as-in-container.ts'

/*
 * One server on one storage, by real processes: in containers of their own, paused, killed. What takes
 * long, or another machine, is in the tests of the lock itself.
 */

const onOtherHost = [
  'unshare',
  '--uts',
  'sh',
  '-c',
  'hostname elsewhere && exec "$0" "$@"',
] as const

const isInUse = /registry is in use by the server on port \d+ \(process \d+ on /

const start = (folder: string, through: readonly string[] = []): Promise<ServerProcess> =>
  startServer(folder, { JETSAM_SAMPLES: '1' }, [], through)

async function expectToServe(server: ServerProcess): Promise<void> {
  const collection = await collect(server)
  expect(collection.status).toBe('done')
  const settings = { schedule: '4 * * 6' }
  const path = '/admin/settings/registry/garbageCollection/schedule'
  expect((await ask(server, 'POST', path, settings)).status).toBe(200)
}

for (const [where, through] of [
  ['containers of their own', inContainer],
  ['hosts of other names', onOtherHost],
] as const) {
  test(`the second of two servers in ${where} does not start, nor does a command that writes`, async () => {
    test.skip(!isPermitted(through), `this machine does not permit ${through.join(' ')}`)
    const folder = await makeFolder()
    const other = await makeFolder()
    const first = await start(folder.path, through)
    try {
      await expect(start(folder.path, through)).rejects.toThrow(isInUse)
      await expect(start(folder.path)).rejects.toThrow(isInUse)
      const storage = { JETSAM_STORAGE: first.storageFolder }
      await expect(startServer(other.path, storage, [], through)).rejects.toThrow(isInUse)
      const [command, ...words] = through
      const collecting = [process.execPath, launcher, 'collect', '--storage', first.storageFolder]
      await expect(run(command, ...words, ...collecting)).rejects.toThrow(isInUse)
      await expectToServe(first)

      await first.kill()
      const next = await start(folder.path, through)
      expect(next.output()).not.toContain('watching for up to')
      await next.kill()
    } finally {
      await first.kill()
      await other.remove()
      await folder.remove()
    }
  })
}

test('a storage is locked for each path that leads to it', async () => {
  const folder = await makeFolder()
  const other = await makeFolder()
  const first = await start(folder.path)
  const link = join(other.path, 'link')
  await symlink(first.storageFolder, link)
  try {
    const second = startServer(join(other.path, 'data'), { JETSAM_STORAGE: link })
    await expect(second).rejects.toThrow(/link is in use by the server on port/)
    await expect(jetsam('collect', '--storage', link)).rejects.toThrow(/link is in use by/)
  } finally {
    await first.stop()
    await other.remove()
    await folder.remove()
  }
})

test('a paused server keeps its storage, and continues', async () => {
  const folder = await makeFolder()
  const first = await start(folder.path)
  try {
    process.kill(first.processId, 'SIGSTOP')
    await expect(start(folder.path)).rejects.toThrow(isInUse)
    process.kill(first.processId, 'SIGCONT')
    await expectToServe(first)
  } finally {
    process.kill(first.processId, 'SIGCONT')
    await first.stop()
    await folder.remove()
  }
})

for (const [which, lockOf] of [
  ['its storage', (server: ServerProcess) => join(server.storageFolder, 'jetsam', 'v1', 'lock')],
  ['its state', (server: ServerProcess) => join(server.dataFolder, 'lock')],
] as const) {
  test(`a server stops if, while it was paused, one of another machine took over ${which}`, async () => {
    const folder = await makeFolder()
    const first = await start(folder.path)
    process.kill(first.processId, 'SIGSTOP')
    const taker = { id: 'other', host: 'elsewhere', pid: 7, what: 'the server on port 4400' }
    await writeFile(lockOf(first), JSON.stringify(taker))
    process.kill(first.processId, 'SIGCONT')
    expect(await first.ended()).toBe(1)
    expect(first.output()).toContain(
      `stopped at once, for another server may write now: the server on port 4400 (process 7 on elsewhere) has taken over its lock ${lockOf(first)}`,
    )
    await folder.remove()
  })
}

test('after a kill the next server starts without waiting', async () => {
  const folder = await makeFolder()
  const first = await start(folder.path)
  await first.kill()
  const second = await start(folder.path)
  try {
    expect(second.output()).not.toContain('watching for up to')
    await expectToServe(second)
  } finally {
    await second.stop()
    await folder.remove()
  }
})
