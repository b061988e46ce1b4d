import { beforeEach, describe, expect, test } from 'vitest'
import {
  app,
  createCleaningWorld,
  imageOf,
  type CleaningWorld,
} from '#testing/builders/cleaning-world.ts'
import { tinyIndex } from '#testing/builders/tiny-image.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

let world: CleaningWorld

beforeEach(async () => {
  world = await createCleaningWorld()
})

const report = (...images: readonly string[]) => world.ask('PUT', '/running/prod', { images })

const set = (maximumAgeMinutes: number, ...clusters: { name: string; account: string | null }[]) =>
  world.settings({ running: { maximumAgeMinutes, clusters } })

const verdictOf = async (tag: string) =>
  (await world.preview()).verdicts.find((one) => one.tag === tag)

describe('cleaning keeps what runs', () => {
  test('whether a rule says so or not, and says where it runs', async () => {
    await report(imageOf(1).digest)
    expect(await verdictOf('pr-1')).toMatchObject({
      verdict: 'kept',
      rule: null,
      reason: 'It runs in prod, and what runs is kept',
    })
    await world.run()
    expect(await world.tags()).toEqual(['pr-1', 'pr-4', 'pr-5', 'stable'])
  })

  test('by a rule that names it', async () => {
    await report(imageOf(1).digest)
    await world.save({ keep: { running: true } }, { remove: { tags: ['pr-*'] } })
    expect(await verdictOf('pr-1')).toMatchObject({
      verdict: 'kept',
      rule: { words: 'Keep what runs', verb: 'keep' },
    })
  })

  test('with its index: a platform is what runs', async () => {
    const index = tinyIndex({ amd64: imageOf(1) })
    await world.push(index, 'pr-9')
    world.api.clock.advance(2 * hourMs)
    await report(imageOf(1).digest)
    const olderThan = '1h'
    await world.save(
      { remove: { tags: ['*'], olderThan } },
      { remove: { untagged: true, olderThan } },
    )
    await world.run()
    await world.run()
    expect(await world.tags()).toEqual(['pr-1', 'pr-9'])
  })

  test('that was pushed over since, and has no tag', async () => {
    await world.save({ remove: { untagged: true, olderThan: '1h' } })
    await world.push(imageOf(3), 'pr-0')
    await world.push(imageOf(3), 'stable')
    world.api.clock.advance(2 * hourMs)
    await report(imageOf(0).digest)
    await world.run()
    const { status } = await world.api
      .as('admin')
      .ask('HEAD', `/v2/${app}/manifests/${imageOf(0).digest}`)
    expect(status).toBe(200)
  })

  test('that was reported after the preview, and just before a removal', async () => {
    world.beforeRemoval(() => report(imageOf(0).digest, imageOf(1).digest))
    const job = await world.run()
    expect(await world.tags()).toEqual(['pr-0', 'pr-1', 'pr-4', 'pr-5', 'stable'])
    expect(job.result).toMatchObject({ removed: 2, skipped: 2 })
    expect(job.result?.notes[0]?.reason).toContain('runs in prod')
  })
})

