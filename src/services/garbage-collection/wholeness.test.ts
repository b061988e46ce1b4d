import { expect, test } from 'vitest'
import type { Verification } from '#domain/collection/collection-result.ts'
import { followEvents } from '#services/activity/domain-events.ts'
import type { TagSummary } from '#registry/queries/repository-queries.ts'
import type { StoredJob } from '#state/jobs.ts'
import { createTestWorld } from '#testing/builders/test-world.ts'
import { result as collectionResult } from '#testing/services/scripted-run.ts'
import { createWholeness, knownFlaw } from './wholeness.ts'

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}` as never
const summary = (name: string, letter: string, updatedAtMs = 0) =>
  ({ name, digest: digestOf(letter), updatedAtMs, image: null }) as unknown as TagSummary
const broken = (tag: string, letter: string) => ({
  repository: 'team/app',
  tag,
  digest: digestOf(letter),
  reason: `${tag} has other bytes`,
})
const found = (tags: number, ...flaws: Verification['broken']): Verification => ({
  tags,
  wholeTags: tags - flaws.length,
  broken: flaws,
})

function createScene() {
  const { clock, state: plain, moveClock } = createTestWorld()
  const { state, events } = followEvents(plain, () => {})
  const tags = new Map<string, readonly TagSummary[]>()
  const queries = { tags: async (name: string) => tags.get(name) ?? null }
  let count = 0
  const save = async (job: Partial<StoredJob>) => {
    moveClock(1000)
    count += 1
    const nowMs = clock.nowMs()
    await state.jobs.save({
      id: `job-${count}`,
      kind: 'verification',
      status: 'done',
      trigger: 'person',
      actor: 'admin',
      request: {},
      scheduledAtMs: null,
      startedAtMs: nowMs,
      updatedAtMs: nowMs,
      finishedAtMs: nowMs,
      progress: null,
      result: null,
      error: null,
      ...job,
    })
    return nowMs
  }
  return {
    wholeness: () => createWholeness({ clock, state, events, queries }),
    tags,
    verified: (full: boolean, result: Verification | null) => save({ request: { full }, result }),
    collected: (verification: Verification | null) =>
      save({ kind: 'collection', result: collectionResult({ verification }) }),
  }
}

test('nothing is known before the first check', async () => {
  const { wholeness, collected, verified } = createScene()
  const nothing = { last: null, broken: [], brokenCount: 0 }
  expect(await wholeness().current()).toEqual(nothing)
  await collected(null)
  await verified(true, null)
  expect(await wholeness().current()).toEqual(nothing)
})

test('the last check is that of a collection or a requested one, whichever ended last', async () => {
  const { wholeness, collected, verified } = createScene()
  await verified(true, found(3))
  expect((await wholeness().found()).last).toMatchObject({ tags: 3, full: true })
  const atMs = await collected(found(4))
  await collected(null)
  expect((await wholeness().found()).last).toMatchObject({ tags: 4, full: false, atMs })
  await verified(false, found(5))
  expect((await wholeness().found()).last).toMatchObject({ tags: 5, full: false })
})

test('what only a reading of every byte can find stays known after a check of sizes', async () => {
  const { wholeness, tags, verified, collected } = createScene()
  tags.set('team/app', [summary('1.0', 'a'), summary('2.0', 'b')])
  const foundAtMs = await verified(true, found(2, broken('1.0', 'a')))
  await collected(found(2))
  expect(await wholeness().current()).toMatchObject({
    last: { wholeTags: 2 },
    broken: [{ tag: '1.0', foundAtMs }],
    brokenCount: 1,
  })
  await verified(true, found(2))
  expect(await wholeness().current()).toMatchObject({ broken: [], brokenCount: 0 })
})

test('what was deleted or replaced since is no longer broken', async () => {
  const { wholeness, tags, verified } = createScene()
  tags.set('team/app', [summary('1.0', 'a'), summary('2.0', 'c')])
  await verified(
    true,
    found(4, broken('1.0', 'a'), broken('2.0', 'b'), broken('3.0', 'a'), {
      ...broken('1.0', 'a'),
      repository: 'team/gone',
    }),
  )
  const now = await wholeness().current()
  expect(now.broken.map(({ tag }) => tag)).toEqual(['1.0'])
  expect(now.brokenCount).toBe(1)
})

test('a result of an earlier version, without digests, holds for tags that were not pushed since', async () => {
  const { wholeness, tags, verified } = createScene()
  const { digest: _, ...old } = broken('1.0', 'a')
  const atMs = await verified(true, found(2, old, { ...old, tag: '2.0' }))
  tags.set('team/app', [summary('1.0', 'a', atMs - 1), summary('2.0', 'a', atMs + 1)])
  expect((await wholeness().current()).broken.map(({ tag }) => tag)).toEqual(['1.0'])
})

test('tags that a check found but did not list are counted', async () => {
  const { wholeness, tags, verified } = createScene()
  tags.set('team/app', [summary('1.0', 'a')])
  await verified(false, { tags: 9, wholeTags: 2, broken: [broken('1.0', 'a')] })
  expect(await wholeness().current()).toMatchObject({ broken: [{ tag: '1.0' }], brokenCount: 7 })
})

test('a tag is known as broken by its name or by the image that it shows', async () => {
  const { wholeness, verified } = createScene()
  await verified(true, found(2, broken('1.0', 'a')))
  const known = await wholeness().found()
  const flawOf = (repository: string, name: string, letter: string) =>
    knownFlaw(known, repository, summary(name, letter))
  expect(flawOf('team/app', '1.0', 'a')).toBe('1.0 has other bytes')
  expect(flawOf('team/app', 'latest', 'a')).toBe('1.0 has other bytes')
  expect(flawOf('team/app', '1.0', 'b')).toBeNull()
  expect(flawOf('team/web', '1.0', 'a')).toBeNull()
})
