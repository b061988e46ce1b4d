import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import {
  basic,
  configureDistribution,
  jetsamWith,
  makeImages,
  pull,
  push,
  runDistribution,
  skopeo,
  startDistribution,
} from '../clients.ts'
import { makeFolder, startServer, type ServerProcess } from '../server-process.ts'
import { startThrowawayBucket, type ThrowawayBucket } from '../throwaway-bucket.ts'
import { ask, collect } from './api-client.ts'
import { eligible } from './both-collectors.ts'

/** Images in a bucket: of Jetsam alone, and together with docker-registry. */

test.describe.configure({ timeout: 600_000 })

/** Runs a test with a bucket, and a folder for everything else. */
async function withBucket(act: (bucket: ThrowawayBucket, folder: string) => Promise<void>) {
  const bucket = await startThrowawayBucket()
  const folder = await makeFolder()
  try {
    await act(bucket, folder.path)
  } finally {
    await folder.remove()
    await bucket.remove()
  }
}

/** The digests that Jetsam would remove. */
async function planned({ environment }: ThrowawayBucket): Promise<string[]> {
  const storage = ['--storage', environment.JETSAM_STORAGE ?? '']
  const output = await jetsamWith(environment, 'collect', ...storage, '--dry-run', '--json')
  return (JSON.parse(output) as { removed: string[] }).removed.toSorted()
}

/** Collects until the store's clock has left the last writes behind; adds up what went. */
async function collectAll(server: ServerProcess, layers: number): Promise<void> {
  let removed = 0
  await expect
    .poll(async () => (removed += (await collect(server)).result?.removed.layers ?? 0))
    .toBe(layers)
}

test('a bucket is written, read and collected by both registries, and nothing else is lost', async () => {
  await withBucket(async (bucket, folder) => {
    const names = ['one', 'two', 'three', 'four'] as const
    const layout = await makeImages(folder, names)
    const digests = new Map<string, string>()
    const first = await startDistribution(bucket.driver, folder)
    for (const name of names) {
      const at = `docker://${first.host}/theirs/${name}:1`
      await skopeo('copy', '--quiet', '--dest-tls-verify=false', `oci:${layout}:${name}`, at)
      digests.set(name, await pull(`${first.host}/theirs/${name}:1`, folder, false))
    }
    await skopeo('delete', '--tls-verify=false', `docker://${first.host}/theirs/four:1`)
    await first.stop()
    // The same plan, from a list instead of a walk.
    const garbage = await eligible(bucket.driver, folder)
    expect(garbage).toHaveLength(3)
    expect(await planned(bucket)).toEqual(garbage)

    const server = await startServer(folder, bucket.environment)
    try {
      for (const name of ['one', 'two', 'three']) {
        const pulled = await pull(`${server.registryHost}/theirs/${name}:1`, folder)
        expect(pulled).toBe(digests.get(name))
      }
      await push(layout, 'four', `${server.registryHost}/ours/four:1`)
      const path = '/repositories/theirs/one/manifests/1'
      expect((await ask(server, 'DELETE', path)).status).toBe(204)
      // Its own layer, its configuration and its manifest.
      await collectAll(server, 2)
      await push(layout, 'one', `${server.registryHost}/ours/one:1`)
    } finally {
      await server.stop()
    }

    const second = await startDistribution(bucket.driver, folder)
    for (const [repository, name] of [
      ['theirs', 'two'],
      ['theirs', 'three'],
      ['ours', 'four'],
      ['ours', 'one'],
    ] as const) {
      const pulled = await pull(`${second.host}/${repository}/${name}:1`, folder, false)
      expect(pulled).toBe(digests.get(name))
    }
    await expect(pull(`${second.host}/theirs/one:1`, folder, false)).rejects.toThrow(
      /manifest unknown/,
    )
    await second.stop()
    expect(await eligible(bucket.driver, folder)).toEqual([])
    expect(await planned(bucket)).toEqual([])
    const configuration = await configureDistribution(bucket.driver, folder)
    await runDistribution('garbage-collect', configuration)
    const storage = ['--storage', bucket.environment.JETSAM_STORAGE ?? '']
    const verified = await jetsamWith(bucket.environment, 'verify', ...storage, '--full')
    expect(verified).toContain('4 of 4 tags verified')
  })
})

