import { describe, expect, it } from 'vitest'
import type { Verification } from '#domain/collection/collection-result.ts'
import { settle } from '#testing/builders/test-world.ts'
import { createScriptedVerifications, dana } from '#testing/services/scripted-verification.ts'

const whole: Verification = { tags: 2, wholeTags: 2, broken: [], unread: [] }
const torn: Verification = {
  tags: 2,
  wholeTags: 1,
  broken: [{ repository: 'team/app', tag: '1.0', reason: 'sha256:… is missing' }],
  unread: [],
}

describe('a verification on demand', () => {
  it('is remembered with its result', async () => {
    const { verifications, start, last, asked, end, followers } = createScriptedVerifications()
    expect(await verifications.lastVerification()).toBeNull()
    const started = await start(true)
    expect(started).toMatchObject({
      ok: true,
      value: { job: { request: { full: true }, trigger: 'person', finishedAtMs: null } },
    })
    await settle()
    expect(asked).toEqual([true])
    await end(torn)
    expect(await last()).toMatchObject({
      status: 'done',
      request: { full: true },
      result: torn,
      error: null,
    })
    expect((await last())?.finishedAtMs).toBeGreaterThan(0)
    expect(followers.size).toBe(0)
  })

  it('reports its progress and its actor', async () => {
    const { start, last, end, recorded } = createScriptedVerifications()
    await start(true)
    await settle()
    expect(await last()).toMatchObject({
      actor: 'dana',
      progress: { phase: 'verifying', done: 1, total: 4 },
      finishedAtMs: null,
    })
    await end(torn)
    expect(recorded).toEqual([
      'verification started, dana, every byte',
      'verification finished, 1 of 2 tags verified',
    ])
  })

  it('has a log with each flaw that it found', async () => {
    const { start, last, log, end } = createScriptedVerifications()
    await start(true)
    const unread = [{ repository: 'team/closed', reason: 'no rights' }]
    await end({ tags: 9, wholeTags: 6, broken: torn.broken, unread, absentPlatforms: 3 })
    expect(await log((await last())?.id)).toEqual([
      'reading every byte of what tags need',
      'team/closed: no rights',
      'team/app:1.0: sha256:… is missing',
      '2 more tags are not whole',
      '3 platforms are absent, as is accepted',
      '6 of 9 tags verified',
    ])
  })

  it('is the last one after a restart too, with its log', async () => {
    const { start, restart, log, end } = createScriptedVerifications()
    await start(true)
    await end(torn)
    const last = await (await restart()).lastVerification()
    expect(last?.job).toMatchObject({ request: { full: true }, result: torn, actor: 'dana' })
    expect(await log(last?.job.id)).toContain('1 of 2 tags verified')
  })

  it('ends as failed if the server is killed', async () => {
    const { start, restart, log, recorded } = createScriptedVerifications()
    await start(true)
    await settle()
    const last = await (await restart()).lastVerification()
    const error = 'the server stopped while it ran: verify again'
    expect(last?.job).toMatchObject({ status: 'errored', result: null, error })
    expect(last?.job.finishedAtMs).toBeGreaterThan(0)
    expect(await log(last?.job.id)).toContain(error)
    expect(recorded.at(-1)).toMatch(/^verification finished/)
  })

  it('can be stopped, and started again', async () => {
    const { verifications, start, last, end } = createScriptedVerifications()
    await verifications.stopVerification(dana)
    await start(true)
    const stopped = verifications.stopVerification(dana)
    const again = start()
    await settle()
    await end(whole)
    await stopped
    expect(await again).toMatchObject({ ok: true })
    await end(whole)
    expect(await last()).toMatchObject({ request: { full: false }, result: whole })
  })

  it('that was stopped has no result, and says so', async () => {
    const { jobs, start, last, log, end } = createScriptedVerifications()
    await start()
    const id = (await last())?.id ?? ''
    expect(await jobs.stopJob(id, dana)).toBe('stopping')
    await end(whole)
    expect(await last()).toMatchObject({
      id,
      status: 'canceled',
      result: null,
      error: 'it was stopped',
    })
    expect(await log(id)).toContain('ended before all tags were verified: it was stopped')
    expect(await jobs.stopJob(id, dana)).toBe('not running')
  })

  it('ends as usual if its end cannot be recorded, and reports that', async () => {
    const { start, last, end, recordNothing, reported } = createScriptedVerifications()
    await start()
    recordNothing()
    await end(whole)
    expect(await last()).toMatchObject({ result: whole, error: null })
    expect(reported).toEqual([`the end of job ${(await last())?.id} cannot be recorded`])
  })

  it('runs alone', async () => {
    const { start, end } = createScriptedVerifications()
    await start()
    expect(await start()).toMatchObject({
      ok: false,
      refusal: { code: 'JOB_ALREADY_RUNNING' },
    })
    await end(whole)
    expect(await start()).toMatchObject({ ok: true })
  })

  it('does not start while a collection runs, but does while one is only planned', async () => {
    const { start, collect, dryRun } = createScriptedVerifications()
    await dryRun()
    expect(await start()).toMatchObject({ ok: true })
    await collect()
    expect(await start()).toMatchObject({
      refusal: {
        message: 'a verification is running already: wait until it has finished, or stop it',
      },
    })
    const other = createScriptedVerifications()
    await other.collect()
    expect(await other.start()).toMatchObject({
      refusal: { message: 'a collection is running: it verifies every tag when it has finished' },
    })
  })

  it.each(['collection started', 'collection finished'] as const)(
    'reports no broken image that may have been collected during it (%s)',
    async (kind) => {
      const { start, last, collected, end } = createScriptedVerifications()
      await start()
      await settle()
      await collected(kind)
      await end(torn)
      const error = 'a collection ran meanwhile: verify again'
      expect(await last()).toMatchObject({ status: 'errored', result: null, error })
      await start()
      await settle()
      await collected(kind)
      await end(whole)
      expect(await last()).toMatchObject({ result: whole, error: null })
    },
  )

  it('reports no broken image while a collection runs, recorded or not', async () => {
    const { start, last, collect, end } = createScriptedVerifications()
    await start()
    await collect()
    await end(torn)
    expect(await last()).toMatchObject({ error: 'a collection ran meanwhile: verify again' })
  })

  it('reports a broken image if only a dry run ran during it', async () => {
    const { start, last, collected, dryRun, end } = createScriptedVerifications()
    await start()
    await settle()
    await dryRun()
    await collected('collection started', true)
    await collected('collection finished', true)
    await end(torn)
    expect(await last()).toMatchObject({ result: torn, error: null })
  })

  it('says why it failed', async () => {
    const { start, last, end } = createScriptedVerifications()
    await start()
    await end(new Error('no route to disk'))
    expect(await last()).toMatchObject({
      status: 'errored',
      result: null,
      error: 'no route to disk',
    })
  })

  it('ends when the server stops', async () => {
    const { start, last, stop } = createScriptedVerifications()
    await start()
    await settle()
    await stop(whole)
    expect(await last()).toMatchObject({ status: 'canceled', error: 'the server is stopping' })
    expect(await start()).toMatchObject({ refusal: { code: 'SHUTTING_DOWN' } })
  })
})
