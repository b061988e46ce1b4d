import { expect, it } from 'vitest'
import type { DeleteOutcome, KeyFailed } from './object-store.ts'
import { expectRemoved } from './single-object.ts'

const failed = (code: KeyFailed['code']): KeyFailed => ({ kind: 'failed', code, reason: code })
const removed: DeleteOutcome = { kind: 'removed', bytes: 1 }

it.each<[string, readonly DeleteOutcome[], string | null]>([
  ['nothing of what has gone', [removed, { kind: 'absent' }], null],
  ['the first that failed', [removed, failed('DENIED'), failed('READ_ONLY')], 'DENIED: b'],
  ['one that may still come, before all others', [failed('DENIED'), failed('FAILED')], 'FAILED: b'],
])('a removal of many throws %s', (_, outcomes, expected) => {
  const thrown = (): string | null => {
    try {
      expectRemoved(outcomes, ['a', 'b', 'c'])
      return null
    } catch (error) {
      const { code, key } = error as { readonly code: string; readonly key: string }
      return `${code}: ${key}`
    }
  }
  expect(thrown()).toBe(expected)
})