test('a bucket has one server, and another one after a crash only if a person says so', async () => {
  await withBucket(async ({ environment }, folder) => {
    const layout = await makeImages(folder, ['one'])
    const server = await startServer(folder, environment)
    await push(layout, 'one', `${server.registryHost}/team/one:1`)
    const other = await makeFolder()
    const refused = startServer(other.path, environment)
    await expect(refused).rejects.toThrow(
      /s3:\/\/images\/some\/root is in use by the server on port \d+ .*start it once with --take-over/,
    )
    await server.kill()
    await expect(startServer(folder, environment)).rejects.toThrow(/is in use by/)
    const next = await startServer(folder, environment, [], [], ['serve', '--take-over'])
    await pull(`${next.registryHost}/team/one:1`, folder)
    await push(layout, 'one', `${next.registryHost}/team/one:2`)
    expect(await next.stop()).toBe(0)
    const last = await startServer(folder, environment)
    await pull(`${last.registryHost}/team/one:2`, folder)
    await last.stop()

    // A start that fails gives it back, before the server has listened and before it has a state.
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const port = String((busy.address() as AddressInfo).port)
    const refusedPort = startServer(folder, { ...environment, JETSAM_PORT: port })
    await expect(refusedPort).rejects.toThrow(/is in use by another program/)
    busy.close()
    await writeFile(join(other.path, 'state.sqlite'), 'no database')
    await expect(startServer(other.path, environment)).rejects.toThrow(/state\.sqlite/)
    const after = await startServer(folder, environment)
    await after.stop()
    await other.remove()
  })
})

test('a lost store is told in words, and pulls go to it where that is wanted', async () => {
  await withBucket(async ({ environment, proxy }, folder) => {
    const layout = await makeImages(folder, ['one'])
    const server = await startServer(folder, { ...environment, JETSAM_S3_REDIRECT: '1' })
    try {
      await push(layout, 'one', `${server.registryHost}/team/one:1`)
      await pull(`${server.registryHost}/team/one:1`, folder)
      const headers = { Authorization: basic }
      const manifest = await fetch(`${server.origin}/v2/team/one/manifests/1`, { headers })
      const { config } = (await manifest.json()) as { config: { digest: string; size: number } }
      const blob = `${server.origin}/v2/team/one/blobs/${config.digest}`
      const redirected = await fetch(blob, { headers, redirect: 'manual' })
      expect(redirected.status).toBe(307)
      const address = redirected.headers.get('Location') ?? ''
      expect(address).toContain(proxy.endpoint)
      const part = await fetch(address, { headers: { Range: 'bytes=0-9' } })
      expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10])
      const unknown = config.digest.replace(/.{4}$/, '0000')
      const missing = await fetch(`${server.origin}/v2/team/one/blobs/${unknown}`, { headers })
      expect(missing.status).toBe(404)

      proxy.decide(() => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }))
      const failed = await fetch(`${server.origin}/v2/team/one/manifests/1`, { headers })
      expect(failed.status).toBe(500)
      await expect.poll(() => server.output()).toContain('no permission for s3:GetObject')
      // It says nothing at all: a probe learns that before it gives up itself.
      proxy.decide(() => 'silence')
      expect((await fetch(`${server.origin}/healthz`)).status).toBe(503)
      proxy.decide(() => 'passes')
      await pull(`${server.registryHost}/team/one:1`, folder)
      expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)
      const metrics = await (await fetch(`${server.origin}/metrics`, { headers })).text()
      expect(metrics).toMatch(
        /^jetsam_storage_requests_total\{operation="GetObject",outcome="refused"\} [1-9]/m,
      )
      expect(metrics).toMatch(/^jetsam_dependency_timeouts_total\{dependency="storage"\} [1-9]/m)
      expect(metrics).toMatch(/^jetsam_dependency_up\{dependency="storage"\} 1$/m)
    } finally {
      await server.stop()
    }
    const none = { ...environment, JETSAM_STORAGE: 's3://nowhere' }
    await expect(startServer(folder, none)).rejects.toThrow(
      /s3:\/\/nowhere cannot be used: there is no bucket nowhere/,
    )
  })
})
