import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { makeClientPlace, type ClientPerson, type ClientPlace } from '../client-place.ts'
import { beginSlowUpload, makeImages, run, skopeo } from '../clients.ts'
import { skopeoClient } from '../container-clients.ts'
import { seedAccounts } from '../seed-accounts.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { ask, ended, inPhase, startCollection } from './api-client.ts'

/** A server, images to push to it, and accounts that do. */
export interface ClientWorld {
  readonly server: ServerProcess
  readonly folder: string
  readonly places: Readonly<Record<ClientPerson, ClientPlace>>
  /** `127.0.0.1:41234/team/app:1.0` for `team/app:1.0`. */
  at(image: string): string
  /** Restores the one image of a repository that the trash holds. */
  restore(repository: string): Promise<void>
  /** Leaves what the trash holds of a repository to the next collection. */
  deleteForever(repository: string): Promise<void>
  /**
   * Acts while a collection waits for a push that does not end before, and keeps all other pushes
   * out.
   */
  whileCollecting(act: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** What clients print if a collection refuses a push. */
export const pushesAreRejected =
  'garbage collection is running, pushes are rejected until it finishes'

export async function openClientWorld(): Promise<ClientWorld> {
  const folder = await makeFolder()
  const images = await makeImages(folder.path, ['one', 'two'])
  await run('umoci', 'config', '--image', `${images}:two`, '--architecture', 'arm64')
  const layout = join(folder.path, 'one-image')
  await skopeo('copy', '--quiet', `oci:${images}:one`, `oci:${layout}:latest`)
  const multiLayout = await makePlatforms(join(folder.path, 'platforms'), images)
  await seedAccounts(folder.path)
  const server = await startServer(folder.path)
  const placeOf = (person: ClientPerson): Promise<ClientPlace> =>
    makeClientPlace({ layout, multiLayout }, server.registryHost, folder.path, person)
  const policy = await ask<object>(server, 'GET', '/garbage-collection/policy')
  const changes = { trashRetentionHours: 24, whileCollecting: 'reject-pushes' }
  const changed = { ...policy.body, ...changes }
  expect((await ask(server, 'PUT', '/garbage-collection/policy', changed)).status).toBe(200)

  async function trashOf(repository: string): Promise<readonly Entry[]> {
    const { body } = await ask<{ entries: readonly Entry[] }>(server, 'GET', '/trash')
    return body.entries.filter((entry) => entry.repository === repository)
  }

  async function deleteForever(repository: string): Promise<void> {
    const entries = await trashOf(repository)
    expect(entries.length).toBeGreaterThan(0)
    for (const { id } of entries) {
      expect((await ask(server, 'DELETE', `/trash/${id}`)).status).toBe(204)
    }
  }

  const places = {
    administrator: await placeOf('administrator'),
    developer: await placeOf('developer'),
    nobody: await placeOf('nobody'),
  }

  /** Garbage to remove: without it, a collection does not close the gate. */
  async function makeGarbage(): Promise<void> {
    const repository = 'team/garbage'
    await skopeoClient.push(places.administrator, `${server.registryHost}/${repository}:1`, layout)
    const deleted = await ask(server, 'DELETE', `/repositories/${repository}/manifests/1`)
    expect(deleted.status).toBe(204)
    await deleteForever(repository)
  }

  return {
    server,
    folder: folder.path,
    places,
    at: (image) => `${server.registryHost}/${image}`,
    async restore(repository) {
      const entries = await trashOf(repository)
      expect(entries).toHaveLength(1)
      expect((await ask(server, 'POST', `/trash/${entries[0]?.id}/restore`)).status).toBe(204)
    },
    deleteForever,
    async whileCollecting(act) {
      await makeGarbage()
      const upload = await beginSlowUpload(server, 'team/slow')
      const job = await startCollection(server)
      await inPhase(server, job, 'waiting for pushes')
      await act()
      expect(await upload.end()).toBe(202)
      expect(await ended(server, job)).toMatchObject({ status: 'done' })
    },
    async close() {
      await server.stop()
      await folder.remove()
    },
  }
}

interface Entry {
  readonly id: string
  readonly repository: string
}

/** A layout whose image is an index over two others, as tools for several platforms write it. */
async function makePlatforms(layout: string, images: string): Promise<string> {
  const manifests = []
  for (const [image, architecture] of [
    ['one', 'amd64'],
    ['two', 'arm64'],
  ] as const) {
    await skopeo('copy', '--quiet', `oci:${images}:${image}`, `oci:${layout}:${image}`)
    const raw = await skopeo('inspect', '--raw', `oci:${images}:${image}`)
    manifests.push({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: `sha256:${createHash('sha256').update(raw).digest('hex')}`,
      size: Buffer.byteLength(raw),
      platform: { os: 'linux', architecture },
    })
  }
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const index = JSON.stringify({ schemaVersion: 2, mediaType, manifests })
  const hex = createHash('sha256').update(index).digest('hex')
  await writeFile(join(layout, 'blobs', 'sha256', hex), index)
  const entry = {
    mediaType,
    digest: `sha256:${hex}`,
    size: Buffer.byteLength(index),
    annotations: { 'org.opencontainers.image.ref.name': 'latest' },
  }
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [entry] }),
  )
  return layout
}
