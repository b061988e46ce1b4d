import { vi } from 'vitest'

/** A request of the page. */
export interface Call {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Headers
  readonly body: unknown
}

export type Answer = Response | Error | ((call: Call) => Response | Error | Promise<Response>)

export const answer = (body: unknown, headers: Record<string, string> = {}): Response =>
  Response.json(body, { headers })

export const noContent = (headers: Record<string, string> = {}): Response =>
  new Response(null, { status: 204, headers })

export const refusal = (
  status: number,
  code: string,
  message: string,
  detail?: unknown,
): Response => Response.json({ errors: [{ code, message, detail }] }, { status })

/** The error with which `fetch` rejects when the server is down. */
export const noAnswer = (): Error => new TypeError('Failed to fetch')

const bodyOf = ({ body, headers }: RequestInit): unknown => {
  if (typeof body !== 'string') return undefined
  return new Headers(headers).get('Content-Type') === 'application/json' ? JSON.parse(body) : body
}

/**
 * Stands in for `fetch` until the test ends. Keys of the routes are `DELETE /api/v0/…`, without the
 * query; an unknown address gets a 404 that says so.
 */
export function fakeFetch(routes: Readonly<Record<string, Answer>>) {
  const table = new Map(Object.entries(routes))
  const calls: Call[] = []
  const respond = async (url: string, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted()
    const call: Call = {
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: bodyOf(init),
    }
    calls.push(call)
    const route = table.get(`${call.method} ${url.split('?')[0]}`)
    const given = typeof route === 'function' ? await route(call) : route
    if (given instanceof Error) throw given
    return (
      given?.clone() ?? refusal(404, 'NOT_FOUND', `the test has no route for ${call.method} ${url}`)
    )
  }
  vi.stubGlobal('fetch', respond)
  return {
    calls,
    /** The calls that change something, as `DELETE /api/v0/…`. */
    writes: () =>
      calls
        .filter(({ method, url }) => method !== 'GET' && !url.endsWith('/deletion-impact'))
        .map(({ method, url }) => `${method} ${url}`),
    route: (key: string, given: Answer) => void table.set(key, given),
  }
}
