import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { credentials, makeImages, pull, push, skopeo, startDistribution } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { makeFolder, type ServerProcess } from '../server-process.ts'

const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'] as const
const source = `--src-creds=${credentials}`
const destination = `--dest-creds=${credentials}`
const one = ['--tls-verify=false', `--creds=${credentials}`] as const

function needServer(server: ServerProcess | null): ServerProcess {
  if (server === null) throw new Error('this needs the server host')
  return server
}

/** The digest of what a reference shows: for an index, of the index itself. */
async function digestAt(reference: string): Promise<string> {
  const manifest = await skopeo('inspect', '--raw', ...one, `docker://${reference}`)
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`
}

test('an image of several architectures is pushed and pulled whole, byte for byte', async ({
  dashboard,
}) => {
  const { registryHost } = needServer(dashboard.server)
  const folder = await makeFolder()
  const at = `docker://${registryHost}/team/app:2.0`
  const out = `dir:${join(folder.path, 'out')}`
  await skopeo('copy', '--all', '--quiet', ...plain, source, at, out)
  const pushed = await readFile(join(folder.path, 'out', 'manifest.json'))
  const digest = `sha256:${createHash('sha256').update(pushed).digest('hex')}`
  expect(digest).toBe(await digestAt(`${registryHost}/team/app:2.0`))
  const { manifests } = JSON.parse(pushed.toString()) as { manifests: { digest: string }[] }
  expect(manifests.length).toBeGreaterThan(1)

  const back = `docker://${registryHost}/team/again:2.0`
  await skopeo('copy', '--all', '--quiet', ...plain, destination, out, back)
  expect(await digestAt(`${registryHost}/team/again:2.0`)).toBe(digest)
  for (const platform of manifests) {
    expect(await digestAt(`${registryHost}/team/again@${platform.digest}`)).toBe(platform.digest)
  }
  // From one repository to another, layers are mounted and not sent again.
  const mounted = `docker://${registryHost}/team/third:2.0`
  await skopeo('copy', '--all', '--quiet', ...plain, source, destination, at, mounted)
  expect(await digestAt(`${registryHost}/team/third:2.0`)).toBe(digest)
  await folder.remove()
})

test('skopeo inspects, lists and deletes; what it deleted can be restored', async ({
  dashboard,
}) => {
  const server = needServer(dashboard.server)
  const image = `${server.registryHost}/team/app:1.0`
  const inspected = JSON.parse(await skopeo('inspect', ...one, `docker://${image}`)) as {
    Digest: string
    RepoTags: string[]
  }
  expect(inspected.RepoTags).toContain('1.0')
  expect(inspected.Digest).toBe(await digestAt(image))
  const listed = await skopeo('list-tags', ...one, `docker://${server.registryHost}/team/app`)
  expect((JSON.parse(listed) as { Tags: string[] }).Tags).toEqual(inspected.RepoTags)

  await skopeo('delete', ...one, `docker://${image}`)
  await expect(digestAt(image)).rejects.toThrow('manifest unknown')
  const ask = (method: string, path: string): Promise<Response> =>
    fetch(`${server.origin}/api/v0${path}`, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    })
  const { entries } = (await (await ask('GET', '/trash')).json()) as { entries: { id: string }[] }
  expect(entries).toHaveLength(1)
  expect((await ask('POST', `/trash/${entries[0]?.id}/restore`)).status).toBe(204)
  expect(await digestAt(image)).toBe(inspected.Digest)
})

test('a wrong password and an unknown tag are refused with a message that the client prints', async ({
  dashboard,
}) => {
  const { registryHost } = needServer(dashboard.server)
  const image = `docker://${registryHost}/team/app:1.0`
  const wrong = '--creds=admin:wrong'
  await expect(skopeo('inspect', '--tls-verify=false', wrong, image)).rejects.toThrow(
    /unauthorized|authentication required/i,
  )
  await expect(digestAt(`${registryHost}/team/app:nowhere`)).rejects.toThrow('manifest unknown')
})

test.describe('one folder, two registries', () => {
  test.use({ content: 'nothing' })

  test('docker-registry’s images are pulled from here, and the other way round', async ({
    dashboard,
  }) => {
    const server = needServer(dashboard.server)
    const folder = await makeFolder()
    const layout = await makeImages(folder.path, ['ours', 'theirs'])
    await push(layout, 'ours', `${server.registryHost}/team/ours:1`)
    const ours = await pull(`${server.registryHost}/team/ours:1`, folder.path)
    const distribution = await startDistribution(server.storageFolder, folder.path)
    try {
      expect(await pull(`${distribution.host}/team/ours:1`, folder.path, false)).toBe(ours)
      await skopeo(
        'copy',
        '--quiet',
        '--dest-tls-verify=false',
        `oci:${layout}:theirs`,
        `docker://${distribution.host}/team/theirs:1`,
      )
      const theirs = await pull(`${distribution.host}/team/theirs:1`, folder.path, false)
      expect(await pull(`${server.registryHost}/team/theirs:1`, folder.path)).toBe(theirs)
    } finally {
      await distribution.stop()
      await folder.remove()
    }
  })
})
