import { paging } from '#contract/paging.ts'

/** What the server was asked. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** An answer's body (undefined: 204), a `Refusal`, `unreachable`, or what makes one of them. */
type Route = object | null | undefined | ((call: Call) => unknown)

/** An answer with a status of its own; the body as it goes over the wire. */
export class Refusal {
  readonly status: number
  readonly body: unknown

  constructor(status: number, code: string, message: string) {
    this.status = status
    this.body = { errors: [{ code, message }] }
  }
}

/** No answer at all, as when the server is away. */
export const unreachable = Symbol('unreachable')

/**
 * Stands in for the server: its `fetch` is to be made the global one. Routes are `GET /api/v0/jobs`; a route is an answer or makes one.
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
    /** From now on this route answers so. */
    answer: (key: string, route: Route) => void table.set(key, route),
    /** The calls that were no reading. */
    writes: () => calls.filter(({ method }) => method !== 'GET'),
    callsTo: (path: string) => calls.filter((call) => call.path === path),
  }
}
