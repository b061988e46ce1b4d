import { expect, it } from 'vitest'
import { sampleResult } from '../testing/samples.ts'
import { figuresOf } from './figures-of.ts'

const amount = (layers: number, manifests = 0) => ({ bytes: 10 * layers, layers, manifests })

it('adds up: what was planned is deleted, skipped, failed or left', () => {
  const result = sampleResult({
    planned: amount(10, 3),
    removed: amount(6, 3),
    failed: amount(3),
    left: amount(0),
    // Steps, such as the entry in the trash that stays with what failed.
    skipped: 5,
  })
  expect(figuresOf(result)).toEqual({
    failed: amount(3),
    skipped: { bytes: 0, layers: 1, manifests: 0 },
    isFailedKnown: true,
  })
})

it('counts what failed with what was skipped in a result of an earlier version', () => {
  const result = sampleResult({ planned: amount(10), removed: amount(6), left: amount(1) })
  expect(figuresOf(result)).toMatchObject({ skipped: { layers: 3 }, isFailedKnown: false })
})
