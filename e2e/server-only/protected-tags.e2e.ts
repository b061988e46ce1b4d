import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { newPath, runClient } from '../client-place.ts'
import { credentials, skopeo } from '../clients.ts'
import { containerClients, skopeoClient } from '../container-clients.ts'
import { needs } from '../needs.ts'
import { ask } from './api-client.ts'
import { openClientWorld, type ClientWorld } from './client-world.ts'

/** What a rule protects stays as it is, whichever client asks, and the client prints why. */

test.describe.configure({ mode: 'default', timeout: 600_000 })

/** Logs and JSON escape the quotation mark. */
const reasonOf = (repository: string): RegExp =>
  new RegExp(
    String.raw`1\.0 in ${repository} is protected: the retention policy of team says \\*"Protect tags 1\.0`,
  )

const protecting = (tag: string) => ({ rules: [{ protect: { tags: [tag] } }] })

let world: ClientWorld
/** A layout with another image than that of the places. */
let other: string

test.beforeAll(async () => {
  world = await openClientWorld()
  other = join(world.folder, 'other')
  await skopeo('copy', '--quiet', `oci:${join(world.folder, 'layout')}:two`, `oci:${other}:latest`)
  const saved = await ask(world.server, 'PUT', '/retention/policies/team', protecting('1.0'))
  expect(saved.status).toBe(200)
})

test.afterAll(async () => {
  await world?.close()
})

for (const client of containerClients) {
  test(`${client.name} prints why it neither overwrites, moves nor deletes a protected tag`, async () => {
    needs(client.name)
    const place = world.places.administrator
    const repository = `team/${client.name}`
    const image = world.at(`${repository}:1.0`)
    const reason = reasonOf(repository)
    // For the first time, and again as it is.
    const pushed = await client.push(place, image)
    expect(await client.push(place, image)).toBe(pushed)
    await expect(client.push(place, image, other)).rejects.toThrow(reason)
    const free = world.at(`${repository}:next`)
    await client.push(place, free, other)
    if (client.copy) await expect(client.copy(place, free, image)).rejects.toThrow(reason)
    if (client.remove) await expect(client.remove(place, image)).rejects.toThrow(reason)
    expect(await client.pull(place, image)).toBe(pushed)
    // What no rule protects goes as before.
    if (client.remove) {
      await client.remove(place, free)
      await expect(client.pull(place, free)).rejects.toThrow(client.saysOfUnknown)
    }
  })
}

test('curl prints it for pushes, deletions and restorations, whole repositories too', async () => {
  const place = world.places.administrator
  const repository = 'team/curl'
  const digest = await skopeoClient.push(place, world.at(`${repository}:1.0`))
  const next = await skopeoClient.push(place, world.at(`${repository}:next`), other)
  const curl = (method: string, path: string, ...words: readonly string[]): Promise<string> => {
    const url = `${world.server.origin}${path}`
    return runClient(
      place,
      'curl',
      '--silent',
      '--user',
      credentials,
      '--request',
      method,
      ...words,
      url,
    )
  }
  const refused = async (code: string, ...request: Parameters<typeof curl>): Promise<void> => {
    const printed = await curl(...request)
    expect(printed).toMatch(reasonOf(repository))
    expect(printed).toContain(`"code":"${code}"`)
  }

  const v2 = `/v2/${repository}/manifests`
  const api = `/api/v0/repositories/${repository}`
  const manifest = newPath(place)
  const type = 'application/vnd.oci.image.manifest.v1+json'
  await curl('GET', `${v2}/${next}`, '--header', `Accept: ${type}`, '--output', manifest)
  const content = ['--header', `Content-Type: ${type}`, '--data-binary', `@${manifest}`] as const
  await refused('DENIED', 'PUT', `${v2}/1.0`, ...content)
  await refused('DENIED', 'PUT', `${v2}/${next}?tag=1.0`, ...content)
  await refused('DENIED', 'DELETE', `${v2}/1.0`)
  await refused('DENIED', 'DELETE', `${v2}/${digest}`)
  await refused('TAG_PROTECTED', 'DELETE', `${api}/tags/1.0`)
  await refused('TAG_PROTECTED', 'DELETE', `${api}/manifests/${digest}`)
  await refused('TAG_PROTECTED', 'DELETE', `${api}?images=trash`)

  // What was deleted before the rule came must not be restored over it.
  const { server } = world
  const policy = '/retention/policies/team/curl'
  expect((await ask(server, 'PUT', policy, protecting('none'))).status).toBe(200)
  await curl('DELETE', `${api}/manifests/${digest}`)
  await skopeoClient.push(place, world.at(`${repository}:1.0`), other)
  expect((await ask(server, 'DELETE', policy)).status).toBe(204)
  const trash = await ask<{ entries: { id: string; repository: string }[] }>(
    server,
    'GET',
    '/trash',
  )
  const entry = trash.body.entries.find((one) => one.repository === repository)
  const replace = [
    '--header',
    'Content-Type: application/json',
    '--data',
    '{"onConflict":"replace"}',
  ]
  await refused('TAG_PROTECTED', 'POST', `/api/v0/trash/${entry?.id}/restore`, ...replace)
  expect(await curl('HEAD', `${v2}/1.0`, '--head')).toContain(next)
})
