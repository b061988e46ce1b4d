import { describe, expect, test } from 'vitest'
import { rangeOfPart } from '#storage/object-part.ts'
import { parseChunkRange, parseRange, partToOpen } from './byte-ranges.ts'

describe('the requested range of a blob', () => {
  test.each([
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=95-1000', { start: 95, end: 99 }],
    ['bytes=99-99', { start: 99, end: 99 }],
    [' bytes=0-0 ', { start: 0, end: 0 }],
  ])('selects bytes: %s of 100', (header, expected) => {
    expect(parseRange(header, 100)).toEqual({ ok: true, value: expected })
  })

  test.each([null, undefined, 'bytes=0-1,5-6', 'lines=1-2', 'bytes'])(
    '%s means the whole blob',
    (header) => {
      expect(parseRange(header, 100)).toEqual({ ok: true, value: null })
    },
  )

  test.each([
    'bytes=100-',
    'bytes=5-2',
    'bytes=-0',
    'bytes=-',
    'bytes=',
    'bytes=a-b',
    'bytes=1-2-3',
    'bytes=--5',
    'bytes=99999999999999999999-',
  ])('%s is refused', (header) => {
    expect(parseRange(header, 100)).toMatchObject({
      ok: false,
      refusal: { code: 'RANGE_INVALID' },
    })
  })

  test.each(['bytes=0-9', 'bytes=90-', 'bytes=-10', 'bytes=-1000', 'bytes=95-1000', ' bytes=0-0 '])(
    'is opened before the size is known: %s',
    (header) => {
      const part = partToOpen(header)
      expect(part).toBeDefined()
      expect(parseRange(header, 100)).toEqual({ ok: true, value: rangeOfPart(100, part) })
    },
  )

  test('cannot be part of an empty blob', () => {
    expect(parseRange('bytes=0-', 0).ok).toBe(false)
    expect(parseRange('bytes=-5', 0).ok).toBe(false)
  })
})

describe('the range of a chunk', () => {
  test.each([
    ['0-1023', { offset: 0, sizeBytes: 1024 }],
    ['1024-1024', { offset: 1024, sizeBytes: 1 }],
    ['bytes 0-9/*', { offset: 0, sizeBytes: 10 }],
    ['bytes 0-9/100', { offset: 0, sizeBytes: 10 }],
    ['bytes=0-9', { offset: 0, sizeBytes: 10 }],
  ])('is parsed from %s', (header, expected) => {
    expect(parseChunkRange(header)).toEqual({ ok: true, value: expected })
  })

  test.each(['', '5-2', '-5', '5-', 'a-b', '0-9/', '0-9/x', '0x0-0x9', '0-99999999999999999999'])(
    '"%s" is refused',
    (header) => {
      expect(parseChunkRange(header)).toMatchObject({
        ok: false,
        refusal: { code: 'BLOB_UPLOAD_INVALID' },
      })
    },
  )
})
