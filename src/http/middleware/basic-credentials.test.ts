import { describe, expect, test } from 'vitest'
import { parseBasicCredentials } from './basic-credentials.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('parsing Basic credentials', () => {
  test.each([
    ['ann:secret', { name: 'ann', password: 'secret' }],
    ['ann:a:b', { name: 'ann', password: 'a:b' }],
    ['ann:', { name: 'ann', password: '' }],
    ['zoë:pässwörd', { name: 'zoë', password: 'pässwörd' }],
  ])('accepts %s', (text, expected) => {
    expect(parseBasicCredentials(basic(text))).toEqual(expected)
  })

  test('accepts the scheme in any case', () => {
    expect(parseBasicCredentials(basic('a:b').replace('Basic', 'bASIC'))).toEqual({
      name: 'a',
      password: 'b',
    })
  })

  test('returns undefined without the header', () => {
    expect(parseBasicCredentials(null)).toBeUndefined()
  })

  test.each([
    '',
    'Basic',
    'Basic !!!',
    'Bearer abc',
    basic('no colon'),
    `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString('base64')}`,
    basic(`a:${'x'.repeat(2000)}`),
  ])('returns null for %s', (header) => {
    expect(parseBasicCredentials(header)).toBeNull()
  })
})
