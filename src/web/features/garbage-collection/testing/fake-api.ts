import { paging } from '#contract/paging.ts'

/** A request to the server. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** An answer's body (undefined: 204), a `Refusal`, `unreachable`, or a function that makes one. */
type Route = object | null | undefined | ((call: Call) => unknown)

/** An answer with its own status; `body` as the API sends it. */
export class Refusal {
  readonly status: number
  readonly body: unknown

  constructor(status: number, code: string, message: string) {
    this.status = status
    this.body = { errors: [{ code, message }] }
  }
}

/** No answer, as when the server is down. */
export const unreachable = Symbol('unreachable')

/**
 * Stands in for the server: set its `fetch` as the global one. Keys of the routes are `GET
 * /api/v0/jobs`; a route is an answer or a function that makes one.
 */
export function fakeApi(routes: Readonly<Record<string, Route>>) {
  const table = new Map(Object.entries(routes))
  const calls: Call[] = []
  const answerTo = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname, searchParams } = new URL(input, 'http://jetsam.test')
    const call: Call = {
      method: init.method ?? 'GET',
      path: pathname,
      query: searchParams,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    calls.push(call)
    const key = `${call.method} ${pathname}`
    const route = table.has(key)
      ? table.get(key)
      : new Refusal(404, 'NOT_FOUND', `no route: ${key}`)
    const answer: unknown = typeof route === 'function' ? route(call) : route
    if (answer === unreachable) throw new TypeError('Failed to fetch')
    if (answer === undefined) return new Response(null, { status: 204 })
    if (answer instanceof Refusal) return Response.json(answer.body, { status: answer.status })
    return Response.json(answer, { headers: { [paging.resourceCountHeader]: '1' } })
  }
  return {
    fetch: answerTo,
    /** Replaces a route's answer. */
    answer: (key: string, route: Route) => void table.set(key, route),
    /** The calls that were not reads. */
    writes: () => calls.filter(({ method }) => method !== 'GET'),
    callsTo: (path: string) => calls.filter((call) => call.path === path),
  }
}
