import { errorBody } from '#contract/errors.ts'
import { paging } from '#contract/paging.ts'
import { sameOriginHeader } from '#contract/session.ts'
import * as z from 'zod/mini'
import { ApiError } from './api-error.ts'
import { reportConnection } from './connection.ts'

export type QueryValue = string | number | boolean | null | undefined

export interface ApiRequest<T> {
  /** The schema of a good answer; `noContent` for 204. */
  readonly schema: z.ZodMiniType<T>
  /** From `apiPaths`. */
  readonly path: string
  /** Null, undefined and the empty string do not go into the address. */
  readonly query?: Readonly<Record<string, QueryValue>>
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

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
}

/** The schema of an answer without a body. */
export const noContent: z.ZodMiniType<undefined> = z.undefined()

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
export async function request<T>(options: ApiRequest<T>): Promise<T> {
  return (await requestAnswer(options)).data
}

/** Like `request`, for lists: also returns what the paging headers say. */
export async function requestPage<T>(options: ApiRequest<T>): Promise<Page<T>> {
  const { data, headers } = await requestAnswer(options)
  const count = headers.get(paging.resourceCountHeader)
  return {
    data,
    nextPageStart: headers.get(paging.nextPageStartHeader),
    resourceCount: count === null ? null : Number(count),
  }
}

/** Like `request`, and also returns the answer's headers. */
export async function requestAnswer<T>(options: ApiRequest<T>): Promise<Answer<T>> {
  if (ready) await ready
  const response = await send(options)
  if (!response.ok) throw await refusal(response)
  const body = await bodyOf(response)
  const parsed = options.schema.safeParse(body)
  if (!parsed.success) throw unexpected(response.status, parsed.error)
  return { data: parsed.data, headers: response.headers }
}

async function send(options: ApiRequest<unknown>): Promise<Response> {
  const { path, query = {}, method = 'GET', body, headers, signal } = options
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      [sameOriginHeader.name]: sameOriginHeader.value,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }
  try {
    const response = await fetch(path + queryString(query), init)
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
        'The server’s answer makes no sense to this page. Reload it: the two may be of different versions.',
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
