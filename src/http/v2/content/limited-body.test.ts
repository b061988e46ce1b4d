import { expect, test } from 'vitest'
import { readLimited } from './limited-body.ts'

const post = (body: BodyInit | null, headers: Record<string, string> = {}) =>
  new Request('http://x/', { method: 'PUT', body, headers, duplex: 'half' } as RequestInit)

const streamOf = (parts: readonly string[], onCancel = () => {}) => {
  const rest = [...parts]
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const part = rest.shift()
        if (part === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(part))
      },
      cancel: onCancel,
    },
    { highWaterMark: 0 },
  )
}

test('reads a body that comes in several parts', async () => {
  const bytes = await readLimited(post(streamOf(['ab', 'c'])), 3)
  expect(new TextDecoder().decode(bytes ?? undefined)).toBe('abc')
})

test('reads an empty body as empty bytes', async () => {
  expect((await readLimited(post(null), 3))?.length).toBe(0)
})

test('stops reading, and cancels the sender, once there is too much', async () => {
  let canceled = false
  const body = streamOf(['ab', 'cd', 'ef'], () => {
    canceled = true
  })
  expect(await readLimited(post(body), 3)).toBeNull()
  expect(canceled).toBe(true)
})

test('refuses an announced length that is too large', async () => {
  expect(await readLimited(post(null, { 'Content-Length': '4' }), 3)).toBeNull()
})
