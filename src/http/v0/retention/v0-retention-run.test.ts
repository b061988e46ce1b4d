import { beforeEach, describe, expect, test } from 'vitest'
import type { RetentionJob } from '#contract/rules/retention-runs.ts'
import {
  app,
  createCleaningWorld,
  dayMs,
  image,
  imageOf,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'
import { tinyIndex, type TinyManifest } from '#testing/builders/tiny-image.ts'

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

describe('a run', () => {
  test('moves what rules take to the trash, with the rule, and says what it did', async () => {
    const job = await world.run()
    expect(job).toMatchObject({ kind: 'retention', status: 'done', trigger: 'api' })
    expect(job.result).toMatchObject({
      planned: 4,
      removed: 4,
      skipped: 0,
      waiting: 0,
      left: 0,
      byRule: [{ scope: 'team', rule: 'Remove tags pr-* pushed more than 3 days ago', removed: 4 }],
      byRepository: { [app]: { removed: 4 } },
    })
    expect(await world.tags()).toEqual(['pr-4', 'pr-5', 'stable'])
    const entries = await world.trash()
    const rule = 'Remove tags pr-* pushed more than 3 days ago'
    const byRule = { scope: 'team', rule, startedBy: 'admin', jobID: job.id }
    expect(entries.map((entry) => [entry.tags, entry.kind, entry.byRule])).toEqual(
      expect.arrayContaining([
        [['pr-0'], 'tags', byRule],
        [['pr-3'], 'image', byRule],
      ]),
    )
    const details = (await world.deletions()).map(({ detail }) => detail)
    expect(details).toHaveLength(4)
    for (const detail of details) {
      expect(detail).toContain(`by rule of team: ${rule}, run started by admin`)
    }
    const log = await world.ask<{ data: string }[]>('GET', `/jobs/${job.id}/logs`)
    expect(log.map(({ data }) => data).join('\n')).toContain('4 went to the trash')
  })

  test('that started by itself names no person', async () => {
    const { jobs } = world.api.services
    const request = { scope: 'registry', previewID: null }
    const actor = { name: null, from: null }
    const started = await jobs.startJob('retention', request, { trigger: 'schedule', actor })
    if (started.ok) await jobs.jobEnd(started.value.job.id)
    const entries = await world.trash()
    expect(entries).toHaveLength(4)
    for (const { byRule } of entries) expect(byRule).not.toHaveProperty('startedBy')
  })

  test('can be undone: an entry comes back whole', async () => {
    await world.run()
    const entry = (await world.trash()).find((one) => one.tags.includes('pr-3'))
    await world.ask('POST', `/trash/${entry?.id}/restore`, {})
    expect(await world.tags()).toContain('pr-3')
  })

  test('holds in the trash for a day at least, whatever the policy for people is', async () => {
    const before = await world.ask<Record<string, unknown>>('GET', '/garbage-collection/policy')
    await world.ask('PUT', '/garbage-collection/policy', { ...before, trashRetentionHours: 0 })
    await world.run()
    const atMs = world.api.clock.nowMs()
    for (const { collectedAfter } of await world.trash()) {
      expect(Date.parse(collectedAfter ?? '')).toBe(atMs + dayMs)
    }
  })

  test('takes a tag alone where another one keeps its image', async () => {
    await world.push(imageOf(3), 'keep-me')
    await world.run()
    expect(await world.tags()).toEqual(['keep-me', 'pr-4', 'pr-5', 'stable'])
    const pulled = await world.api.as('reader').ask('GET', `/v2/${app}/manifests/keep-me`)
    expect(pulled.status).toBe(200)
  })

  test('takes untagged images, and nothing that is part of an image that stays', async () => {
    const [amd64, arm64, lone] = [image('amd64'), image('arm64'), image('lone')]
    for (const one of [amd64, arm64, lone]) await world.push(one)
    await world.push(tinyIndex({ amd64, arm64 }), 'multi')
    world.api.clock.advance(2 * dayMs)
    await world.save({ remove: { untagged: true, olderThan: '1d' } })
    const { result } = await world.run()
    expect(result).toMatchObject({ planned: 1, removed: 1 })
    const status = async ({ digest }: TinyManifest) =>
      (await world.api.as('reader').ask('GET', `/v2/${app}/manifests/${digest}`)).status
    expect([await status(lone), await status(amd64), await status(arm64)]).toEqual([404, 200, 200])
  })

  test('of a scope leaves other repositories alone', async () => {
    await world.api.as('admin').pushImage('secret/app', imageOf(1), 'pr-1')
    await world.ask('PUT', '/retention/policies/registry', {
      rules: [{ remove: { tags: ['pr-*'] } }],
    })
    await world.settings({ approveFirst: true })
    await world.run({ scope: 'secret' }).then(({ result }) => expect(result?.waiting).toBe(1))
    await world.ask('POST', '/retention/approve', { previewID: (await world.preview()).previewID })
    expect((await world.run({ scope: 'secret' })).result?.removed).toBe(1)
    expect([await world.tags('secret/app'), (await world.tags()).length]).toEqual([[], 7])
  })

  test('is one at a time, and is listed among the jobs', async () => {
    const first = await world.ask<RetentionJob>('POST', '/admin/jobs', { job: 'retention' })
    const second = await world.tell('POST', '/admin/jobs', { job: 'retention' })
    expect([second.status, second.code]).toEqual([409, 'JOB_ALREADY_RUNNING'])
    await world.ended(first.id)
    const list = await world.ask<{ jobs: RetentionJob[] }>('GET', '/jobs?kind=retention')
    expect(list.jobs.map(({ id }) => id)).toEqual([first.id])
  })
})

describe('what changes between the look and the removal', () => {
  test('a push of the same tag and image makes it young: it stays', async () => {
    world.beforeRemoval(() => world.push(imageOf(0), 'pr-0'))
    const { result } = await world.run()
    expect(result).toMatchObject({ removed: 3, skipped: 1 })
    expect(result?.notes).toMatchObject([
      { tag: 'pr-0', reason: expect.stringContaining('No rule') },
    ])
    expect(await world.tags()).toContain('pr-0')
  })

  test('a tag that moved stays', async () => {
    world.beforeRemoval(() => world.push(imageOf(5), 'pr-0'))
    expect((await world.run()).result).toMatchObject({ removed: 3, skipped: 1 })
    expect(await world.tags()).toContain('pr-0')
  })

  test('a tag that other software wrote again stays', async () => {
    world.beforeRemoval(async () => {
      const path = `docker/registry/v2/repositories/${app}/_manifests/tags/pr-0/current/link`
      await world.api.storage.write(path, new TextEncoder().encode(imageOf(0).digest))
    })
    expect((await world.run()).result).toMatchObject({ removed: 3, skipped: 1 })
    expect(await world.tags()).toContain('pr-0')
  })

  test('a policy that was changed ends the repository at once', async () => {
    world.beforeRemoval(() => world.save({ remove: { tags: ['pr-1'] } }))
    const { result } = await world.run()
    expect(result).toMatchObject({ removed: 0, skipped: 4 })
    expect(result?.notes[0]?.reason).toContain('policy has been changed')
  })

  test('a policy of a narrower scope decides from then on', async () => {
    world.beforeRemoval(() => world.ask('PUT', '/retention/policies/team/app', { rules: [] }))
    expect((await world.run()).result).toMatchObject({ removed: 0, skipped: 4 })
  })

  test('a deletion by a person counts for those that are kept by number', async () => {
    await world.save({ remove: { tags: ['pr-*'], exceptNewest: 2 } })
    world.beforeRemoval(() =>
      world.api.as('owner').ask('DELETE', `/api/v0/repositories/${app}/tags/pr-5`),
    )
    expect((await world.run()).result).toMatchObject({ planned: 4, removed: 3, skipped: 1 })
    // The two newest that are left.
    expect(await world.tags()).toEqual(['pr-3', 'pr-4', 'stable'])
  })

  test('an untagged image that gets a tag stays', async () => {
    const lone = image('lone')
    await world.push(lone)
    await world.save({ remove: { untagged: true, olderThan: '1d' } })
    world.api.clock.advance(2 * dayMs)
    world.beforeRemoval(() => world.push(lone, 'named'))
    expect((await world.run()).result).toMatchObject({ removed: 0, skipped: 1 })
    expect(await world.tags()).toContain('named')
  })
})
