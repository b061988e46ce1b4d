import { expect, test } from '@playwright/test'
import { join } from 'node:path'
import {
  configureDistribution,
  makeImages,
  pull,
  push,
  run,
  skopeo,
  startDistribution,
} from '../clients.ts'
import { makeFolder, startServer } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

/** One folder, written and collected by docker-registry and by Jetsam in turn. */

const names = ['one', 'two', 'three', 'four'] as const

async function listedBy(host: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${host}/v2/_catalog`)
  return ((await answer.json()) as { repositories: string[] }).repositories
}

test.describe.configure({ timeout: 600_000 })

test('each registry lists, serves and collects what the other wrote, and nothing else is lost', async () => {
  const folder = await makeFolder()
  const storage = join(folder.path, 'store')
  const layout = await makeImages(folder.path, names)
  const digests = new Map<string, string>()
  try {
    const first = await startDistribution(storage, folder.path)
    for (const name of names) {
      const at = `docker://${first.host}/theirs/${name}:1`
      await skopeo('copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:${name}`, at)
      digests.set(name, await pull(`${first.host}/theirs/${name}:1`, folder.path, false))
    }
    await first.stop()

    const server = await startServer(folder.path, { JETSAM_STORAGE: storage })
    try {
      const listed = await ask<{ repositories: { namespace: string; name: string }[] }>(
        server,
        'GET',
        '/repositories',
      )
      expect(listed.body.repositories.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
      for (const name of names) {
        const pulled = await pull(`${server.registryHost}/theirs/${name}:1`, folder.path)
        expect(pulled).toBe(digests.get(name))
      }
      const path = '/repositories/theirs/one/manifests/1'
      expect((await ask(server, 'DELETE', path)).status).toBe(204)
      const { result } = await collect(server)
      // Its own layer, its configuration and its manifest; all images share the base layer.
      expect(result?.removed).toMatchObject({ layers: 2, manifests: 1 })
      // What was collected can be pushed again, now through us.
      await push(layout, 'one', `${server.registryHost}/ours/one:1`)
    } finally {
      await server.stop()
    }

    const second = await startDistribution(storage, folder.path)
    for (const name of ['two', 'three', 'four']) {
      const pulled = await pull(`${second.host}/theirs/${name}:1`, folder.path, false)
      expect(pulled).toBe(digests.get(name))
    }
    await expect(pull(`${second.host}/theirs/one:1`, folder.path, false)).rejects.toThrow(
      'manifest unknown',
    )
    const ours = await pull(`${second.host}/ours/one:1`, folder.path, false)
    expect(ours).toBe(digests.get('one'))
    await skopeo('delete', '--tls-verify=false', `docker://${second.host}/theirs/two:1`)
    await second.stop()
    const collected = await run(
      'docker-registry',
      'garbage-collect',
      await configureDistribution(storage, folder.path),
    )
    expect(collected).toContain('3 blobs and 0 manifests eligible for deletion')

    const again = await startServer(folder.path, { JETSAM_STORAGE: storage })
    try {
      for (const name of ['three', 'four']) {
        const pulled = await pull(`${again.registryHost}/theirs/${name}:1`, folder.path)
        expect(pulled).toBe(digests.get(name))
      }
      const kept = await pull(`${again.registryHost}/ours/one:1`, folder.path)
      expect(kept).toBe(digests.get('one'))
      await expect(pull(`${again.registryHost}/theirs/two:1`, folder.path)).rejects.toThrow(
        'manifest unknown',
      )
      const { result } = await collect(again)
      expect(result?.verification).toMatchObject({ tags: 3, wholeTags: 3 })
    } finally {
      await again.stop()
    }
  } finally {
    await folder.remove()
  }
})

test('neither registry lists a repository that was emptied and removed here', async () => {
  const folder = await makeFolder()
  const storage = join(folder.path, 'store')
  const layout = await makeImages(folder.path, ['one', 'two'])
  const theirs = await startDistribution(storage, folder.path)
  try {
    for (const name of ['one', 'two']) {
      const at = `docker://${theirs.host}/theirs/${name}:1`
      await skopeo('copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:${name}`, at)
    }
    const server = await startServer(folder.path, { JETSAM_STORAGE: storage })
    try {
      const one = '/repositories/theirs/one'
      expect((await ask(server, 'DELETE', one)).status).toBe(409)
      expect((await ask(server, 'DELETE', `${one}/manifests/1`)).status).toBe(204)
      await collect(server)
      // Its images are gone, and it stays listed, as with docker-registry.
      expect(await listedBy(theirs.host)).toEqual(['theirs/one', 'theirs/two'])
      expect((await ask(server, 'DELETE', one)).status).toBe(204)
      expect((await ask(server, 'DELETE', one)).status).toBe(404)
      expect(await listedBy(theirs.host)).toEqual(['theirs/two'])
      await pull(`${theirs.host}/theirs/two:1`, folder.path, false)
      const again = `docker://${theirs.host}/theirs/one:1`
      await skopeo('copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:one`, again)
      await pull(`${server.registryHost}/theirs/one:1`, folder.path)
    } finally {
      await server.stop()
    }
  } finally {
    await theirs.stop()
    await folder.remove()
  }
})
