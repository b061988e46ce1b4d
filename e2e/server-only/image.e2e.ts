import { chmod, chown, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { beginSlowUpload, makeImages, pull, push } from '../clients.ts'
import {
  buildNodeImage,
  buildServerImage,
  canRunContainers,
  openContainerEngine,
  startContainer,
  type ContainerEngine,
} from '../container-engine.ts'
import { makeFolder, projectFolder } from '../server-process.ts'
import { ask, collect } from './api-client.ts'

/* The image of deploy/Dockerfile, built and run without any registry of images. */

/** Nothing is timed: building takes long on a busy machine. */
const patienceMs = 900_000

test.describe.configure({ mode: 'serial', timeout: patienceMs })
test.skip(!canRunContainers(), 'needs buildah, podman, runc, mmdebstrap, and to be run as root')

const nodeImage = 'localhost/node'
const image = 'localhost/jetsam'
const revision = 'c0ffee'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: ContainerEngine

const buildImage = (name: string): Promise<void> =>
  buildServerImage(engine, nodeImage, name, '--timestamp=0', `--build-arg=REVISION=${revision}`)

test.beforeAll(async () => {
  test.setTimeout(patienceMs)
  folder = await makeFolder()
  engine = openContainerEngine(folder.path)
  await buildNodeImage(engine, nodeImage)
  await buildImage(image)
})

test.afterAll(async () => {
  await folder?.remove()
})

interface ImageConfiguration {
  readonly User: string
  readonly Env: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
  readonly ExposedPorts: object
  readonly Volumes: object
  readonly WorkingDir: string
}

interface ImageDescription {
  readonly Size: number
  readonly Config: ImageConfiguration
}

async function describe(name: string): Promise<ImageDescription> {
  const [description] = JSON.parse(await engine.podman('image', 'inspect', name)) as [
    ImageDescription,
  ]
  return description
}

test('the image adds little to its base: what the server needs, and nothing of this machine', async () => {
  const [base, ours] = [await describe(nodeImage), await describe(image)]
  expect(ours.Size - base.Size).toBeLessThan(200_000_000)

  const [baseRoot, root] = [
    await engine.podman('image', 'mount', nodeImage),
    await engine.podman('image', 'mount', image),
  ]
  const added = async (path: string): Promise<string[]> => {
    const before = new Set(await readdir(join(baseRoot, path)))
    return (await readdir(join(root, path))).filter((name) => !before.has(name)).toSorted()
  }
  expect(await added('/')).toEqual(['app', 'data'])
  expect(await added('/root')).toEqual([])
  expect(await added('/tmp')).toEqual([])
  expect(await added('/usr/local/bin')).toEqual(['jetsam'])
  expect((await readdir(join(root, 'app'))).toSorted()).toEqual([
    'LICENSE',
    'dist',
    'dist-server',
    'healthcheck.mjs',
    'node_modules',
    'package-lock.json',
    'package.json',
    'src',
  ])
  const packages = await readdir(join(root, 'app/node_modules'))
  expect(packages).toEqual(expect.arrayContaining(['hono', 'kysely', 'libsql', 'pg']))
  for (const name of ['vite', 'tsx', 'typescript', 'react', '@mantine']) {
    expect(packages).not.toContain(name)
  }
  const sources = await readdir(join(root, 'app/src'), { recursive: true })
  expect(sources.filter((name) => /^web|^testing|\.test\.tsx?$/.test(name))).toEqual([])
  const { uid, mode } = await stat(join(root, 'data'))
  expect([uid, mode & 0o777]).toEqual([1000, 0o700])
})

test('the image says what it is, and runs as a number that is not root', async () => {
  const [{ Config: base }, { Config: ours }] = [await describe(nodeImage), await describe(image)]
  const manifest = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
    version: string
    license: string
    description: string
  }
  expect(ours.User).toBe('1000:1000')
  expect(ours.Labels).toMatchObject({
    'org.opencontainers.image.title': 'Jetsam',
    'org.opencontainers.image.description': manifest.description,
    'org.opencontainers.image.licenses': manifest.license,
    'org.opencontainers.image.version': manifest.version,
    'org.opencontainers.image.revision': revision,
  })
  // No password, above all.
  expect(ours.Env.filter((variable) => !base.Env.includes(variable)).toSorted()).toEqual([
    'JETSAM_DATA=/data',
    'JETSAM_HOST=0.0.0.0',
  ])
  expect(ours.ExposedPorts).toEqual({ '4400/tcp': {} })
  expect(ours.Volumes).toEqual({ '/data': {} })
})

