import { expect, test } from 'vitest'
import { createRemoteFetch, serveRequests } from './remote-fetch.ts'

const connect = (serve: (request: Request) => Promise<Response>) => {
  const { port1, port2 } = new MessageChannel()
  serveRequests(port1, serve)
  return { fetch: createRemoteFetch(port2), close: () => port2.close() }
}

test('a request arrives unchanged, and its answer comes back', async () => {
  const { fetch, close } = connect(async (request) =>
    Response.json(
      { method: request.method, url: request.url, sent: await request.text() },
      { status: 202, headers: { 'X-Asked-By': request.headers.get('X-Who') ?? '' } },
    ),
  )
  const answer = await fetch(
    new Request('http://here/api/v0/trash?x=1', {
      method: 'POST',
      headers: { 'X-Who': 'dana' },
      body: '{"a":1}',
    }),
  )
  expect(answer.status).toBe(202)
  expect(answer.headers.get('X-Asked-By')).toBe('dana')
  expect(await answer.json()).toEqual({
    method: 'POST',
    url: 'http://here/api/v0/trash?x=1',
    sent: '{"a":1}',
  })
  close()
})

test('answers without a body, and answers out of order, reach their requests', async () => {
  let release: (() => void) | undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  const { fetch, close } = connect(async (request) => {
    if (request.url.endsWith('slow')) await released
    else release?.()
    return new Response(null, { status: request.url.endsWith('slow') ? 204 : 304 })
  })
  const answers = await Promise.all([
    fetch(new Request('http://here/slow')),
    fetch(new Request('http://here/quick', { method: 'HEAD' })),
  ])
  expect(answers.map(({ status }) => status)).toEqual([204, 304])
  close()
})
