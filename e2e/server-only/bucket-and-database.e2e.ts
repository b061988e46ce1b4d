import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { jetsamWith, makeImages, pull, push } from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { startThrowawayBucket, usualRoot } from '../throwaway-bucket.ts'
import { postgresOfWorker } from '../throwaway-database.ts'
import { ask, collect } from './api-client.ts'

/** Images in a bucket and the state in PostgreSQL: nothing is kept on the server's own disk. */

test.describe.configure({ timeout: 480_000 })

test('a server needs no disk, and its bucket and its database belong together', async () => {
  const postgres = await postgresOfWorker()
  const bucket = await startThrowawayBucket()
  const folder = await makeFolder()
  const running: ServerProcess[] = []
  const start = async (environment: Readonly<Record<string, string>>) => {
    // Each on another machine, so to say.
    const data = join(folder.path, `data-${running.length}`)
    const server = await startServer(data, environment)
    running.push(server)
    return server
  }
  try {
    const JETSAM_DATABASE = await postgres.newURL()
    const own = { ...bucket.environment, JETSAM_DATABASE }
    const layout = await makeImages(folder.path, ['kept', 'gone'])
    const first = await start(own)
    await push(layout, 'kept', `${first.registryHost}/team/app:kept`)
    await push(layout, 'gone', `${first.registryHost}/team/app:gone`)
    const digest = await pull(`${first.registryHost}/team/app:kept`, folder.path)
    expect((await ask(first, 'DELETE', '/repositories/team/app/manifests/gone')).status).toBe(204)
    // This database does not sync, which is wrong anywhere else.
    const said = await jetsamWith({ ...own, JETSAM_PORT: '0' }, 'doctor').catch(
      ({ stdout }: { readonly stdout: string }) => stdout,
    )
    expect(said).toContain('ok     storage: in use by the server on port')
    expect(said).toContain('ok     database: it belongs to this storage')
    expect(await first.stop()).toBe(0)

    // Another cluster is refused, on the same bucket and on the same database.
    const stranger = { ...own, JETSAM_DATABASE: await postgres.newURL() }
    await expect(start(stranger)).rejects.toThrow(
      /s3:\/\/images\/some\/root.* belongs to another database/,
    )
    const { JETSAM_DATABASE: _, ...alone } = own
    await expect(start(alone)).rejects.toThrow(
      /the images in s3:\/\/images\/some\/root belong to the state in a database/,
    )
    const elsewhere = { ...own, JETSAM_STORAGE: `s3://images/${usualRoot}/elsewhere` }
    await expect(start(elsewhere)).rejects.toThrow(/belongs to another storage/)

    const second = await start(own)
    expect(second.output()).not.toContain('there is no state')
    expect((await ask<{ entries: object[] }>(second, 'GET', '/trash')).body.entries).toHaveLength(1)
    expect(await pull(`${second.registryHost}/team/app:kept`, folder.path)).toBe(digest)
    // Once the store's clock has left the last writes behind.
    let removed = 0
    await expect
      .poll(async () => (removed += (await collect(second)).result?.removed.manifests ?? 0))
      .toBe(1)
    expect(await pull(`${second.registryHost}/team/app:kept`, folder.path)).toBe(digest)
    await second.stop()

    // A person says that they belong together from now on.
    const storage = ['--storage', bucket.environment.JETSAM_STORAGE ?? '']
    expect(await jetsamWith(stranger, 'take-over', ...storage)).toContain(
      'the images in s3://images/some/root belong to the state in that database from now on',
    )
    const third = await start(stranger)
    expect(await pull(`${third.registryHost}/team/app:kept`, folder.path)).toBe(digest)
    await third.stop()
    await expect(start(own)).rejects.toThrow(/each of them belongs to another one/)
  } finally {
    for (const server of running) await server.kill()
    await folder.remove()
    await bucket.remove()
  }
})
