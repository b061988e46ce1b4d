import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { basic, beginSlowUpload, makeImages, pull, push, run, skopeo } from '../clients.ts'
import { freePort, startNginx } from '../nginx.ts'
import { makeFolder, projectFolder } from '../server-process.ts'
import { ask, ended, inPhase, startCollection } from './api-client.ts'
import { startRoundRobin, type RoundRobin } from './round-robin.ts'
import { setPolicy, startSeveral, type Several } from './several-world.ts'

/* Two servers behind a balancer that sends each request to the next one. */

const layers = 12

let several: Several
let balancer: RoundRobin
let folder: Awaited<ReturnType<typeof makeFolder>>

test.beforeAll(async () => {
  folder = await makeFolder()
  several = await startSeveral(2)
  balancer = await startRoundRobin(several.servers.map(({ origin }) => origin))
})
test.afterAll(async () => {
  await balancer.close()
  await several.end()
  await folder.remove()
})

/** An image of many layers, in a layout. */
async function makeImage(name: string): Promise<string> {
  const layout = await makeImages(join(folder.path, name), [name])
  for (let layer = 0; layer < layers; layer += 1) {
    const file = join(folder.path, `${name}-${layer}`)
    await writeFile(file, randomBytes(50_000))
    await run('umoci', 'insert', '--image', `${layout}:${name}`, file, `/opt/${layer}`)
  }
  return layout
}

const call = (method: string, path: string, headers: object = {}, body?: Uint8Array) =>
  fetch(new URL(path, balancer.origin), {
    method,
    headers: { Authorization: basic, ...headers },
    ...(body && { body: new Uint8Array(body) }),
  })

async function uploadsLeft(): Promise<readonly string[]> {
  const repositories = join(several.storageFolder, 'docker/registry/v2/repositories')
  const found = await readdir(repositories, { recursive: true })
  return found.filter((path) => path.includes('_uploads/'))
}

test('clients push and pull an image of many layers', async () => {
  const layout = await makeImage('many')
  const image = `${balancer.registryHost}/team/many:1`
  await push(layout, 'many', image)
  const digest = await pull(image, folder.path)
  const pushed = await skopeo('inspect', '--raw', `oci:${layout}:many`)
  expect(contentOf(pushed).digest).toBe(digest)
  expect(Math.min(...balancer.counts)).toBeGreaterThan(layers)
  expect(await uploadsLeft()).toEqual([])
})

test('clients push and pull through nginx, with the lines of deploy/', async () => {
  const [port, place] = [await freePort(), join(folder.path, 'nginx')]
  await mkdir(place)
  const [one, two] = several.servers.map(({ origin }) => new URL(origin).host)
  const lines = (await readFile(join(projectFolder, 'deploy/balancer.conf'), 'utf8'))
    .replace('one:4400', one ?? '')
    .replace('two:4400', two ?? '')
    .replace('server three:4400;', '')
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
  const nginx = await startNginx(place, port, lines)
  try {
    const layout = await makeImages(place, ['pushed'])
    const image = `127.0.0.1:${port}/team/nginx:1`
    await push(layout, 'pushed', image)
    const digest = await pull(image, place)
    expect(contentOf(await skopeo('inspect', '--raw', `oci:${layout}:pushed`)).digest).toBe(digest)
  } finally {
    await nginx.stop()
  }
})

test('a blob in chunks, each through the other server, and its status', async () => {
  const bytes = randomBytes(1_000_000)
  const { digest } = contentOf(bytes)
  const begun = await call('POST', '/v2/team/chunks/blobs/uploads/')
  let place = begun.headers.get('Location') ?? ''
  const chunk = 150_000
  for (let start = 0; start < bytes.length; start += chunk) {
    const part = bytes.subarray(start, start + chunk)
    const range = { 'Content-Range': `${start}-${start + part.length - 1}` }
    const type = { 'Content-Type': 'application/octet-stream' }
    const sent = await call('PATCH', place, { ...range, ...type }, part)
    expect(sent.status, await sent.text()).toBe(202)
    place = sent.headers.get('Location') ?? ''
    // Out of turn, at the other server.
    expect((await call('PATCH', place, { ...range, ...type }, part)).status).toBe(416)
    const status = await call('GET', place)
    expect(status.headers.get('Range')).toBe(`0-${start + part.length - 1}`)
  }
  const url = new URL(place, balancer.origin)
  url.searchParams.set('digest', digest)
  expect((await call('PUT', `${url.pathname}${url.search}`)).status).toBe(201)
  const blob = await call('GET', `/v2/team/chunks/blobs/${digest}`)
  expect(contentOf(new Uint8Array(await blob.arrayBuffer())).digest).toBe(digest)
  expect(await uploadsLeft()).toEqual([])
})

