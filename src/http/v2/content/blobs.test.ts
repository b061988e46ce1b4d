import type { OpenedObject } from '#storage/object-store.ts'
import { createTestApi, passwordOf, type TestApi } from '#testing/builders/test-api.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { beforeEach, expect, test, vi } from 'vitest'

const layer = contentOf('a layer')

let api: TestApi
/** The bodies that were opened, and whether each was canceled. */
let opened: { readonly body: OpenedObject['body']; isCanceled: boolean }[] = []

beforeEach(async () => {
  api = await createTestApi()
  await api.as('writer').pushBlob('team/app', layer)
  opened = []
  const { blobs } = api.services.registry
  const open = blobs.open.bind(blobs)
  vi.spyOn(blobs, 'open').mockImplementation(async (...request) => {
    const blob = await open(...request)
    if (blob === null) return null
    const cancel = (): void => {
      watched.isCanceled = true
    }
    const watched = {
      body: new ReadableStream({ cancel }, { highWaterMark: 0 }),
      isCanceled: false,
    }
    opened.push(watched)
    return { ...blob, body: watched.body }
  })
})

const ask = async (method: string, headers: Record<string, string> = {}): Promise<Response> =>
  await api.fetch(
    new Request(`http://registry.test/v2/team/app/blobs/${layer.digest}`, {
      method,
      headers: { Authorization: `Basic ${btoa(`reader:${passwordOf('reader')}`)}`, ...headers },
    }),
  )

test.each([
  ['all of a blob', {}, 200],
  ['a part of it', { Range: 'bytes=2-4' }, 206],
])(
  '%s is passed on untouched, so that a host can send it in its own way',
  async (_, headers, status) => {
    const response = await ask('GET', headers)
    expect(response.status).toBe(status)
    expect(opened).toHaveLength(1)
    expect(response.body).toBe(opened[0]?.body)
    expect(response.body?.locked).toBe(false)
    expect(opened[0]?.isCanceled).toBe(false)
  },
)

test.each(['bytes=7-', 'bytes=5-2', 'bytes=x-y'])(
  '%s opens nothing that stays open',
  async (Range) => {
    const response = await ask('GET', { Range })
    expect(response.status).toBe(416)
    expect(opened.map(({ isCanceled }) => isCanceled)).toEqual([true])
  },
)

test.each([
  ['HEAD', {}, 200],
  ['HEAD', { Range: 'bytes=2-4' }, 206],
  ['GET', { 'If-None-Match': `"${layer.digest}"` }, 304],
])('%s with %j opens nothing', async (method, headers, status) => {
  const response = await ask(method, headers)
  expect(response.status).toBe(status)
  expect(response.body).toBeNull()
  expect(opened).toEqual([])
})
