import * as z from 'zod/mini'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a client needs to make a call; the dashboard's bundle carries only those that it makes. */
export interface Endpoint<Answer = unknown> {
  /** The name of its export: the operation's id in the API's document, and a part of query keys. */
  readonly name: string
  readonly method: Method
  /** Below `/api/v0`: `{id}` stands for one segment, `{repository+}` for one or more. */
  readonly path: string
  /** The body of a good answer; `noContent` for 204. */
  readonly answer: z.ZodMiniType<Answer>
}

/** The schema of an answer without a body. */
export const noContent: z.ZodMiniType<undefined> = z.undefined()
