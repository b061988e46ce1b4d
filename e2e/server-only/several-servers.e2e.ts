import { expect, test } from '@playwright/test'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { jetsam } from '../clients.ts'
import { startServer } from '../server-process.ts'
import type { ErrorBody } from '#contract/errors.ts'
import type { WireRetentionPreview } from '#contract/rules/retention.ts'
import { ask, collect, ended, type Job } from './api-client.ts'
import {
  blobsOf,
  blobsOnDisk,
  deleteThrough,
  isThere,
  pullWhole,
  pushThrough,
  setPolicy,
  startSeveral,
} from './several-world.ts'

/* Several servers on one folder and one PostgreSQL, by real processes. */

test.describe.configure({ timeout: 480_000 })

const kept = tinyImage({ layers: ['base', 'kept'] })
const deleted = tinyImage({ layers: ['base', 'deleted'] })

for (const count of [2, 3]) {
  test(`${count} servers push, pull, delete and collect as one`, async () => {
    const several = await startSeveral(count)
    const { servers, storageFolder } = several
    const [first, second, last] = [servers[0], servers[1], servers.at(-1)]
    if (!first || !second || !last) throw new Error('no servers')
    try {
      for (const mode of ['accept-pushes', 'reject-pushes', 'hold-pushes'] as const) {
        await setPolicy(second, { whileCollecting: mode, trashRetentionHours: 0 })
        await pushThrough(() => first, 'team/app', kept, 'kept')
        await pushThrough(() => first, 'team/app', deleted, 'deleted')
        await pullWhole(second, 'team/app', kept, 'kept')
        expect(await deleteThrough(last, 'team/app', 'deleted')).toBe(204)
        for (const server of servers) {
          expect(await isThere(server, 'team/app', 'deleted')).toBe(false)
        }
        for (const server of servers) await collect(server)
        // What was pushed in the last minutes stays, and until the next beat what clients were told.
        await several.timePasses()
        await expect
          .poll(async () => (await collect(first), await blobsOnDisk(storageFolder)))
          .toEqual(blobsOf([kept]))
        // What one of them removed, each of them takes again.
        await pushThrough(() => second, 'team/app', deleted, 'deleted')
        for (const server of servers) await pullWhole(server, 'team/app', deleted, 'deleted')
        for (const server of servers) await pullWhole(server, 'team/app', kept, 'kept')
      }
    } finally {
      await several.end()
    }
  })
}

test('a preview of cleaning is read, approved and run through whichever server answers', async () => {
  const several = await startSeveral(3)
  const [first, second, third] = several.servers
  if (!first || !second || !third) throw new Error('no servers')
  try {
    for (const tag of ['pr-1', 'pr-2', 'stable']) {
      await pushThrough(() => first, 'team/app', tinyImage({ layers: ['base', tag] }), tag)
    }
    const rules = [{ remove: { tags: ['pr-*'] } }]
    expect((await ask(first, 'PUT', '/retention/policies/team', { rules })).status).toBe(200)
    const made = await ask<WireRetentionPreview>(second, 'POST', '/retention/preview', {
      scope: 'registry',
    })
    const { previewID, verdicts } = made.body
    expect(verdicts.map(({ tag }) => tag)).toEqual(['pr-1', 'pr-2', 'stable'])
    for (const server of several.servers) {
      const again = await ask(server, 'GET', `/retention/previews/${previewID}`)
      expect(again.body).toEqual(made.body)
    }

    const request = { job: 'retention', preview: previewID }
    const refused = await ask<ErrorBody>(third, 'POST', '/admin/jobs', request)
    expect(refused.body.errors[0]?.code).toBe('APPROVAL_NEEDED')
    expect((await ask(first, 'POST', '/retention/approve', { previewID })).status).toBe(204)
    const started = await ask<Job>(third, 'POST', '/admin/jobs', request)
    expect(started.status).toBe(202)
    expect((await ended(second, started.body)).status).toBe('done')
    for (const server of several.servers) {
      expect(await isThere(server, 'team/app', 'pr-1')).toBe(false)
      expect(await isThere(server, 'team/app', 'stable')).toBe(true)
    }
  } finally {
    await several.end()
  }
})

test('a server for itself, and a command, do not start beside several; nor several beside one', async () => {
  const several = await startSeveral(2)
  const { storageFolder } = several
  try {
    const isInUse =
      /images is in use by the server on port \d+ \(process \d+ on .+\), one of several servers/
    const alone = startServer(`${storageFolder}-alone`, { JETSAM_STORAGE: storageFolder })
    await expect(alone).rejects.toThrow(isInUse)
    await expect(jetsam('collect', '--storage', storageFolder)).rejects.toThrow(isInUse)
  } finally {
    await several.end()
  }
})
