import { basic } from '../../clients.ts'
import type { ServerAt } from '../api-client.ts'

/** What a server answered; null: nothing, or not in time. */
export interface Told {
  readonly status: number
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly headers: Headers
}

/** Longer than what a server waits for another one. */
const usuallyMs = 20_000

export interface Request {
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
  /** How long its client waits. */
  readonly withinMs?: number | undefined
}

/** @param path from `/v2` or `/api/v0` on */
export async function call(
  server: ServerAt,
  method: string,
  path: string,
  { body, headers, withinMs = usuallyMs }: Request = {},
): Promise<Told | null> {
  try {
    const answer = await fetch(`${server.origin}${path}`, {
      method,
      headers: {
        Authorization: basic,
        Accept: '*/*',
        'Content-Type': 'application/octet-stream',
        ...headers,
      },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(withinMs),
    })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    return { status: answer.status, bytes, headers: answer.headers }
  } catch {
    return null
  }
}

export const textOf = (told: Told): string => new TextDecoder().decode(told.bytes)

/** The codes of all errors in an answer, for people. */
export function codesOf(told: Told): string {
  try {
    const { errors } = JSON.parse(textOf(told)) as { errors: readonly { code: string }[] }
    return errors.map(({ code }) => code).join()
  } catch {
    return ''
  }
}
