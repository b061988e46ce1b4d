import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { mayMount, onSmallDisk } from '#testing/faults/small-disk.ts'
import { basic, jetsam } from '../clients.ts'
import { adminName, adminPassword, startServer, type ServerProcess } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

/** Freeing space works on a disk without a free byte: of the images, of the state, of both. */

const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function send(
  server: ServerProcess,
  method: string,
  path: string,
  body?: Buffer,
  type?: string,
) {
  return await fetch(new URL(path, server.origin), {
    method,
    headers: { Authorization: basic, ...(type && { 'Content-Type': type }) },
    body: body && new Uint8Array(body),
  })
}

async function pushBlob(server: ServerProcess, repository: string, blob: Buffer): Promise<number> {
  const begun = await send(server, 'POST', `/v2/${repository}/blobs/uploads/`)
  const location = begun.headers.get('Location')
  if (location === null) return begun.status
  const url = new URL(location, server.origin)
  url.searchParams.set('digest', digestOf(blob))
  return (await send(server, 'PUT', url.href, blob, 'application/octet-stream')).status
}

const descriptor = (kind: string, blob: Buffer) => ({
  mediaType: `application/vnd.oci.image.${kind}`,
  digest: digestOf(blob),
  size: blob.length,
})

/** Pushes an image with one layer; resolves to the status of its last request. */
async function pushImage(
  server: ServerProcess,
  repository: string,
  tag: string,
  layer = randomBytes(300_000),
): Promise<number> {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', of: tag }))
  for (const blob of [config, layer]) {
    const status = await pushBlob(server, repository, blob)
    if (status !== 201) return status
  }
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: descriptor('config.v1+json', config),
    layers: [descriptor('layer.v1.tar', layer)],
  }
  const path = `/v2/${repository}/manifests/${tag}`
  return (await send(server, 'PUT', path, Buffer.from(JSON.stringify(manifest)), type)).status
}