const policyPath = '/garbage-collection/policy'

test('a container is pushed to, collects, stops with a push under way, is killed, and keeps all', async () => {
  const images = await makeImages(folder.path, ['kept', 'deleted', 'late'])
  const volume = 'data'
  let server = await startContainer(engine, image, volume, { JETSAM_DRAIN_SECONDS: '600' })
  const at = (name: string): string => `${server.registryHost}/team/${name}:1`
  const pulled = (name: string): Promise<string> => pull(at(name), folder.path)
  try {
    await push(images, 'kept', at('kept'))
    await push(images, 'deleted', at('deleted'))
    const kept = await pulled('kept')
    const policy = await ask<object>(server, 'GET', policyPath)
    const now = { ...policy.body, trashRetentionHours: 0 }
    expect((await ask(server, 'PUT', policyPath, now)).status).toBe(200)
    const deleted = await ask(server, 'DELETE', '/repositories/team/deleted/manifests/1')
    expect(deleted.status).toBe(204)
    const collection = await collect(server)
    expect(collection.result?.removed.layers).toBeGreaterThan(0)
    await expect(pulled('deleted')).rejects.toThrow(/manifest unknown|not known|no image/i)

    const upload = await beginSlowUpload(server, 'team/slow')
    const stopped = server.stop()
    await expect.poll(server.output).toContain('stopping (SIGTERM)')
    await push(images, 'late', at('late'))
    const late = await pulled('late')
    expect(await upload.end()).toBe(202)
    expect(await stopped).toBe(0)

    server = await startContainer(engine, image, volume)
    expect(await pulled('kept')).toBe(kept)
    expect(await pulled('late')).toBe(late)
    await server.kill()

    server = await startContainer(engine, image, volume)
    expect(server.output()).not.toContain('watching for up to')
    expect(server.output()).not.toContain('building the dashboard')
    expect(await pulled('kept')).toBe(kept)
    expect(await pulled('late')).toBe(late)
    await collect(server)
  } finally {
    await server.kill().catch(() => undefined)
  }
})

test('the health check follows the storage, and the dashboard is there', async () => {
  const volume = 'health'
  const server = await startContainer(engine, image, volume, { JETSAM_SAMPLES: '1' })
  const isHealthy = (): Promise<boolean> =>
    engine.podman('healthcheck', 'run', server.name).then(
      () => true,
      () => false,
    )
  const mounted = await engine.podman('volume', 'inspect', '--format={{.Mountpoint}}', volume)
  const storage = join(mounted, 'registry/docker')
  try {
    const page = await fetch(server.origin)
    const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec(await page.text()) ?? []
    expect((await fetch(new URL(script, server.origin))).headers.get('Content-Type')).toContain(
      'javascript',
    )
    expect(await isHealthy()).toBe(true)
    await chmod(storage, 0)
    expect(await isHealthy()).toBe(false)
    await chmod(storage, 0o755)
    expect(await isHealthy()).toBe(true)
  } finally {
    expect(await server.stop()).toBe(0)
  }
})

test('another user runs it, on a folder of theirs, and its commands', async () => {
  const theirs = join(folder.path, 'theirs')
  await mkdir(theirs, { mode: 0o700 })
  await chown(theirs, 4711, 4711)
  const server = await startContainer(engine, image, theirs, {}, '--user=4711:4711')
  const run = (...words: readonly string[]): Promise<string> =>
    engine.podman('exec', server.name, 'jetsam', ...words)
  try {
    const images = await makeImages(join(folder.path, 'for-theirs'), ['one'])
    await push(images, 'one', `${server.registryHost}/team/app:1`)
    expect(await run('verify', '--storage', 'registry', '--full')).toContain('1 of 1 tags')
    await run('backup', '--to', 'copy.sqlite')
    expect((await stat(join(theirs, 'copy.sqlite'))).uid).toBe(4711)
  } finally {
    expect(await server.stop()).toBe(0)
  }
})

const layersOf = (name: string): Promise<string> =>
  engine.podman('image', 'inspect', '--format={{json .RootFS.Layers}}', name)

test('the same sources make the same layers', async () => {
  await buildImage('localhost/again')
  expect(await layersOf('localhost/again')).toBe(await layersOf(image))
})
