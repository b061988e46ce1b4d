import { listTrash, restoreFromTrash } from '#contract/endpoints/trash.ts'
import { noContent } from '#contract/endpoints/endpoint.ts'
import * as z from 'zod/mini'
import { afterEach, describe, expect, it } from 'vitest'
import {
  answer,
  fakeFetch,
  noAnswer,
  noContent as empty,
  refusal,
} from '#web/testing/fake-fetch.ts'
import { isApiError, isSignedOut, isUnreachable, messageOf } from './api-error.ts'
import { connection } from './connection.ts'
import { request, requestPage, setReady } from './request.ts'

const thing = {
  name: 'getThing',
  method: 'GET',
  path: '/thing',
  answer: z.object({ name: z.string() }),
} as const
const path = '/api/v0/thing'
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.fail('it should have been refused'),
    (error: unknown) => error,
  )

afterEach(() => setReady(null))

describe('request', () => {
  it('sends the CSRF header and JSON, and omits parameters without a value', async () => {
    const { calls } = fakeFetch({ [`POST ${path}`]: answer({ name: 'it' }) })
    const query = { filter: 'a b', sort: '', pageStart: null, count: true }
    const post = { ...thing, method: 'POST' } as const
    const found = await request(post, { query, body: { a: 1 } })

    expect(found).toEqual({ name: 'it' })
    expect(calls).toHaveLength(1)
    expect(calls[0]?.url).toBe(`${path}?filter=a+b&count=true`)
    expect(calls[0]?.headers.get('X-Jetsam-Client')).toBe('dashboard')
    expect(calls[0]?.headers.get('Content-Type')).toBe('application/json')
    expect(calls[0]?.body).toEqual({ a: 1 })
  })

  it('accepts a 204 without a body', async () => {
    fakeFetch({ [`DELETE ${path}`]: empty() })
    expect(await request({ ...thing, method: 'DELETE', answer: noContent })).toBeUndefined()
  })

  it('waits until the host is ready', async () => {
    let open = () => {}
    setReady(new Promise<void>((resolve) => (open = resolve)))
    const { calls } = fakeFetch({ [`GET ${path}`]: answer({ name: 'it' }) })
    const pending = request(thing)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(calls).toHaveLength(0)
    open()
    await pending
    expect(calls).toHaveLength(1)
  })

  it('calls at once when there is nothing to wait for', async () => {
    const { calls } = fakeFetch({ [`GET ${path}`]: answer({ name: 'it' }) })
    const pending = request(thing)
    expect(calls).toHaveLength(1)
    await pending
  })

  it('reports the server’s own message, code and detail', async () => {
    fakeFetch({ [`GET ${path}`]: refusal(409, 'TAG_EXISTS', 'now shows another', { a: 1 }) })
    const error = await failureOf(request(thing))
    expect(isApiError(error, 'TAG_EXISTS')).toBe(true)
    expect(error).toMatchObject({ status: 409, detail: { a: 1 } })
    expect(messageOf(error)).toBe('Now shows another.')
  })

  it('distinguishes a signed-out session from a server that is down', async () => {
    const { route } = fakeFetch({ [`GET ${path}`]: refusal(401, 'NOT_AUTHENTICATED', 'sign in') })
    const signedOut = await failureOf(request(thing))
    expect([isSignedOut(signedOut), isUnreachable(signedOut)]).toEqual([true, false])
    expect(connection.isConnected()).toBe(true)

    route(`GET ${path}`, noAnswer())
    const away = await failureOf(request(thing))
    expect([isSignedOut(away), isUnreachable(away)]).toEqual([false, true])
    expect(connection.isConnected()).toBe(false)

    route(`GET ${path}`, answer({ name: 'it' }))
    await request(thing)
    expect(connection.isConnected()).toBe(true)
  })

  it('reports the status when a proxy or another program answers', async () => {
    fakeFetch({ [`GET ${path}`]: new Response('<h1>Bad gateway</h1>', { status: 502 }) })
    const error = await failureOf(request(thing))
    expect(error).toMatchObject({ status: 502, code: 'UNEXPECTED_ANSWER' })
    expect(messageOf(error)).toContain('502')
  })

  it.each([
    ['of another shape', answer({ title: 'it' })],
    ['that is not JSON', new Response('hello')],
  ])('refuses an answer %s', async (_, given) => {
    fakeFetch({ [`GET ${path}`]: given })
    expect(await failureOf(request(thing))).toMatchObject({ code: 'UNEXPECTED_ANSWER' })
  })

  it('rejects with the abort reason, not with a network error, after an abort', async () => {
    fakeFetch({ [`GET ${path}`]: answer({ name: 'it' }) })
    const error = await failureOf(request(thing, { signal: AbortSignal.abort() }))
    expect(error).toMatchObject({ name: 'AbortError' })
    expect(connection.isConnected()).toBe(true)
  })
})

it('compiles only with what the table of calls says', async () => {
  fakeFetch({ 'POST /api/v0/trash/a%2Fb/restore': empty() })
  const wrong = [
    // @ts-expect-error there is no such parameter
    () => request(listTrash, { query: { fliter: 'x' } }),
    // @ts-expect-error there is no such field
    () => request(restoreFromTrash, { parameters: { id: 'x' }, body: { tag: 'x' } }),
    // @ts-expect-error a path is missing its part
    () => request(restoreFromTrash, { body: {} }),
    // @ts-expect-error it takes no body
    () => request(listTrash, { body: {} }),
  ]
  expect(wrong).toHaveLength(4)
  await request(restoreFromTrash, { parameters: { id: 'a/b' }, body: { onConflict: 'skip' } })
})

describe('requestPage', () => {
  it('reads the paging headers', async () => {
    fakeFetch({
      [`GET ${path}`]: answer(
        { name: 'it' },
        { 'X-Next-Page-Start': 'next', 'X-Resource-Count': '12' },
      ),
    })
    const page = await requestPage(thing)
    expect(page).toMatchObject({ nextPageStart: 'next', resourceCount: 12 })
  })

  it('recognizes the last page, and leaves the count null when the server sends none', async () => {
    fakeFetch({ [`GET ${path}`]: answer({ name: 'it' }) })
    const page = await requestPage(thing)
    expect(page).toMatchObject({ nextPageStart: null, resourceCount: null })
  })
})
