import { describe, expect, test } from 'vitest'
import { digestOf, isDigest, parseDigest, shortDigest, splitDigest } from './digest.ts'

const hex = 'c0483a867b'.padEnd(64, '0')

describe('a digest', () => {
  test.each([`sha256:${hex}`, `sha512:${hex}${hex}`])('%s is valid', (text) => {
    expect(parseDigest(text)).toEqual({ ok: true, value: text })
  })

  test.each([
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}0`,
    `sha512:${hex}`,
    `sha256:${hex.toUpperCase()}`,
    `SHA256:${hex}`,
    `sha256:${hex}\n`,
    ` sha256:${hex}`,
    `sha256:../../${hex.slice(6)}`,
    `md5:${hex}`,
    `sha256+b64:${hex}`,
    `constructor:${hex}`,
    `sha256${hex}`,
    'sha256:',
    '',
    'latest',
    null,
    undefined,
    7,
    [`sha256:${hex}`],
  ])('%j is invalid', (input) => {
    expect(parseDigest(input)).toMatchObject({ ok: false, refusal: { code: 'INVALID_DIGEST' } })
    expect(isDigest(input)).toBe(false)
  })

  test('can be split into its halves and joined again', () => {
    const digest = digestOf('sha512', hex + hex)
    expect(splitDigest(digest)).toEqual({ algorithm: 'sha512', hex: hex + hex })
    expect(isDigest(digest)).toBe(true)
  })

  test('has a short form for people', () => {
    expect(shortDigest(`sha256:${hex}`)).toBe('sha256:c0483a867b…')
    expect(shortDigest('sha256:c048')).toBe('sha256:c048')
  })
})
