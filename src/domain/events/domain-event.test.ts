import { sampleData } from '#testing/builders/event-samples.ts'
import { describe, expect, test } from 'vitest'
import { activityKinds } from './activity-kind.ts'
import { eventVersion, parseEventData } from './domain-event.ts'

describe('stored data', () => {
  test.each(activityKinds)('of the kind "%s" is what was recorded', (kind) => {
    const stored: unknown = JSON.parse(JSON.stringify(sampleData[kind]))
    expect(parseEventData(kind, eventVersion, stored)).toEqual(sampleData[kind])
  })

  test.each(activityKinds)('of the kind "%s" may be words of an earlier version', (kind) => {
    const words = { legacy: { subject: 'x', text: null } }
    expect(parseEventData(kind, eventVersion, words)).toEqual(words)
  })

  test.each<[string, string, number, unknown]>([
    ['of an unknown kind', 'image lost', eventVersion, { digest: 'x' }],
    ['of a later version', 'signed in', eventVersion + 1, { account: 'ada' }],
    ['of another form', 'signed in', eventVersion, { account: 7 }],
    ['with an instant that no clock has', 'collection skipped', eventVersion, { dueMs: 1e300 }],
    ['that is nothing', 'signed in', eventVersion, null],
  ])('%s is kept as a text', (_, kind, version, data) => {
    const text = JSON.stringify(data)
    expect(parseEventData(kind, version, data)).toEqual({ legacy: { subject: null, text } })
  })

  test('that is no JSON is kept as nothing', () => {
    expect(parseEventData('signed in', eventVersion, undefined)).toEqual({
      legacy: { subject: null, text: null },
    })
  })
})
