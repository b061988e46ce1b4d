import { describe, expect, it, vi } from 'vitest'
import { ApiError } from '#web/api/api-error.ts'
import { createQueryClient } from './query-client.ts'
import { queryKeys } from '#web/api/query-keys.ts'
import { endedSessionQuery } from '#web/features/session/queries.ts'

const error = (status: number, code = 'ANY') => new ApiError({ status, code, message: code })

describe('the query client', () => {
  it('clears the session when a query gets a 401', async () => {
    const client = createQueryClient()
    client.setQueryData(queryKeys.session, { name: 'dana', isAdmin: false })
    const queryFn = () => Promise.reject(error(401))
    await client.fetchQuery({ queryKey: ['x'], queryFn }).catch(() => undefined)
    expect(client.getQueryData(queryKeys.session)).toBeNull()
    expect(client.getQueryData(endedSessionQuery.queryKey)).toMatchObject({ name: 'dana' })
  })

  it('clears the session when a mutation gets a 401', async () => {
    const client = createQueryClient()
    client.setQueryData(queryKeys.session, { name: 'dana', isAdmin: false })
    const mutation = client.getMutationCache().build(client, {
      mutationFn: () => Promise.reject(error(401)),
    })
    await mutation.execute(undefined).catch(() => undefined)
    expect(client.getQueryData(queryKeys.session)).toBeNull()
  })

  it('keeps the session when the server does not answer', async () => {
    const client = createQueryClient()
    client.setQueryData(queryKeys.session, { name: 'dana', isAdmin: false })
    const queryFn = () => Promise.reject(error(0, 'UNREACHABLE'))
    await client.fetchQuery({ queryKey: ['x'], queryFn, retry: false }).catch(() => undefined)
    expect(client.getQueryData(queryKeys.session)).toEqual({ name: 'dana', isAdmin: false })
  })

  it.each([
    [0, 3],
    [503, 3],
    [500, 1],
    [409, 1],
    [404, 1],
  ])('makes after a status of %d %d requests in all', async (status, times) => {
    vi.useFakeTimers()
    const client = createQueryClient()
    const queryFn = vi.fn(() => Promise.reject(error(status)))
    // `fetchQuery` does not retry unless it is told to; observers do.
    const { retry } = client.getDefaultOptions().queries ?? {}
    const done = client.fetchQuery({ queryKey: ['x'], queryFn, retry }).catch(() => undefined)
    await vi.runAllTimersAsync()
    await done
    vi.useRealTimers()
    expect(queryFn).toHaveBeenCalledTimes(times)
  })
})
