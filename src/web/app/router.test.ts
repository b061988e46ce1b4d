import type { RouteObject } from 'react-router'
import { expect, it, vi } from 'vitest'
import { isDashboardRoute } from '#contract/dashboard-pages.ts'
import { createQueryClient } from './query-client.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { prefetchRoute, routes } from './router.tsx'
import { fakeFetch } from '#web/testing/fake-fetch.ts'

const repository = '/api/v0/repositories/team/my%20app'

/** The addresses in the form that the hosts need. */
function addressesOf(table: readonly RouteObject[]): readonly string[] {
  return table.flatMap(({ path, index, children }) => [
    ...(path === undefined || path === '*' ? [] : [path]),
    ...(index ? ['/'] : []),
    ...addressesOf(children ?? []),
  ])
}

it('has no page that the hosts do not serve', () => {
  const addresses = addressesOf(routes)
  expect(addresses).toContain('/repositories/*')
  for (const address of addresses) {
    const at = address.replace('*', 'team/app').replace(/:\w+/, '1')
    expect(isDashboardRoute(at), at).toBe(true)
  }
})

async function asked(at: string, session?: null): Promise<readonly string[]> {
  const { calls } = fakeFetch({})
  const client = createQueryClient()
  if (session === null) client.setQueryData(queryKeys.session, null)
  const { pathname, search } = new URL(at, 'http://jetsam.test')
  prefetchRoute(client, { pathname, search })
  await vi.waitFor(() => expect(client.isFetching()).toBe(0))
  return calls.map(({ url }) => url)
}

it.each([
  ['/', ['/api/v0/repositories?pageSize=1000']],
  ['/repositories?filter=x', ['/api/v0/repositories?pageSize=1000']],
  [
    '/repositories/team/my%20app?filter=1.&sort=name',
    [repository, `${repository}/tags?filter=1.&sort=name&pageSize=50&count=true&verdicts=true`],
  ],
  ['/repositories/team/my%20app?tab=layer-map', [repository]],
  ['/settings/garbage-collection', []],
  ['/nowhere', []],
])('prefetches the first data of the page at %s', async (at, expected) => {
  expect(await asked(at)).toEqual(expected)
})

it('prefetches nothing for a person who must sign in first', async () => {
  expect(await asked('/repositories', null)).toEqual([])
})