test('a page signs in once, and finds at each server what it has just done', async () => {
  const layout = await makeImages(join(folder.path, 'page'), ['page'])
  for (const tag of ['1', '2', '3', '4']) {
    await push(layout, 'page', `${balancer.registryHost}/team/page:${tag}`)
  }
  const signedIn = await fetch(`${balancer.origin}/api/v0/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Jetsam-Client': 'dashboard' },
    body: JSON.stringify({ name: 'admin', password: 'jetsam-admin' }),
  })
  expect(signedIn.ok).toBe(true)
  const [cookie = ''] = (signedIn.headers.get('Set-Cookie') ?? '').split(';')
  const tags = async (): Promise<readonly string[]> => {
    const listed = await fetch(`${balancer.origin}/api/v0/repositories/team/page/tags`, {
      headers: { Cookie: cookie },
    })
    expect(listed.status).toBe(200)
    const body = (await listed.json()) as { tags: readonly { name: string }[] }
    return body.tags.map(({ name }) => name).toSorted()
  }
  expect(await tags()).toEqual(['1', '2', '3', '4'])
  expect(await tags()).toEqual(['1', '2', '3', '4'])
  for (const [tag, left] of [
    ['1', ['2', '3', '4']],
    ['2', ['3', '4']],
    ['3', ['4']],
  ] as const) {
    const deleted = await ask(balancer, 'DELETE', `/repositories/team/page/tags/${tag}`)
    expect(deleted.status).toBeLessThan(300)
    for (let at = 0; at < 3; at += 1) expect(await tags()).toEqual(left)
  }
})

test('a collection is started through one server, seen and stopped through the other', async () => {
  const [first, second] = several.servers
  if (!first || !second) throw new Error('no servers')
  await setPolicy(balancer, { whileCollecting: 'reject-pushes', trashRetentionHours: 0 })
  const layout = await makeImages(join(folder.path, 'gone'), ['gone'])
  await push(layout, 'gone', `${balancer.registryHost}/team/gone:1`)
  const path = '/repositories/team/gone/manifests/1'
  expect((await ask(balancer, 'DELETE', path)).status).toBe(204)
  // It waits for this push, which goes on at the other server.
  const upload = await beginSlowUpload(second, 'team/slow')
  const job = await startCollection(first)
  await inPhase(second, job, 'waiting for pushes')
  const start = { job: 'registryGC' }
  expect((await ask(second, 'POST', '/admin/jobs', start)).status).toBe(409)
  expect((await ask(second, 'POST', `/jobs/${job.id}/cancel`)).status).toBe(204)
  const end = await ended(second, job)
  expect(end.status).toBe('canceled')
  expect(await ended(first, job)).toEqual(end)
  const log = await ask<readonly { data: string }[]>(second, 'GET', `/jobs/${job.id}/logs`)
  expect(log.body.map(({ data }) => data)).toContainEqual(expect.stringContaining('asked to stop'))
  expect(await upload.end()).toBe(202)
  const recorded = await ask<{ entries: readonly { kind: string; subject: string | null }[] }>(
    first,
    'GET',
    '/activity',
  )
  const kinds = recorded.body.entries.filter(({ subject }) => subject === job.id)
  expect(kinds.map(({ kind }) => kind).toSorted()).toEqual([
    'collection finished',
    'collection started',
    'collection stopped',
  ])
})
