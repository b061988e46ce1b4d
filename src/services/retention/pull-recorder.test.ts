import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createMemoryState } from '#adapters/memory/memory-state.ts'
import { defaultRetentionSettings } from '#domain/policy/retention-settings.ts'
import type { State } from '#state/state.ts'
import { createPullRecorder, type Pull, type PullRecorder } from './pull-recorder.ts'

const dayMs = 24 * 3_600_000
let nowMs: number
let state: State
let recorder: PullRecorder

let ids = 0
const open = (isShared = false): PullRecorder =>
  createPullRecorder({
    state,
    clock: { nowMs: () => nowMs },
    pause: async () => {},
    createId: () => `mark-${(ids += 1)}`,
    isShared,
  })

const pull = (changes: Partial<Pull> = {}): Pull => ({
  repository: 'team/app',
  tag: '1',
  digest: 'sha256:a',
  by: 'ada',
  userAgent: 'docker/27',
  isHead: false,
  ...changes,
})

const seen = async (one = recorder) => Object.fromEntries((await one.seen('team/app', null)).of)

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 1)
  state = createMemoryState()
  recorder = open()
  await recorder.begin()
})

describe('pulls', () => {
  test('are seen at once, and are the same once they are stored', async () => {
    recorder.pulled(pull())
    nowMs += 1000
    recorder.pulled(pull({ tag: null, by: null }))
    const expected = {
      '1': { lastAtMs: nowMs - 1000, lastBy: 'ada', pulls: 1 },
      'sha256:a': { lastAtMs: nowMs, lastBy: null, pulls: 2 },
    }
    expect(await seen()).toEqual(expected)
    await recorder.flush()
    expect(await seen()).toEqual(expected)
    expect(await recorder.lastPulled('team/app', ['1'])).toBe(nowMs - 1000)
    recorder.pulled(pull())
    expect(await recorder.lastPulled('team/app', ['1'])).toBe(nowMs)
    expect(await recorder.lastPulled('team/other', ['1'])).toBeNull()
  })

  test('write nothing by themselves, and all together in few writes', async () => {
    const add = vi.spyOn(state.pulls, 'add')
    for (let number = 0; number < 1000; number += 1) recorder.pulled(pull())
    expect(add).not.toHaveBeenCalled()
    await recorder.flush()
    expect(add).toHaveBeenCalledTimes(1)
    await recorder.flush()
    expect(add).toHaveBeenCalledTimes(1)
  })

  test('that cannot be stored are stored later, and count once', async () => {
    recorder.pulled(pull())
    vi.spyOn(state.pulls, 'add').mockRejectedValueOnce(new Error('full'))
    await expect(recorder.flush()).rejects.toThrow('full')
    recorder.pulled(pull())
    await recorder.flush()
    expect((await seen())['1']?.pulls).toBe(2)
  })

  test('of accounts and clients that are left out do not count, and neither do others', async () => {
    const pulls = {
      headCounts: false,
      ignoredAccounts: ['scanner'],
      ignoredUserAgents: ['Trivy'],
    }
    await state.settings.setRetention({ ...defaultRetentionSettings, pulls })
    await recorder.settingsChanged(defaultRetentionSettings.pulls, pulls)
    recorder.pulled(pull({ by: 'scanner' }))
    recorder.pulled(pull({ userAgent: 'aquasecurity/trivy-0.50' }))
    recorder.pulled(pull({ isHead: true }))
    expect(await seen()).toEqual({})
    recorder.pulled(pull())
    expect((await seen())['1']?.pulls).toBe(1)
  })

  test('of days long ago are forgotten, but for the last one', async () => {
    recorder.pulled(pull())
    await recorder.flush()
    nowMs += 401 * dayMs
    await recorder.flush()
    expect((await state.pulls.summaries('team/app', null, 0))[0]).toMatchObject({
      lastAtMs: nowMs - 401 * dayMs,
      pulls: 0,
    })
  })
})

describe('since when all pulls are known', () => {
  const since = async (one = recorder) => (await one.seen('team/app', [])).sinceMs

  test('is the first start', async () => {
    expect(await since()).toBe(nowMs)
    expect(await since(open())).toBeNull()
  })

  test('stays over a stop that stored all', async () => {
    const firstMs = nowMs
    recorder.pulled(pull())
    await recorder.end()
    nowMs += dayMs
    const next = open()
    await next.begin()
    expect(await since(next)).toBe(firstMs)
    expect(await seen(next)).toMatchObject({ '1': { pulls: 1 } })
  })

  test('is the start after a crash, which may have lost a pull', async () => {
    recorder.pulled(pull())
    nowMs += dayMs
    const next = open()
    await next.begin()
    expect(await since(next)).toBe(nowMs)
    expect(await seen(next)).toEqual({})
  })

  test('is that of the last start of several, of which one crashed while others ended', async () => {
    const [one, two] = [open(true), open(true)]
    await one.begin()
    nowMs += dayMs
    await two.begin()
    expect(await since(one)).toBe(nowMs)
    await one.end()
    // The second is killed.
    nowMs += dayMs
    const next = open(true)
    await next.begin()
    expect(await since(next)).toBe(nowMs)
  })

  test('is the start after a stop that could not store all', async () => {
    recorder.pulled(pull())
    vi.spyOn(state.pulls, 'add').mockRejectedValueOnce(new Error('full'))
    await expect(recorder.end()).rejects.toThrow('full')
    nowMs += dayMs
    const next = open()
    await next.begin()
    expect(await since(next)).toBe(nowMs)
  })

  test('begins anew where more counts than before, and not where less does', async () => {
    const firstMs = nowMs
    const none = { headCounts: false, ignoredAccounts: ['a'], ignoredUserAgents: ['bcd'] }
    nowMs += 1
    await recorder.settingsChanged(defaultRetentionSettings.pulls, none)
    expect(await since()).toBe(firstMs)
    for (const changes of [
      { headCounts: true },
      { ignoredAccounts: [] },
      { ignoredUserAgents: [] },
    ]) {
      nowMs += 1
      await recorder.settingsChanged(none, { ...none, ...changes })
      expect(await since()).toBe(nowMs)
    }
  })
})
