import { describe, expect, it } from 'vitest'
import { ApiError } from '#web/api/api-error.ts'
import { conflictsOf, newNameError, proposedNames, resolvedRequest } from './restore-conflict.ts'

const conflicts = [{ name: '1.2', digest: null }]
const refused = (code: string, detail: unknown) =>
  new ApiError({ status: 409, code, message: code, detail })

describe('a restore that conflicts with other images', () => {
  it('knows the conflicting tags', () => {
    expect(conflictsOf(refused('TAG_EXISTS', { conflicts }))).toEqual(conflicts)
  })

  it.each([
    ['another refusal', refused('COLLECTION_RUNNING', { conflicts })],
    ['a detail that says nothing', refused('TAG_EXISTS', undefined)],
    ['any other error', new Error('x')],
  ])('is not %s', (_, error) => {
    expect(conflictsOf(error)).toBeNull()
  })

  it('requests what the person decided', () => {
    const newNames = proposedNames(conflicts)
    expect(newNames).toEqual({ '1.2': '1.2-restored' })
    expect(resolvedRequest('rename', newNames)).toEqual({ tags: newNames, onConflict: 'refuse' })
    expect(resolvedRequest('replace', newNames)).toEqual({ onConflict: 'replace' })
    expect(resolvedRequest('skip', newNames)).toEqual({ onConflict: 'skip' })
  })

  it.each([
    ['1.2-old', {}, null],
    ['', {}, /^A tag has/],
    ['-x', {}, /^A tag has/],
    ['a b', {}, /^A tag has/],
    ['same', { a: 'same', b: 'same' }, /same name/],
  ])('accepts the new name %j only if it is valid', (name, all, words) => {
    const error = newNameError(name, all)
    if (words === null) expect(error).toBeNull()
    else expect(error).toMatch(words)
  })
})
