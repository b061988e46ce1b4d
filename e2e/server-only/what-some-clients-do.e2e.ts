import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { runClient, type ClientPlace } from '../client-place.ts'
import { credentials } from '../clients.ts'
import { skopeoClient } from '../container-clients.ts'
import { canRunDaemons, dockerClient, startDockerDaemon } from '../docker-daemon.ts'
import { needs } from '../needs.ts'
import { ask, collect } from './api-client.ts'
import { openClientWorld, pushesAreRejected, type ClientWorld } from './client-world.ts'

/**
 * What only some clients do: sign, attach, push charts, search, delete layers, and use a daemon.
 */

test.describe.configure({ mode: 'default', timeout: 600_000 })

let world: ClientWorld

test.beforeAll(async () => {
  world = await openClientWorld()
})

test.afterAll(async () => {
  await world?.close()
})

test('cosign: a signature is deleted and restored with its image, and verifies again', async () => {
  needs('cosign', 'crane')
  const place = world.places.administrator
  const cosign = (...words: string[]): Promise<string> => runClient(place, 'cosign', ...words)
  const repository = 'team/signed'
  const image = world.at(repository)
  await skopeoClient.push(place, `${image}:1.0`)
  const digest = (await runClient(place, 'crane', 'digest', `${image}:1.0`)).trim()
  await cosign('generate-key-pair')
  const plain = '--allow-http-registry'
  await cosign(
    'sign',
    '--key=cosign.key',
    '--tlog-upload=false',
    plain,
    '--yes',
    `${image}@${digest}`,
  )
  const verify = (): Promise<string> =>
    cosign('verify', '--key=cosign.pub', '--insecure-ignore-tlog', plain, `${image}@${digest}`)
  expect(await verify()).toContain(digest)

  await runClient(place, 'crane', 'delete', `${image}:1.0`)
  await expect(verify()).rejects.toThrow('no signatures found')
  await world.restore(repository)
  expect(await verify()).toContain(digest)
  await collect(world.server)
  expect(await verify()).toContain(digest)
})

test('oras: an attached artifact is deleted and restored with its image, and keeps its type', async () => {
  needs('oras')
  const place = world.places.administrator
  const oras = (...words: string[]): Promise<string> => runClient(place, 'oras', ...words)
  const repository = 'team/attached'
  const image = world.at(`${repository}:1.0`)
  await skopeoClient.push(place, image, place.multiLayout)
  await writeFile(join(place.folder, 'sbom.json'), '{"spdxVersion":"SPDX-2.3"}')
  const type = 'application/spdx+json'
  const file = `sbom.json:${type}`
  const attach = ['attach', '--plain-http', '--artifact-type', type] as const
  await oras(...attach, image, file)
  const discover = (): Promise<string> =>
    oras('discover', '--plain-http', '--format=json', '--artifact-type', type, image)
  const before = await discover()
  expect(before).toContain(type)
  // An independent artifact, pulled again as the file that it is.
  const artifact = world.at(`${repository}/artifact:1.0`)
  await oras('push', '--plain-http', '--artifact-type', type, artifact, file)
  await oras('pull', '--plain-http', '--output', 'artifact', artifact)
  expect(await readFile(join(place.folder, 'artifact', 'sbom.json'), 'utf8')).toContain('SPDX-2.3')

  await oras('manifest', 'delete', '--plain-http', '--force', image)
  await expect(discover()).rejects.toThrow('not found')
  await world.restore(repository)
  await collect(world.server)
  expect(await discover()).toBe(before)
})

test('oras prints which image needs a layer that it would delete, and what a manifest lacks', async () => {
  needs('oras')
  const place = world.places.administrator
  const repository = world.at('team/layers')
  const digest = await skopeoClient.push(place, `${repository}:1.0`)
  const text = await runClient(
    place,
    'oras',
    'manifest',
    'fetch',
    '--plain-http',
    `${repository}:1.0`,
  )
  const { layers } = JSON.parse(text) as { layers: { digest: string }[] }
  const layer = `${repository}@${layers[0]?.digest}`
  await expect(
    runClient(place, 'oras', 'blob', 'delete', '--plain-http', '--force', layer),
  ).rejects.toThrow(`the image ${digest} needs it: delete that image first`)

  await writeFile(join(place.folder, 'manifest.json'), text)
  const elsewhere = world.at('team/nothing:1.0')
  const mediaType = '--media-type=application/vnd.oci.image.manifest.v1+json'
  await expect(
    runClient(
      place,
      'oras',
      'manifest',
      'push',
      '--plain-http',
      mediaType,
      elsewhere,
      'manifest.json',
    ),
  ).rejects.toThrow(/lacks what the manifest refers to: sha256:.*; push that first/)
})

