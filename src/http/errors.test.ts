import { statusOfErrorCode } from '#contract/errors.ts'
import { AgreementError } from '#coordination/agreement-error.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import { StoreError } from '#storage/errors.ts'
import { describe, expect, test } from 'vitest'
import { ApiError, refusalError, statusOf, toApiError } from './errors.ts'

describe('errors in answers', () => {
  test('a refusal keeps its message, and its other fields become the detail', () => {
    const error = refusalError({
      code: 'TAG_EXISTS',
      message: 'the tag 1.2 points elsewhere now',
      conflicts: [{ name: '1.2', digest: null }],
    } as { code: string; message: string })
    expect(error).toMatchObject({
      code: 'TAG_EXISTS',
      message: 'the tag 1.2 points elsewhere now',
      detail: { conflicts: [{ name: '1.2', digest: null }] },
    })
  })

  test('a refusal for too many attempts says when to try again', () => {
    const refusal = { code: 'TOO_MANY_ATTEMPTS', message: 'wait', retryAfterSeconds: 7 }
    expect(refusalError(refusal).headers).toEqual({ 'Retry-After': '7' })
  })

  test.each([
    [null, '5'],
    [61_001, '62'],
  ])('what is closed for %s ms says when to try again: after %s s', (retryAfterMs, seconds) => {
    const error = toApiError(new AgreementError('LOCKED', 'closed until 22:31 UTC', retryAfterMs))
    expect(error).toMatchObject({ code: 'NOT_AGREED', message: 'closed until 22:31 UTC' })
    expect(error.headers).toEqual({ 'Retry-After': seconds })
  })

  test('a refusal without an entry in the table is an internal error', () => {
    const error = refusalError({ code: 'NEW_ONE', message: 'secret' })
    expect(error.code).toBe('INTERNAL')
    expect(error.message).not.toContain('secret')
    expect(String(error.cause)).toContain('NEW_ONE')
  })

  test.each([
    ['FULL', 'STORAGE_FULL'],
    ['READ_ONLY', 'STORAGE_FAILED'],
    ['DENIED', 'STORAGE_FAILED'],
    ['FAILED', 'STORAGE_FAILED'],
  ] as const)('storage that is %s', (code, expected) => {
    const error = toApiError(new StoreError(code, 'docker/registry/v2/secret'))
    expect(error.code).toBe(expected)
    expect(error.message).not.toContain('secret')
  })

  test.each([
    ['NOT_HELD', '5'],
    ['UNSETTLED', '900'],
  ] as const)('storage that is %s for now says when to try again', (code, seconds) => {
    const error = toApiError(new StoreError(code, 'docker/registry/v2/secret'))
    expect(error).toMatchObject({ code: 'NOT_AGREED', headers: { 'Retry-After': seconds } })
  })

  test('a collection that cannot run says why', () => {
    const error = toApiError(new CollectionError('LAYERS_HIDDEN', 'team/app cannot be listed'))
    expect(error).toMatchObject({ code: 'STORAGE_FAILED', message: 'team/app cannot be listed' })
  })

  test('the message of an unexpected error stays in the log', () => {
    const cause = new Error('password=hunter2')
    const error = toApiError(cause)
    expect(error.code).toBe('INTERNAL')
    expect(error.message).not.toContain('hunter2')
    expect(error.cause).toBe(cause)
  })

  test('every code of the contract has an error status', () => {
    for (const code of Object.keys(statusOfErrorCode) as (keyof typeof statusOfErrorCode)[]) {
      expect(statusOf(code)).toBeGreaterThanOrEqual(400)
      expect(new ApiError(code, 'x').code).toBe(code)
    }
  })
})