describe('nothing is cleaned', () => {
  const refused = async (reason: string) => {
    const { leftOut, totals } = await world.preview()
    expect([leftOut.map((one) => one.repository), totals.removed]).toEqual([[app], 0])
    expect(leftOut[0]?.reason).toContain(reason)
    const job = await world.run()
    expect(job.result).toMatchObject({ planned: 0, removed: 0, leftOut })
    const log = await world.ask<{ data: string }[]>('GET', `/jobs/${job.id}/logs`)
    expect(log.map(({ data }) => data).join('\n')).toContain(reason)
  }

  test('while a report is too old, until the next one', async () => {
    await report(imageOf(1).digest)
    world.api.clock.advance(hourMs)
    expect((await world.preview()).leftOut).toEqual([])
    world.api.clock.advance(2 * hourMs)
    await refused('prod last said 3 hours ago what runs, and that is good for 60 minutes')
    await report(imageOf(1).digest)
    expect((await world.preview()).leftOut).toEqual([])
    // It can be set.
    world.api.clock.advance(2 * hourMs)
    await set(180)
    expect((await world.preview()).leftOut).toEqual([])
  })

  test('while one of several is too old, or a named cluster has not reported', async () => {
    await report('-')
    await set(60, { name: 'edge', account: null })
    await refused('edge has not reported yet what it runs')
    await world.ask('PUT', '/running/edge', { images: ['-'] })
    expect((await world.preview()).leftOut).toEqual([])
    // What is given up has to come again, if it is named.
    await world.ask('DELETE', '/running/edge')
    await refused('edge has not reported')
  })

  test('while the report is from the future: a clock was wrong', async () => {
    await report('-')
    world.api.clock.advance(-2 * hourMs)
    await refused('prod has a report from the future')
    // It looks good again, but how long it took until then is not known.
    world.api.clock.advance(2 * hourMs)
    await refused('the clock was set back since prod said what runs')
    await report('-')
    expect((await world.preview()).leftOut).toEqual([])
  })

  test('while rules keep what runs, and nothing reports that', async () => {
    await world.save({ keep: { running: true } }, { remove: { tags: ['pr-*'], olderThan: '3d' } })
    await refused('the rules keep what runs, and nothing has reported what runs')
  })

  test('once a report has become too old during a run', async () => {
    await report('-')
    world.beforeRemoval(async () => world.api.clock.advance(2 * hourMs))
    const job = await world.run()
    expect(job.result).toMatchObject({ removed: 0, skipped: 4 })
    expect(job.result?.notes[0]?.reason).toContain('it is not known what runs')
  })

  test('while the state has a report that cannot be read', async () => {
    const damaged = { cluster: 'prod', id: 'x', reportedAtMs: world.api.clock.nowMs() }
    await world.api.services.state.runningReports.put({ ...damaged, reportedBy: null, text: '' })
    await refused('the report of prod cannot be used: line 1: the report is empty')
  })

  test('but what removes nothing is judged', async () => {
    await world.save({ keep: { tags: ['pr-*'] } })
    await report('-')
    world.api.clock.advance(2 * hourMs)
    expect((await world.preview()).leftOut).toEqual([])
  })
})

describe('a file says what runs', () => {
  let file: () => { text: string; modifiedAtMs: number }

  beforeEach(async () => {
    world = await createCleaningWorld({ readRunningFile: async () => file() })
    const modifiedAtMs = world.api.clock.nowMs()
    file = () => ({ text: `team/app@${imageOf(1).digest}`, modifiedAtMs })
  })

  const reasons = async () => (await world.preview()).leftOut.map(({ reason }) => reason)

  test('and is as good as a report', async () => {
    expect(await verdictOf('pr-1')).toMatchObject({
      verdict: 'kept',
      reason: 'It runs in the file of JETSAM_RUNNING, and what runs is kept',
    })
    expect(await world.ask('GET', '/running')).toMatchObject({
      reports: [{ cluster: 'file', source: 'file', images: 1, unknown: 0, problem: null }],
    })
  })

  test('as long as it was written a short time ago', async () => {
    world.api.clock.advance(61 * minuteMs)
    expect((await reasons())[0]).toContain('the file of JETSAM_RUNNING last said 61 minutes ago')
  })

  test.each<[string, () => { text: string; modifiedAtMs: number }, string]>([
    [
      'is gone',
      () => {
        throw new Error('ENOENT')
      },
      'cannot be read: ENOENT',
    ],
    ['is empty', () => ({ text: '\n', modifiedAtMs: Date.now() }), 'line 1: the report is empty'],
    ['is no list', () => ({ text: 'team/app:1\n!\n', modifiedAtMs: 0 }), 'line 2: "!" is no image'],
  ])(
    'and where it %s, nothing is cleaned; what it said last is kept from people',
    async (_, then, reason) => {
      await world.preview()
      file = then
      expect((await reasons())[0]).toContain(reason)
      expect((await world.tell('DELETE', `/repositories/${app}/tags/pr-1`)).code).toBe(
        'IMAGE_RUNNING',
      )
    },
  )
})
