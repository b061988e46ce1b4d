import type { AllCalls } from '#contract/endpoints/areas.ts'
import type { Endpoint } from '#contract/endpoints/endpoint.ts'
import { pathOf, type PathParameter } from '#contract/endpoints/path-of.ts'
import { errorBody } from '#contract/errors.ts'
import { paging } from '#contract/paging.ts'
import { sameOriginHeader } from '#contract/accounts/session.ts'
import type * as z from 'zod/mini'
import { ApiError } from './api-error.ts'
import { reportConnection } from './connection.ts'

type QueryValue = string | number | boolean | null | undefined

/** What the table of calls says of an endpoint; of one that is in no table, nothing is known. */
type CallOf<Of extends Endpoint> = Of['name'] extends keyof AllCalls
  ? AllCalls[Of['name']]
  : { readonly query: z.ZodMiniRecord; readonly body: z.ZodMiniType; readonly isBodyOptional: true }

/** A body as a page may hold it. */
type Sent<Body> = Body extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : Body extends object
    ? { readonly [Field in keyof Body]: Sent<Body[Field]> }
    : Body

/** What a call needs, by its row in the table: so a wrong field or parameter does not compile. */
export type RequestOptions<Of extends Endpoint> = {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
} & ([PathParameter<Of['path']>] extends [never]
  ? unknown
  : { readonly parameters: Readonly<Record<PathParameter<Of['path']>, string>> }) &
  (CallOf<Of> extends { readonly query: infer Query }
    ? {
        /** Null, undefined and the empty string do not go into the address. */
        readonly query?: Readonly<Partial<Record<keyof z.input<Query>, QueryValue>>>
      }
    : unknown) &
  (CallOf<Of> extends { readonly body: infer Body; readonly isBodyOptional: true }
    ? { readonly body?: Sent<z.input<Body>> }
    : CallOf<Of> extends { readonly body: infer Body }
      ? { readonly body: Sent<z.input<Body>> }
      : unknown)

/** Nothing at all where a call needs nothing. */
type Options<Of extends Endpoint> =
  {} extends RequestOptions<Of> ? [options?: RequestOptions<Of>] : [options: RequestOptions<Of>]

type AnswerOf<Of extends Endpoint> = z.output<Of['answer']>

export interface Answer<T> {
  readonly data: T
  readonly headers: Headers
}

/** One page of a list. */
export interface Page<T> {
  readonly data: T
  /** Where the next page starts; null on the last one. */
  readonly nextPageStart: string | null
  /** The count over all pages; null unless `count=true` was sent. */
  readonly resourceCount: number | null
  /** How many items of the list are before the first of this page; 0 unless `startAt` was sent. */
  readonly resourceIndex: number
}

/** Null when there is nothing to wait for: then `request` calls `fetch` in the same turn. */
let ready: Promise<unknown> | null = null

/**
 * Makes every call wait for this promise, so that the page can render before the host that answers
 * is ready.
 */
export function setReady(promise: Promise<unknown> | null): void {
  ready = promise
}

/**
 * Makes one call and parses its answer.
 *
 * @throws ApiError for every refusal, for a missing answer, and for an answer of another shape; the
 *   signal's own reason after an abort
 */
export async function request<Of extends Endpoint>(
  endpoint: Of,
  ...options: Options<Of>
): Promise<AnswerOf<Of>> {
  return (await requestAnswer(endpoint, ...options)).data
}

/** Like `request`, for lists: also returns what the paging headers say. */
export async function requestPage<Of extends Endpoint>(
  endpoint: Of,
  ...options: Options<Of>
): Promise<Page<AnswerOf<Of>>> {
  const { data, headers } = await requestAnswer(endpoint, ...options)
  const count = headers.get(paging.resourceCountHeader)
  return {
    data,
    nextPageStart: headers.get(paging.nextPageStartHeader),
    resourceCount: count === null ? null : Number(count),
    resourceIndex: Number(headers.get(paging.resourceIndexHeader)),
  }
}

/** Like `request`, and also returns the answer's headers. */
export async function requestAnswer<Of extends Endpoint>(
  endpoint: Of,
  ...[options]: Options<Of>
): Promise<Answer<AnswerOf<Of>>> {
  if (ready) await ready
  const response = await send(endpoint, options ?? {})
  if (!response.ok) throw await refusal(response)
  const body = await bodyOf(response)
  const parsed = endpoint.answer.safeParse(body)
  if (!parsed.success) throw unexpected(response.status, parsed.error)
  return { data: parsed.data as AnswerOf<Of>, headers: response.headers }
}

/** The same for any endpoint. */
interface AnyOptions {
  readonly parameters?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

async function send(endpoint: Endpoint, options: AnyOptions): Promise<Response> {
  const { parameters = {}, query = {}, body, headers, signal } = options
  const init: RequestInit = {
    method: endpoint.method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      [sameOriginHeader.name]: sameOriginHeader.value,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }
  try {
    const response = await fetch(pathOf(endpoint, parameters) + queryString(query), init)
    reportConnection(true)
    return response
  } catch (cause) {
    signal?.throwIfAborted()
    reportConnection(false)
    throw unreachable(cause)
  }
}

function queryString(query: Readonly<Record<string, QueryValue>>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(name, String(value))
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  try {
    return await response.json()
  } catch (cause) {
    throw unexpected(response.status, cause)
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const { status } = response
  const parsed = errorBody.safeParse(await response.json().catch(() => null))
  const first = parsed.success ? parsed.data.errors[0] : undefined
  if (first) return new ApiError({ status, ...first })
  // Probably the answer of a proxy in between: its page does not help the person.
  return new ApiError({
    status,
    code: 'UNEXPECTED_ANSWER',
    message: `The server answered ${status} without saying why. Try again in a moment.`,
  })
}

const unexpected = (status: number, cause: unknown) =>
  new ApiError(
    {
      status,
      code: 'UNEXPECTED_ANSWER',
      message:
        'This page doesn’t understand the server’s answer. Reload it: the two may be of different versions.',
    },
    { cause },
  )

const unreachable = (cause: unknown) =>
  new ApiError(
    {
      status: 0,
      code: 'UNREACHABLE',
      message: navigator.onLine
        ? 'The server cannot be reached. It may be restarting.'
        : 'This computer is offline.',
    },
    { cause },
  )
