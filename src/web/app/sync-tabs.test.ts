import { QueryClient, type MutationKey } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { channelName, syncTabs } from './sync-tabs.ts'
import { queryKeys } from '#web/api/query-keys.ts'

const closers: (() => void)[] = []

const openTab = () => {
  const client = new QueryClient()
  closers.push(syncTabs(client))
  client.setQueryData(queryKeys.session, { name: 'dana' })
  client.setQueryData(queryKeys.trash, ['an image'])
  const isStale = () => client.getQueryState(queryKeys.trash)?.isInvalidated
  const change = (mutationKey?: MutationKey, mutationFn = () => Promise.resolve(null)) =>
    client
      .getMutationCache()
      .build(client, { mutationFn, ...(mutationKey ? { mutationKey } : {}) })
      .execute(undefined)
  return { client, isStale, change }
}

let here: ReturnType<typeof openTab>
let there: ReturnType<typeof openTab>

beforeEach(() => {
  here = openTab()
  there = openTab()
})

afterEach(() => {
  for (const close of closers.splice(0)) close()
})

test('refetches in one tab what another tab has changed', async () => {
  await here.change()
  await expect.poll(() => there.isStale()).toBe(true)
  expect(here.isStale()).toBe(false)
})

test('tells other tabs nothing about a change that failed', async () => {
  const heard: unknown[] = []
  const channel = new BroadcastChannel(channelName)
  closers.push(() => channel.close())
  channel.addEventListener('message', ({ data }) => void heard.push(data))
  await here.change(undefined, () => Promise.reject(new Error('refused'))).catch(() => {})
  await here.change()
  await expect.poll(() => there.isStale()).toBe(true)
  expect(heard).toEqual(['changed'])
})

test('asks anew who is signed in once another tab has signed in or out', async () => {
  await here.change(queryKeys.session)
  await expect.poll(() => there.client.getQueryState(queryKeys.session)?.isInvalidated).toBe(true)
})
