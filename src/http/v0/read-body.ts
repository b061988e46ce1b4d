import { ApiError } from '../errors.ts'
import type { Env } from '../request-context.ts'
import type { Context } from 'hono'
import type * as z from 'zod/mini'
import { invalidIssue, invalidParameter, issueMessages } from './invalid-input.ts'

/** Enough for a thousand references of the greatest length, and small enough to hold in memory. */
const maximumBodyBytes = 256 * 1024

const tooLarge = (maximumBytes: number): ApiError =>
  new ApiError('BODY_TOO_LARGE', `this body has at most ${maximumBytes} bytes`)

/**
 * Refuses a body whose announced length is too large, before anything else is done.
 *
 * @param isLarge whether the call takes larger ones, which it refuses itself
 */
export function refuseAnnouncedBody(context: Context<Env>, isLarge: boolean): void {
  const announced = Number(context.req.header('Content-Length') ?? 0)
  if (!isLarge && announced > maximumBodyBytes) throw tooLarge(maximumBodyBytes)
}

/**
 * The JSON body of a request by its schema. Refuses unknown fields: a mistyped `dryRun` must not
 * start a real run.
 *
 * @throws ApiError `UNSUPPORTED_MEDIA_TYPE`, `INVALID_JSON`, `INVALID_PARAMETERS`
 */
export async function readBody<T extends z.core.$ZodLooseShape>(
  context: Context<Env>,
  schema: z.ZodMiniObject<T>,
): Promise<z.infer<z.ZodMiniObject<T>>> {
  return await readLargeBody(context, schema, maximumBodyBytes)
}

/** Like `readBody`, with a limit of its own. */
export async function readLargeBody<T extends z.core.$ZodLooseShape>(
  context: Context<Env>,
  schema: z.ZodMiniObject<T>,
  maximumBytes: number,
): Promise<z.infer<z.ZodMiniObject<T>>> {
  requireJson(context)
  return parseBody(schema, await textOf(context, maximumBytes))
}

function parseBody<T extends z.core.$ZodLooseShape>(
  schema: z.ZodMiniObject<T>,
  text: string,
): z.infer<z.ZodMiniObject<T>> {
  const input = parseJson(text)
  const parsed = schema.safeParse(input, issueMessages)
  if (!parsed.success) throw invalidIssue(parsed.error, 'body')
  const known = Object.keys(schema.def.shape)
  const unknown = Object.keys(input as object).find((field) => !known.includes(field))
  if (unknown !== undefined) {
    throw invalidParameter(unknown, `no such field; known are ${known.join(', ')}`)
  }
  return parsed.data
}

/** Like `readBody`, but a missing body counts as an empty object. */
export async function readOptionalBody<T extends z.core.$ZodLooseShape>(
  context: Context<Env>,
  schema: z.ZodMiniObject<T>,
): Promise<z.infer<z.ZodMiniObject<T>>> {
  // Not `body === null`: a POST without a body has an empty one on some hosts.
  const text = await textOf(context)
  if (text === '') return schema.parse({})
  requireJson(context)
  return parseBody(schema, text)
}

/** The text of a body of one of these types, which the caller parses itself. */
export async function readText(
  context: Context<Env>,
  mediaTypes: readonly string[],
  maximumBytes = maximumBodyBytes,
): Promise<string> {
  if (mediaTypes.includes(mediaTypeOf(context) ?? '')) return await textOf(context, maximumBytes)
  const types = mediaTypes.join(', ')
  throw new ApiError(
    'UNSUPPORTED_MEDIA_TYPE',
    `send the body with a header "Content-Type" that is one of ${types}`,
    { headers: { Accept: types } },
  )
}

/** The body's text. Reading may take long, so this checks access again afterwards. */
async function textOf(context: Context<Env>, maximumBytes = maximumBodyBytes): Promise<string> {
  const text = await wholeText(context, maximumBytes)
  await context.var.confirmAccess?.()
  return text
}

async function wholeText(context: Context<Env>, maximumBytes: number): Promise<string> {
  try {
    return await limitedText(context.req.raw, maximumBytes)
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError('INVALID_JSON', 'the connection broke off before the whole body arrived')
  }
}

/** Some hosts have no stream of a request's body. */
async function limitedText(request: Request, maximumBytes: number): Promise<string> {
  const { body } = request
  if (!body) return request.text()
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    bytes += read.value.length
    if (bytes > maximumBytes) {
      await reader.cancel()
      throw tooLarge(maximumBytes)
    }
    text += decoder.decode(read.value, { stream: true })
  }
  return text + decoder.decode()
}

const mediaTypeOf = (context: Context<Env>): string | undefined =>
  context.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase()

export const isOfType = (context: Context<Env>, mediaType: string): boolean =>
  mediaTypeOf(context) === mediaType

function requireJson(context: Context<Env>): void {
  if (mediaTypeOf(context) !== 'application/json') {
    throw new ApiError(
      'UNSUPPORTED_MEDIA_TYPE',
      'send the body as JSON, with the header "Content-Type: application/json"',
      { headers: { Accept: 'application/json' } },
    )
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the cause: its message quotes the body, which may hold a password.
    throw new ApiError('INVALID_JSON', 'the body is not JSON')
  }
}
