import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { bodyOfIncoming } from './body-of-incoming.ts'

const chunk = new Uint8Array(1000).fill(7)

/** A client that would send without end, and the number of bytes taken from it. */
function endlessClient(headers: IncomingMessage['headers'] = { 'transfer-encoding': 'chunked' }) {
  let taken = 0
  const client = new Readable({
    highWaterMark: 10 * chunk.length,
    read() {
      taken += 1
      this.push(chunk)
    },
  })
  const incoming = Object.assign(client, { headers }) as unknown as IncomingMessage
  return { incoming, taken: () => taken }
}

/** A client that sends this many chunks, and ends. */
const finiteClient = (chunks: number): IncomingMessage =>
  Object.assign(Readable.from(Array<Uint8Array>(chunks).fill(chunk), { objectMode: false }), {
    headers: { 'content-length': String(chunks * chunk.length) },
  }) as unknown as IncomingMessage

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await setImmediate()
}

describe('the body of a request', () => {
  test.each([{}, { 'content-length': '0' }])('is null with the headers %o', (headers) => {
    expect(bodyOfIncoming(endlessClient(headers).incoming)).toBeNull()
  })

  test('has every byte, and ends', async () => {
    const bytes: number[] = []
    for await (const part of bodyOfIncoming(finiteClient(100)) ?? []) bytes.push(...part)
    expect(bytes).toHaveLength(100 * chunk.length)
    expect(bytes.every((byte) => byte === 7)).toBe(true)
  })

  test('can be read by other means after a check whether there is one', async () => {
    const incoming = finiteClient(3)
    expect(bodyOfIncoming(incoming)).not.toBeNull()
    const bytes: number[] = []
    for await (const part of incoming) bytes.push(...(part as Uint8Array))
    expect(bytes).toHaveLength(3 * chunk.length)
  })

  test('is taken no faster than it is consumed, at any speed of the client', async () => {
    const { incoming, taken } = endlessClient()
    const reader = bodyOfIncoming(incoming)?.getReader()
    for (let read = 1; read <= 5; read += 1) {
      expect(await reader?.read()).toMatchObject({ done: false })
      await turns(50)
      // The connection's own buffer holds ten.
      expect(taken()).toBeLessThanOrEqual(read + 11)
    }
  })

  test('fails when the client disconnects', async () => {
    const { incoming } = endlessClient()
    const reader = bodyOfIncoming(incoming)?.getReader()
    await reader?.read()
    incoming.destroy()
    await expect(reader?.read()).rejects.toThrow()
  })

  test('leaves the connection open when it is canceled', async () => {
    const { incoming, taken } = endlessClient()
    const body = bodyOfIncoming(incoming)
    await body?.cancel()
    await turns(50)
    expect(incoming.destroyed).toBe(false)
    expect(taken()).toBeLessThanOrEqual(11)
  })
})
