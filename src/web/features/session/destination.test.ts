import { expect, it } from 'vitest'
import { destinationFrom } from './destination.ts'

it.each([
  ['/repositories/team/app?tag=1.2', '/repositories/team/app?tag=1.2'],
  [null, '/'],
  ['', '/'],
  ['https://elsewhere.example', '/'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
  ['/sign-in?from=/sign-in', '/'],
])('after signing in, %j leads to %s', (from, destination) => {
  expect(destinationFrom(from)).toBe(destination)
})
