import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { credentials, skopeo } from '../clients.ts'
import { expect, test } from '../hosts.ts'
import { makeFolder, type ServerProcess } from '../server-process.ts'
import { ask } from './api-client.ts'

const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'] as const
const from = `--src-creds=${credentials}`
const to = `--dest-creds=${credentials}`

interface Entry {
  readonly id: string
  readonly kind: string
  readonly repository: string
}

const digestOf = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

test('a deleted repository cannot be pulled, and comes back whole, also beside a new push', async ({
  dashboard,
}) => {
  const server = dashboard.server as ServerProcess
  const folder = await makeFolder()
  const at = (image: string) => `docker://${server.registryHost}/${image}`
  const pull = async (image: string, name: string): Promise<string> => {
    const out = join(folder.path, name)
    await skopeo('copy', '--all', '--quiet', ...plain, from, at(image), `dir:${out}`)
    return digestOf(await readFile(join(out, 'manifest.json')))
  }
  const copy = (source: string, destination: string) =>
    skopeo('copy', '--all', '--quiet', ...plain, from, to, at(source), at(destination))
  await copy('team/app:2.0', 'team/doomed:2.0')
  await copy('team/app:1.0', 'team/doomed:1.0')
  await copy('team/app:1.0', 'team/doomed:stable')
  const tags = ['1.0', '2.0', 'stable']
  const before = await Promise.all(tags.map((tag) => pull(`team/doomed:${tag}`, `before-${tag}`)))

  const path = '/repositories/team/doomed'
  expect((await ask(server, 'DELETE', path)).status).toBe(409)
  expect((await ask(server, 'DELETE', `${path}?images=trash`)).status).toBe(204)
  for (const tag of tags) {
    await expect(pull(`team/doomed:${tag}`, 'refused')).rejects.toThrow('manifest unknown')
  }
  expect(await pull('team/app:2.0', 'other')).toBe(before[1])

  // A push makes a new repository; its tag is not taken away.
  await copy('team/app:2.0', 'team/doomed:stable')
  const listed = await ask<{ entries: readonly Entry[] }>(server, 'GET', '/trash')
  const entry = listed.body.entries.find(({ repository }) => repository === 'team/doomed')
  expect(entry?.kind).toBe('repository')
  const restore = `/trash/${entry?.id}/restore`
  const refused = await ask<{ errors: readonly { code: string; detail: unknown }[] }>(
    server,
    'POST',
    restore,
  )
  expect(refused.body.errors[0]).toMatchObject({
    code: 'TAG_EXISTS',
    detail: { conflicts: [{ name: 'stable' }] },
  })
  expect((await ask(server, 'POST', restore, { tags: { stable: 'stable-before' } })).status).toBe(
    204,
  )
  const after = ['1.0', '2.0', 'stable-before'].map((tag) =>
    pull(`team/doomed:${tag}`, `after-${tag}`),
  )
  expect(await Promise.all(after)).toEqual(before)
  expect(await pull('team/doomed:stable', 'new')).toBe(before[1])
  await folder.remove()
})
