import { describe, expect, test, vi } from 'vitest'
import { job } from '#testing/conformance/state/state-samples.ts'
import { createScriptedCollections } from '#testing/services/scripted-run.ts'
import { settle } from '#testing/builders/test-world.ts'

const ada = { name: 'ada', from: null }
const byAda = { trigger: 'person', actor: ada } as const

describe('after a run', () => {
  test('followers get its end before other callers can see that it has ended', async () => {
    const { collections, events, lastRun, failures } = createScriptedCollections()
    const seen: unknown[] = []
    events.subscribe(['collection finished'], () => {
      throw new Error('a broken follower')
    })
    const remove = events.subscribe(['collection finished'], ({ data }) => {
      seen.push(data.status, collections.runningJob()?.job.status)
    })
    await collections.startCollection(byAda)
    lastRun().finish()
    await settle()
    expect(seen).toEqual(['done', 'running'])
    expect(failures).toHaveLength(1)
    remove()
    await collections.startCollection(byAda)
    lastRun().finish()
    await settle()
    expect(seen).toHaveLength(2)
  })

  test('its end and its event are stored together, or the job alone if that fails', async () => {
    const { collections, lastRun, failures, recorded, state } = createScriptedCollections()
    const started = await collections.startCollection(byAda)
    const id = started.ok ? started.value.job.id : ''
    vi.spyOn(state, 'transaction').mockRejectedValueOnce(new Error('no state'))
    lastRun().finish()
    await settle()
    expect(failures).toEqual([`the end of job ${id} cannot be recorded`])
    expect(await state.jobs.find(id)).toMatchObject({ status: 'done' })
    expect((await recorded()).map(({ kind }) => kind)).toEqual(['collection started'])
  })
})

describe('at start-up', () => {
  test('jobs that a killed process left running are closed', async () => {
    const { jobs, state, recorded } = createScriptedCollections()
    await state.jobs.save(job('past'))
    const left = job('left', { status: 'running', finishedAtMs: null, updatedAtMs: 1234 })
    await state.jobs.save(left)
    expect(await jobs.closeInterrupted()).toBe(1)
    expect(await state.jobs.find('left')).toEqual({
      ...left,
      status: 'errored',
      finishedAtMs: 1234,
      error: expect.stringContaining('the server stopped'),
    })
    expect(await state.jobs.find('past')).toEqual(job('past'))
    expect(await state.jobs.log('left', 0, 9)).toMatchObject([{ level: 'error' }])
    expect(await recorded()).toMatchObject([{ kind: 'collection finished', subject: 'left' }])
    expect(await jobs.closeInterrupted()).toBe(0)
  })

  test('the job of this process is left alone', async () => {
    const { collections, jobs } = createScriptedCollections()
    await collections.startCollection(byAda)
    expect(await jobs.closeInterrupted()).toBe(0)
    expect(collections.runningJob()?.job.status).toBe('running')
  })
})
