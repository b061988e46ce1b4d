import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { activityList } from '#contract/activity.ts'
import { reclaimable } from '#contract/jobs/garbage-collection.ts'
import { repositoryList } from '#contract/images/repositories.ts'
import { tagList } from '#contract/images/tags.ts'
import { trashList } from '#contract/images/trash.ts'
import { retentionPolicies, retentionPreview } from '#contract/rules/retention.ts'
import { requestedVerification } from '#contract/jobs/verification.ts'
import type { SnapshotFile } from '#adapters/memory/memory-file-tree.ts'
import { createMockHost } from '../mock-host.ts'
import type { Persistence, Saved } from '../persistence.ts'
import { traitsOf } from '../scenarios.ts'
import { dayMs } from './calendar.ts'

const origin = 'http://jetsam.test'
const headers = {
  Authorization: `Basic ${btoa('admin:jetsam-admin')}`,
  'Content-Type': 'application/json',
}
const nowMs = Date.parse('2026-11-30T15:20:00Z')

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: nowMs }))
afterEach(() => void vi.useRealTimers())

async function open(from: Saved | null = null) {
  const files = new Map<string, SnapshotFile>()
  let snapshot: (() => Saved['state']) | undefined
  const persistence: Persistence = {
    load: async () => from,
    fileChanged: (path, file) => void (file ? files.set(path, file) : files.delete(path)),
    stateChanged: () => undefined,
    sessionChanged: () => undefined,
    flush: async () => undefined,
  }
  const host = await createMockHost({
    traits: traitsOf.history,
    origin,
    openPersistence(stateSnapshot) {
      snapshot = stateSnapshot
      return persistence
    },
  })
  // As IndexedDB keeps it.
  const saved = (): Saved =>
    structuredClone({ files: [...files], state: snapshot?.() ?? null, sessionToken: null })
  const send = (path: string, init: RequestInit = {}) =>
    host.fetch(new Request(origin + path, { headers, ...init }))
  const ask = async (path: string): Promise<unknown> => (await send(`/api/v0${path}`)).json()
  return { host, files, saved, send, ask }
}

const tagsOf = async (ask: (path: string) => Promise<unknown>) =>
  tagList.parse(await ask('/repositories/shop/checkout/tags?pageSize=100')).tags

test('is as large as a company’s registry, and holds next to nothing in memory', async () => {
  const { files, ask } = await open()
  const { repositories } = repositoryList.parse(await ask('/repositories?pageSize=100'))
  expect(repositories.length).toBeGreaterThan(30)
  const contents = [...files.values()].map(({ bytes }) => bytes)
  const stored = contents.reduce((sum, bytes) => sum + bytes.byteLength, 0)
  expect(stored).toBeGreaterThan(15e9)
  const held = contents.filter((bytes) => bytes instanceof Uint8Array)
  expect(held.reduce((sum, bytes) => sum + bytes.byteLength, 0)).toBeLessThan(5e6)
  for (const { size } of await tagsOf(ask)) expect(size).toBeGreaterThan(100e6)
})

test('has a year of what several people did, at different times', async () => {
  const { ask } = await open()
  const { entries } = activityList.parse(await ask('/activity?pageSize=1000'))
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind)
  const pushes = of('image pushed')
  expect(new Set(pushes.map(({ actor }) => actor)).size).toBeGreaterThan(3)
  expect(new Set(of('image deleted').map(({ actor }) => actor)).size).toBeGreaterThan(4)
  expect(new Set(pushes.map(({ at }) => at.slice(0, 10))).size).toBeGreaterThan(60)
  for (const { at } of entries) expect(Date.parse(at)).toBeLessThanOrEqual(nowMs)
  const yearAgo = new Date(nowMs - 300 * dayMs).toISOString()
  const older = activityList.parse(await ask(`/activity?pageSize=100&to=${yearAgo}`))
  expect(older.entries.length).toBeGreaterThan(10)
  const trash = trashList.parse(await ask('/trash?pageSize=100'))
  const deleted = trash.entries.map(({ deletedAt }) => deletedAt?.slice(0, 10))
  expect(new Set(deleted).size).toBeGreaterThan(8)
})

test('has rules of cleaning that protect, keep and remove', async () => {
  const { send, ask } = await open()
  const { policies } = retentionPolicies.parse(await ask('/retention/policies'))
  expect(policies.map(({ scope }) => scope)).toEqual(['mobile', 'registry'])
  const answer = await send('/api/v0/retention/preview', {
    method: 'POST',
    body: JSON.stringify({ scope: 'registry' }),
  })
  const { totals, byRule } = retentionPreview.parse(await answer.json())
  for (const count of [totals.protected, totals.kept, totals.removed]) {
    expect(count).toBeGreaterThan(5)
  }
  expect(totals.bytesFreed).toBeGreaterThan(50e6)
  expect(new Set(byRule.map(({ scope }) => scope))).toEqual(new Set(['mobile', 'registry']))
})

test('is whole, and stays so when what is reclaimable is collected', async () => {
  const { host, send, ask } = await open()
  const verified = async () => {
    const path = '/garbage-collection/verification'
    await send(`/api/v0${path}`, { method: 'POST', body: '{"full":false}' })
    for (;;) {
      const last = requestedVerification.parse(await ask(path))
      if (last?.finishedAt) return last.result
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  const before = await verified()
  expect(before).toMatchObject({ wholeTags: before?.tags, broken: [] })

  const amounts = async () =>
    reclaimable.parse(await ask('/garbage-collection/reclaimable')).reclaimable
  const expected = await amounts()
  expect(expected.bytes).toBeGreaterThan(500e6)
  const { collections } = host.services
  await collections.startCollection({ trigger: 'api', actor: { name: 'admin', from: null } })
  while (collections.runningJob() !== null) await new Promise((resolve) => setTimeout(resolve))
  const last = await ask('/admin/settings/registry/garbageCollection/lastSavings')
  expect(last).toMatchObject({ bytesFreed: expected.bytes })
  expect(await amounts()).toMatchObject({ bytes: 0 })
  const after = await verified()
  expect(after).toMatchObject({ tags: before?.tags, wholeTags: before?.tags })
})

test('a layer that is pulled has the bytes that its digest says', async () => {
  const { send } = await open()
  const manifest = (await (await send('/v2/shop/checkout/manifests/4.18.2')).json()) as {
    readonly layers: readonly { readonly digest: string; readonly size: number }[]
  }
  const [smallest] = manifest.layers.toSorted((one, other) => one.size - other.size)
  const answer = await send(`/v2/shop/checkout/blobs/${smallest?.digest}`)
  const hash = createHash('sha256')
  let received = 0
  for await (const chunk of answer.body ?? []) {
    hash.update(chunk)
    received += chunk.length
  }
  expect(received).toBe(smallest?.size)
  expect(`sha256:${hash.digest('hex')}`).toBe(smallest?.digest)
})

test('is the same registry when it is opened again from what was saved', async () => {
  const { saved, ask } = await open()
  const again = await open(saved())
  const path = '/repositories?pageSize=100'
  expect(await again.ask(path)).toEqual(await ask(path))
  const { digest } = (await tagsOf(ask))[0] ?? {}
  expect((await again.send(`/v2/shop/checkout/manifests/${digest}`)).status).toBe(200)
  expect(await again.ask('/trash')).toEqual(await ask('/trash'))
})
