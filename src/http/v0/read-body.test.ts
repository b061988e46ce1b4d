import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import type { Env } from '../request-context.ts'
import { sendApiError, toApiError } from '../errors.ts'
import { readBody, readOptionalBody } from './read-body.ts'

const schema = z.object({ job: z.string(), dryRun: z.optional(z.boolean()) })

const app = new Hono<Env>()
app.post('/', async (context) => context.json(await readBody(context, schema)))
app.post('/optional', async (context) =>
  context.json(await readOptionalBody(context, z.partial(schema))),
)
app.onError((error, context) => sendApiError(context, toApiError(error)))

async function post(body: string | null, contentType: string | null, path = '/') {
  const headers = new Headers(contentType === null ? {} : { 'Content-Type': contentType })
  // As bytes, because a string would set a media type.
  const bytes = body === null ? null : new TextEncoder().encode(body)
  const response = await app.request(path, { method: 'POST', headers, body: bytes })
  return { status: response.status, body: (await response.json()) as unknown }
}

const json = 'application/json'

describe('reading a body', () => {
  it('accepts JSON of the schema, with any parameters of the media type', async () => {
    const answer = { status: 200, body: { job: 'x', dryRun: true } }
    expect(await post('{"job":"x","dryRun":true}', json)).toEqual(answer)
    expect(await post('{"job":"x","dryRun":true}', 'Application/JSON; charset=utf-8')).toEqual(
      answer,
    )
  })

  it.each([
    ['text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [null, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses the media type %s', async (contentType, status, code) => {
    const answer = await post('{"job":"x"}', contentType)
    expect(answer).toMatchObject({ status, body: { errors: [{ code }] } })
  })

  it.each(['', '{', '{"job":"x"}}', "{'job':'x'}"])('refuses %j as no JSON', async (body) => {
    expect(await post(body, json)).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'INVALID_JSON' }] },
    })
  })

  it.each([
    ['{}', 'job'],
    ['{"job":1}', 'job'],
    ['{"job":"x","dryRun":"true"}', 'dryRun'],
    ['{"job":"x","dryrun":true}', 'dryrun'],
    ['{"job":"x","__proto__":{}}', '__proto__'],
    ['[]', 'body'],
    ['null', 'body'],
    ['"x"', 'body'],
  ])('refuses %s and names the field', async (body, field) => {
    const answer = await post(body, json)
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errors: [
          { code: 'INVALID_PARAMETERS', detail: { field, reason: expect.stringMatching(/\S/) } },
        ],
      },
    })
  })

  it('accepts a missing body if every field is optional', async () => {
    expect(await post(null, null, '/optional')).toEqual({ status: 200, body: {} })
    expect(await post('{"job":"x"}', json, '/optional')).toEqual({
      status: 200,
      body: { job: 'x' },
    })
    expect(await post('{', json, '/optional')).toMatchObject({ status: 400 })
  })
})
