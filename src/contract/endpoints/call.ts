import type { RepositoryAction } from '#domain/access/repository-action.ts'
import type * as z from 'zod/mini'
import type { ErrorCode } from '../errors.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * Who may call it. An access token may do what its scope and the access of its account allow, in
 * calls about repositories, and nothing else.
 */
export type Caller =
  | 'anyone'
  | 'signed in, or by access token'
  | 'signed in'
  | 'administrator'
  | { readonly inRepository: RepositoryAction | 'admin' }

/** A request that succeeds on a server with such content; `$ENTRY` and the like stand for ids. */
export interface Example {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** All that the server and the API's document know of a call. */
export interface Call {
  readonly endpoint: Endpoint
  readonly by: Caller
  /** One sentence without a full stop: what it does. */
  readonly summary: string
  /** What a client has to know beside it, in whole sentences. */
  readonly notes?: string
  /** By name, and described: with `pageStart` it answers in pages. */
  readonly query?: z.ZodMiniObject
  /** The header in which a client says what it believes to be there. */
  readonly takesIfMatch?: 'digest' | 'version' | 'contents'
  readonly body?: z.ZodMiniObject
  readonly isBodyOptional?: true
  /** All that it may answer, where clients of the endpoint ask for a part of that. */
  readonly answer?: z.ZodMiniType
  /** Of the answer. Otherwise 204 where the endpoint has no content, and 200. */
  readonly status?: 201 | 202
  readonly headers?: readonly string[]
  /** The codes of refusals beside those that follow from `by`, `query` and `body`. */
  readonly refusals?: readonly ErrorCode[]
  readonly example: Example
}

/** Calls by the name of their endpoint. */
export type Calls = Readonly<Record<string, Call>>

/**
 * A table of calls, for the server and the API's document. It is made in a function that a bundler
 * can leave out whole, so that the dashboard carries only the endpoints beside it.
 */
export const table = <Of extends Calls>(make: () => Of): Of => make()
