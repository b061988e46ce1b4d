import fc from 'fast-check'
import semver from 'semver'
import { expect, test } from 'vitest'
import { versionKey } from './version-order.ts'

const number = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(20_261_130, 999_999_999))
const part = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.constantFrom('alpha', 'alpha1', 'beta', 'rc', 'a-b', 'RC'),
)
const version = fc
  .tuple(number, number, number, fc.array(part, { maxLength: 3 }))
  .map(([major, minor, patch, parts]) => {
    const suffix = parts.length === 0 ? '' : `-${parts.join('.')}`
    return `${major}.${minor}.${patch}${suffix}`
  })

test('keys sort as versions do, but all releases above all candidates', () => {
  fc.assert(
    fc.property(version, version, (one, other) => {
      const [a, b] = [versionKey(one) ?? '', versionKey(`v${other}`) ?? '']
      const isRelease = (text: string) => (text.includes('-') ? 0 : 1)
      const expected = isRelease(one) - isRelease(other) || semver.compare(one, other)
      expect(Math.sign(a === b ? 0 : a < b ? -1 : 1)).toBe(Math.sign(expected))
    }),
    { numRuns: 2000 },
  )
})

test.each(['latest', '1', '1.2', 'v1.2', '1.2.3.4', '01.2.3', 'x1.2.3', '1.2.3-', '1.2.x'])(
  '%s is no version',
  (tag) => {
    expect(versionKey(tag)).toBeNull()
  },
)

test('build metadata does not order versions, and is written after "_"', () => {
  expect(versionKey('1.2.3_build.5')).toBe(versionKey('v1.2.3'))
})
