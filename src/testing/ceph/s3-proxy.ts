import { once } from 'node:events'
import { createServer, request as send, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'

/** What becomes of a request that a client sends to the store. */
export type Fate =
  | 'passes'
  /** The store does it, and its answer never arrives. */
  | 'answer lost'
  /** Only so many bytes of the answer's body arrive. */
  | { readonly cutAfter: number }
  /** It is taken, and never answered. */
  | 'silence'
  /** The client gets no answer; the store gets the request once this is fulfilled. */
  | { readonly heldUntil: Promise<unknown> }
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> }

export interface S3Request {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

export interface S3Proxy {
  readonly endpoint: string
  /** All requests since it was last emptied. */
  readonly requests: S3Request[]
  /** Decides about each request from now on. */
  decide(fate: (request: S3Request, body: Buffer) => Fate): void
  /** Once the store has answered all that was sent on. */
  drained(): Promise<void>
  remove(): Promise<void>
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const letPass: (request: S3Request, body: Buffer) => Fate = () => 'passes'

/** A way to a store on which requests are counted, lost, and held back. It may add a delay. */
export async function createS3Proxy(store: string, delayMs = 0): Promise<S3Proxy> {
  const target = new URL(store)
  const requests: S3Request[] = []
  const forwards = new Set<Promise<void>>()
  let decide = letPass

  /** Sends a request to the store; resolves to its answer. */
  async function forward(seen: S3Request, body: Buffer): Promise<[IncomingMessage, Buffer]> {
    const { hostname, port } = target
    const { method, path, headers } = seen
    const outgoing = send({ hostname, port, method, path, headers })
    outgoing.end(body)
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
    return [answer, await bodyOf(answer)]
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming
    const seen = { method, path, headers }
    requests.push(seen)
    const body = await bodyOf(incoming)
    const fate = decide(seen, body)
    if (fate === 'silence') return
    if (typeof fate === 'object' && 'status' in fate) {
      outgoing.writeHead(fate.status, { 'Content-Type': 'application/xml', ...fate.headers })
      outgoing.end(fate.body)
      return
    }
    if (typeof fate === 'object' && 'heldUntil' in fate) {
      outgoing.destroy()
      await fate.heldUntil
    }
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
    const [answer, bytes] = await forward(seen, body)
    if (fate === 'answer lost') outgoing.destroy()
    if (outgoing.destroyed) return
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    if (typeof fate === 'object' && 'cutAfter' in fate) {
      outgoing.write(bytes.subarray(0, fate.cutAfter), () => outgoing.destroy())
    } else outgoing.end(bytes)
  }

  const server = createServer((incoming, outgoing) => {
    const handling = handle(incoming, outgoing).catch(() => void outgoing.destroy())
    forwards.add(handling)
    void handling.finally(() => forwards.delete(handling))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    decide(fate) {
      decide = fate
    },
    async drained() {
      await Promise.all(forwards)
    },
    async remove() {
      server.closeAllConnections()
      server.close()
      await Promise.all(forwards)
    },
  }
}