async function signIn(server: ServerProcess): Promise<number> {
  const answer = await fetch(`${server.origin}/api/v0/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: adminName, password: adminPassword }),
  })
  const cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  const seen = await fetch(`${server.origin}/api/v0/session`, { headers: { Cookie: cookie } })
  return answer.ok ? seen.status : answer.status
}

const policy = {
  timeLimitMinutes: null,
  whileCollecting: 'reject-pushes',
  trashRetentionHours: 0,
  collectUntagged: false,
  untaggedMinimumAgeHours: 24,
}
const changePolicy = async (server: ServerProcess): Promise<number> =>
  (await ask(server, 'PUT', '/garbage-collection/policy', policy)).status

const deleteTag = async (server: ServerProcess, name: string, tag: string): Promise<number> =>
  (await ask(server, 'DELETE', `/repositories/${name}/manifests/${tag}`)).status

const health = async (server: ServerProcess): Promise<object> =>
  (await (await fetch(`${server.origin}/healthz`)).json()) as object

async function recorded(server: ServerProcess, kind: string): Promise<number> {
  const { body } = await ask<{ entries: { kind: string }[] }>(
    server,
    'GET',
    '/activity?pageSize=100',
  )
  return body.entries.filter((entry) => entry.kind === kind).length
}

const tags = ['1', '2', '3'] as const

// These need root: `mayMount` makes a run that must be complete fail without it.
if (mayMount()) {
  test('images and state on one full disk: sign-in, deletion, policy and collection work', async () => {
    await onSmallDisk(16, async (disk) => {
      let server = await startServer(disk.path)
      try {
        for (const tag of tags) expect(await pushImage(server, 'team/app', tag)).toBe(201)
        expect(await health(server)).toMatchObject({
          storage: { writable: true, reserve: 'held' },
          state: { writable: true, reserve: 'held' },
        })
        await disk.fill()
        expect(await pushImage(server, 'team/app', '4')).toBe(507)
        expect(await signIn(server)).toBe(200)
        expect(await deleteTag(server, 'team/app', '1')).toBe(204)
        // The space that the reserves released is not for pushes.
        for (let again = 0; again < 3; again += 1) {
          expect(await pushImage(server, 'team/app', '4')).toBe(507)
        }
        expect(await health(server)).toMatchObject({
          status: 'ok',
          writable: false,
          storage: { writable: false, reserve: 'given up' },
        })
        expect(await deleteTag(server, 'team/app', '2')).toBe(204)
        expect(await changePolicy(server)).toBe(200)

        await server.stop()
        server = await startServer(disk.path)
        expect(await deleteTag(server, 'team/app', '3')).toBe(204)
        const job = await collect(server)
        expect(job.result?.removed).toMatchObject({ layers: 6, manifests: 3 })
        expect(await recorded(server, 'image deleted')).toBe(3)
        expect(await recorded(server, 'image collected')).toBe(3)
        await disk.empty()
        expect(await pushImage(server, 'team/app', '4')).toBe(201)
        await expect
          .poll(() => health(server))
          .toMatchObject({
            writable: true,
            storage: { writable: true, reserve: 'held' },
            state: { writable: true },
          })
      } finally {
        await server.stop()
      }
    })
  })

  for (const reserve of [true, false]) {
    test(`the command line frees a full disk ${reserve ? 'with' : 'without'} a reserve`, async () => {
      await onSmallDisk(16, async (disk) => {
        const state = await startServer(disk.path)
        for (const tag of tags) expect(await pushImage(state, 'team/app', tag)).toBe(201)
        for (const tag of tags) expect(await deleteTag(state, 'team/app', tag)).toBe(204)
        await state.stop()
        const storage = join(disk.path, 'registry')
        if (!reserve) await rm(join(storage, 'jetsam/v1/reserve'))
        await disk.fill()
        if (!reserve) {
          await expect(jetsam('collect', '--storage', storage)).rejects.toThrow(
            /is on a disk without any room, even for a lock: remove a file of some kilobytes/,
          )
          // It needs a block for its lock, and nothing more.
          await disk.empty()
          await disk.fill(4096)
        }
        const printed = await jetsam('collect', '--storage', storage, '--json')
        expect(JSON.parse(printed)).toMatchObject({ blobs: { removed: 6 } })
        expect((JSON.parse(printed) as { bytesFreed: number }).bytesFreed).toBeGreaterThan(900_000)
        expect(await readdir(join(storage, 'jetsam/v1/trash'))).toEqual([])
      })
    })
  }

  test('with only the disk of the state full, without a reserve, an act that happens is answered as success', async () => {
    await onSmallDisk(8, async (disk) => {
      await onSmallDisk(16, async (images) => {
        const data = join(disk.path, 'data')
        await mkdir(data)
        const server = await startServer(data, { JETSAM_STORAGE: images.path })
        try {
          for (const tag of tags) expect(await pushImage(server, 'team/app', tag)).toBe(201)
          await rm(join(data, 'state.sqlite.reserve'))
          await disk.fill()
          // The database's log still has free space of its own; this uses it up first.
          for (let at = 0; at < 2000; at += 1) {
            if (!((await health(server)) as { state: { writable: boolean } }).state.writable) break
            await signIn(server)
            await disk.fill()
          }
          expect(await health(server)).toMatchObject({
            writable: true,
            state: { writable: false, reserve: 'given up' },
          })
          expect(await signIn(server)).toBe(200)
          expect(await deleteTag(server, 'team/app', '1')).toBe(204)
          expect(await deleteTag(server, 'team/app', '1')).toBe(404)
          expect(await changePolicy(server)).toBe(507)
          const job = await collect(server)
          expect(job.result?.removed).toMatchObject({ layers: 2, manifests: 1 })

          await disk.empty()
          expect(await deleteTag(server, 'team/app', '2')).toBe(204)
          await expect.poll(() => recorded(server, 'image deleted')).toBe(2)
          await expect.poll(() => recorded(server, 'image collected')).toBe(1)
          await expect.poll(() => recorded(server, 'collection finished')).toBe(1)
          expect(await changePolicy(server)).toBe(200)
        } finally {
          await server.stop()
        }
      })
    })
  })
}
