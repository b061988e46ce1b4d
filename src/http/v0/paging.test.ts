import { pageParameters } from '#contract/query-parameters.ts'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import type { Env } from '../request-context.ts'
import { sendApiError, toApiError } from '../errors.ts'
import { sorted, type Order } from './order.ts'
import { page } from './paging.ts'
import { readQuery } from './read-query.ts'

const byName: Order<string> = { valueOf: (item) => item, nameOf: (item) => item, descending: false }

function listOf(items: readonly string[]) {
  const app = new Hono<Env>()
  app.get('/', (context) =>
    context.json(
      page(context, sorted(items, byName), byName, readQuery(context, z.object(pageParameters()))),
    ),
  )
  app.onError((error, context) => sendApiError(context, toApiError(error)))
  return async (query: string) => {
    const answer = await app.request(`/${query}`)
    return {
      status: answer.status,
      body: (await answer.json()) as unknown,
      next: answer.headers.get('X-Next-Page-Start'),
      count: answer.headers.get('X-Resource-Count'),
    }
  }
}

const letters = Array.from('abcdefghijklm')

describe('pages', () => {
  it('have ten items by default, and say where the next one starts', async () => {
    const ask = listOf(letters)
    const first = await ask('')
    expect(first).toMatchObject({ body: letters.slice(0, 10), count: null })
    expect(await ask(`?pageStart=${first.next}`)).toEqual({
      status: 200,
      body: ['k', 'l', 'm'],
      next: null,
      count: null,
    })
  })

  it('accept the old name of the page size, and count on request', async () => {
    expect(await listOf(letters)('?limit=2&count=true')).toMatchObject({
      body: ['a', 'b'],
      count: '13',
    })
    expect(await listOf(letters)('?limit=2&pageSize=1')).toMatchObject({ body: ['a'] })
  })

  it('name no next page after the last item', async () => {
    expect(await listOf(letters)('?pageSize=13')).toMatchObject({ body: letters, next: null })
  })

  it('skip nothing when items are deleted between two pages', async () => {
    const { next } = await listOf(letters)('?pageSize=3')
    const ask = listOf(letters.filter((letter) => letter !== 'a' && letter !== 'c'))
    expect(await ask(`?pageSize=3&pageStart=${next}`)).toMatchObject({ body: ['d', 'e', 'f'] })
  })

  it('carry names with any characters', async () => {
    const names = ['ä', 'ö/€', '日本']
    const { next } = await listOf(names)('?pageSize=1')
    expect(next).toMatch(/^[\w-]+$/)
    expect(await listOf(names)(`?pageStart=${next}`)).toMatchObject({ body: names.slice(1) })
  })

  it.each([
    'pageSize=0',
    'limit=0',
    'pageSize=-1',
    'pageSize=1001',
    'pageSize=100000',
    `limit=${'9'.repeat(400)}`,
  ])('are as large as allowed for %s', async (query) => {
    const many = Array.from({ length: 1001 }, (_, at) => String(at).padStart(4, '0'))
    const { status, body, next } = await listOf(many)(`?${query}`)
    expect(status).toBe(200)
    expect(body).toHaveLength(1000)
    expect(await listOf(many)(`?pageStart=${next}`)).toMatchObject({ body: ['1000'] })
  })

  it.each([
    ['pageSize=ten', 'pageSize'],
    ['pageSize=1e3', 'pageSize'],
    ['count=yes', 'count'],
    ['pageStart=7', 'pageStart'],
    ['pageStart=%00', 'pageStart'],
  ])('refuse %s', async (query, field) => {
    expect(await listOf(letters)(`?${query}`)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'INVALID_PARAMETERS', detail: { field } }] },
    })
  })
})