test('helm pushes a chart, shows and pulls it', async () => {
  needs('helm')
  const place = world.places.administrator
  const helm = (...words: string[]): Promise<string> => runClient(place, 'helm', ...words)
  await mkdir(join(place.folder, 'chart', 'templates'), { recursive: true })
  const chart = 'apiVersion: v2\nname: demo\nversion: 1.2.3+build\n'
  await writeFile(join(place.folder, 'chart', 'Chart.yaml'), chart)
  await helm('package', 'chart')
  const charts = `oci://${world.server.registryHost}/team/charts`
  await helm('push', 'demo-1.2.3+build.tgz', charts, '--plain-http')
  const at = [`${charts}/demo`, '--version=1.2.3+build', '--plain-http'] as const
  expect(await helm('show', 'chart', ...at)).toContain('name: demo')
  await mkdir(join(place.folder, 'charts'))
  await helm('pull', ...at, '--destination=charts')
  const [pushed, pulled] = await Promise.all(
    ['demo-1.2.3+build.tgz', 'charts/demo-1.2.3+build.tgz'].map((name) =>
      readFile(join(place.folder, name)),
    ),
  )
  expect(pulled).toEqual(pushed)
})

test('regctl makes an image without layers, attaches to it, and lists what is attached', async () => {
  needs('regctl')
  const place = world.places.administrator
  const regctl = (...words: string[]): Promise<string> => runClient(place, 'regctl', ...words)
  const image = world.at('team/made:1.0')
  await regctl('image', 'create', image)
  await writeFile(join(place.folder, 'note.txt'), 'a note')
  const type = 'application/vnd.example.note'
  await regctl('artifact', 'put', '--subject', image, '--artifact-type', type, '--file', 'note.txt')
  expect(await regctl('artifact', 'list', image)).toContain(type)
  expect(await regctl('repo', 'list', world.server.registryHost)).toContain('team/made')
})

test('podman finds repositories by a part of their names', async () => {
  needs('podman')
  const place = world.places.administrator
  await skopeoClient.push(place, world.at('team/findable:1.0'))
  const found = await runClient(
    place,
    'podman',
    'search',
    '--tls-verify=false',
    world.at('findable'),
  )
  expect(found).toContain('team/findable')
})

test.describe('clients with a daemon', () => {
  let daemon: Awaited<ReturnType<typeof startDockerDaemon>> | null = null
  let place: ClientPlace

  test.beforeAll(async () => {
    if (!canRunDaemons()) return
    daemon = await startDockerDaemon(world.folder)
    const { environment } = world.places.administrator
    place = {
      ...world.places.administrator,
      environment: { ...environment, ...daemon.environment },
    }
  })
  test.afterAll(async () => {
    await daemon?.stop()
  })
  test.beforeEach(() => {
    test.skip(!canRunDaemons(), 'dockerd is not installed, or this is not root')
  })

  test('docker pushes and pulls; a deleted image is restored', async () => {
    const repository = 'team/docker'
    const image = world.at(`${repository}:1.0`)
    const pushed = await dockerClient.push(place, image)
    expect(await dockerClient.pull(place, image)).toBe(pushed)
    await ask(world.server, 'DELETE', `/repositories/${repository}/manifests/1.0`)
    await expect(dockerClient.pull(place, image)).rejects.toThrow(dockerClient.saysOfUnknown)
    await world.restore(repository)
    await collect(world.server)
    expect(await dockerClient.pull(place, image)).toBe(pushed)
  })

  test('docker prints what a person may not do, and that a collection keeps pushes out', async () => {
    const { environment } = world.places.developer
    const developer = {
      ...world.places.developer,
      environment: { ...environment, DOCKER_HOST: place.environment.DOCKER_HOST },
    }
    await expect(dockerClient.push(developer, world.at('library/docker:1.0'))).rejects.toThrow(
      'this needs read-write access to library/docker: ask an administrator for it',
    )
    const image = world.at('team/docker-refused:1.0')
    await world.whileCollecting(async () => {
      await expect(dockerClient.push(place, image)).rejects.toThrow(pushesAreRejected)
    })
    await dockerClient.push(place, image)
  })

  test('containerd’s ctr pulls all platforms and pushes them elsewhere', async () => {
    const ctr = (...words: string[]): Promise<string> =>
      runClient(place, 'ctr', '--namespace=jetsam', 'images', ...words)
    const signedIn = ['--plain-http', `--user=${credentials}`] as const
    const image = world.at('team/ctr:1.0')
    const pushed = await skopeoClient.push(place, image, place.multiLayout)
    await ctr('pull', ...signedIn, '--all-platforms', '--snapshotter=native', image)
    const elsewhere = world.at('team/ctr/again:1.0')
    await ctr('tag', image, elsewhere)
    await ctr('push', ...signedIn, elsewhere)
    expect(await skopeoClient.pull(place, elsewhere)).toBe(pushed)
  })
})
