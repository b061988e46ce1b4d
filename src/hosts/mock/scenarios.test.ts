import { sumOfParts } from '#domain/collection/stored-parts.ts'
import { afterEach, expect, test, vi } from 'vitest'
import { jobList } from '#contract/jobs/collection-jobs.ts'
import { lastSavings, reclaimable, savings } from '#contract/jobs/garbage-collection.ts'
import { requestedVerification } from '#contract/jobs/verification.ts'
import { repositoryList } from '#contract/images/repositories.ts'
import { createMockHost, type MockHost } from './mock-host.ts'
import { noPersistence } from './persistence.ts'
import { traitsOf, type Scenario } from './scenarios.ts'

const origin = 'http://jetsam.test'
const headers = { Authorization: `Basic ${btoa('admin:jetsam-admin')}` }
const lastSavingsPath = '/admin/settings/registry/garbageCollection/lastSavings'

async function open(scenario: Scenario) {
  const traits = { ...traitsOf[scenario], latencyMs: 0, removalMs: 0 }
  const host = await createMockHost({ traits, origin, openPersistence: () => noPersistence })
  const ask = async (path: string) => {
    const response = await host.fetch(new Request(`${origin}/api/v0${path}`, { headers }))
    return response.json() as Promise<unknown>
  }
  return { host, ask }
}

afterEach(() => void vi.useRealTimers())

async function collect(host: MockHost) {
  const { collections } = host.services
  // The pushes of the samples have ended by then; a collection would wait for them.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
}

test('history: a year of runs whose figures add up, and something to collect', async () => {
  const { ask } = await open('history')
  const { savings: all, failedRuns } = savings.parse(await ask('/garbage-collection/savings'))
  expect(all.length).toBeGreaterThan(50)
  for (const { byCause, bytesFreed, layersRemoved, storedBytes, reclaimableBytes, stored } of all) {
    const causes = Object.values(byCause)
    expect(causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(bytesFreed)
    expect(causes.reduce((sum, { layers }) => sum + layers, 0)).toBe(layersRemoved)
    expect(reclaimableBytes).toBeGreaterThanOrEqual(bytesFreed)
    expect(storedBytes).toBeGreaterThan(reclaimableBytes)
    if (stored === null) continue
    expect(sumOfParts(stored.parts)).toBe(storedBytes)
    expect(stored.parts.reclaimable).toBe(reclaimableBytes)
    for (const part of Object.values(stored.parts)) expect(part).toBeGreaterThanOrEqual(0)
  }
  // The first ones are as a version left them that did not note it.
  expect(all.map(({ stored }) => stored !== null).indexOf(true)).toBeGreaterThan(0)
  expect(failedRuns.length).toBeGreaterThan(0)
  const { jobs } = jobList.parse(await ask('/jobs?pageSize=1000'))
  expect(new Set(jobs.map(({ status }) => status))).toEqual(
    new Set(['done', 'canceled', 'errored']),
  )
  for (const { result } of jobs) {
    const repositories = Object.values(result?.byRepository ?? {})
    expect(repositories.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(result?.removed.bytes ?? 0)
  }
  expect(lastSavings.parse(await ask(lastSavingsPath))?.jobID).toBe(jobs[0]?.id)
  expect(
    reclaimable.parse(await ask('/garbage-collection/reclaimable')).reclaimable.layers,
  ).toBeGreaterThan(0)
})

test('unreadable: a collection refuses to run, and the dashboard works', async () => {
  const { host, ask } = await open('unreadable')
  expect(reclaimable.parse(await ask('/garbage-collection/reclaimable')).error).toMatch(/\S/)
  expect(repositoryList.parse(await ask('/repositories')).repositories).not.toEqual([])
  await collect(host)
  const { jobs } = jobList.parse(await ask('/jobs'))
  expect(jobs[0]).toMatchObject({ status: 'errored', result: null })
})

test('undeletable: a collection fails in part', async () => {
  const { host, ask } = await open('undeletable')
  await host.fetch(
    new Request(`${origin}/api/v0/repositories/team/web/tags/pr-1184`, {
      method: 'DELETE',
      headers,
    }),
  )
  await collect(host)
  const { jobs } = jobList.parse(await ask('/jobs'))
  expect(jobs[0]?.result?.failures).toHaveLength(1)
  expect(jobs[0]?.result?.removed.bytes).toBeGreaterThan(0)
})

test('damaged: only a verification that reads every byte finds the changed layer', async () => {
  const { host, ask } = await open('damaged')
  const verified = async (full: boolean) => {
    const body = JSON.stringify({ full })
    const request = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' } }
    await host.fetch(
      new Request(`${origin}/api/v0/garbage-collection/verification`, { ...request, body }),
    )
    for (;;) {
      const last = requestedVerification.parse(await ask('/garbage-collection/verification'))
      if (last?.finishedAt) return last.result
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  const bySize = await verified(false)
  expect(bySize?.wholeTags).toBe(bySize?.tags)
  const byBytes = await verified(true)
  expect(byBytes?.wholeTags).toBeLessThan(byBytes?.tags ?? 0)
  expect(byBytes?.broken[0]?.reason).toMatch(/has other content: its bytes are sha256:/)
})

test('failing: every other call fails, except those needed to sign in', async () => {
  const { host } = await open('failing')
  const statusOf = async (from: HeadersInit) =>
    (await host.fetch(new Request(`${origin}/api/v0/repositories`, { headers: from }))).status
  expect([await statusOf({}), await statusOf({})]).toEqual([401, 401])
  const statuses = [await statusOf(headers), await statusOf(headers), await statusOf(headers)]
  expect(statuses).toEqual([500, 200, 500])
})
