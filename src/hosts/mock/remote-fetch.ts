/**
 * Requests and responses over a message port: pages use it to reach the one registry that they
 * share. Bodies are sent whole, because the dashboard's calls are small.
 */

interface PlainRequest {
  readonly id: number
  readonly url: string
  readonly method: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: ArrayBuffer | null
}

interface PlainResponse {
  readonly id: number
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: ArrayBuffer | null
}

type Fetch = (request: Request) => Promise<Response>

/** Answers the requests that arrive through the port. */
export function serveRequests(port: MessagePort, fetch: Fetch): void {
  port.addEventListener('message', ({ data }: MessageEvent<PlainRequest>) => {
    void answer(data, fetch).then((plain) => port.postMessage(plain))
  })
  port.start()
}

async function answer(plain: PlainRequest, fetch: Fetch): Promise<PlainResponse> {
  const { id, url, method, headers, body } = plain
  try {
    const request = new Request(url, { method, headers: toHeaders(headers), body })
    const response = await fetch(request)
    const hasBody = response.body !== null && method !== 'HEAD'
    return {
      id,
      status: response.status,
      headers: [...response.headers],
      body: hasBody ? await response.arrayBuffer() : null,
    }
  } catch (error) {
    reportError(error)
    return { id, status: 500, headers: [], body: null }
  }
}

/** Sends requests through the port, and resolves to their responses. */
export function createRemoteFetch(port: MessagePort): Fetch {
  const waiting = new Map<number, (response: Response) => void>()
  let lastId = 0
  port.addEventListener('message', ({ data }: MessageEvent<PlainResponse>) => {
    const { id, status, headers, body } = data
    waiting.get(id)?.(new Response(body, { status, headers: toHeaders(headers) }))
    waiting.delete(id)
  })
  port.start()
  return async (request) => {
    const { url, method } = request
    const body = request.body === null ? null : await request.arrayBuffer()
    const id = (lastId += 1)
    const response = new Promise<Response>((resolve) => waiting.set(id, resolve))
    const plain: PlainRequest = { id, url, method, headers: [...request.headers], body }
    port.postMessage(plain)
    return response
  }
}

const toHeaders = (headers: PlainRequest['headers']): Headers =>
  new Headers(headers.map(([name, value]): [string, string] => [name, value]))
