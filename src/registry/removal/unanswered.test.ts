import { expect, it } from 'vitest'
import type { PlannedRemoval } from '#domain/collection/collection-result.ts'
import type { Digest } from '#domain/values/digest.ts'
import { digests } from '#testing/conformance/coordination/blob-lease-samples.ts'
import type { DeleteOutcome } from '#storage/object-store.ts'
import { createRemover, type RemoverOptions } from './remover.ts'

const [a, b, c] = digests
const failed = (code: 'FAILED' | 'UNSETTLED' | 'DENIED') =>
  ({ kind: 'failed', code, reason: 'so it is' }) as const
const removed = { kind: 'removed', bytes: 1 } as const

/** Removes three blobs. Resolves to what was told to have had no answer, and whether it rejected. */
async function settledAfter(deleteMany: () => Promise<readonly DeleteOutcome[]>) {
  let told: ReadonlySet<Digest> | undefined
  const remover = createRemover({
    objects: { deleteMany },
    leases: {
      sentence: async (asked: readonly Digest[]) => ({
        granted: new Set(asked),
        async settle(unanswered?: ReadonlySet<Digest>) {
          told = unanswered
        },
      }),
    },
  } as unknown as RemoverOptions)
  const items = digests.map((digest) => ({ step: 'blob', digest }) as unknown as PlannedRemoval)
  await remover.removeBatch(items, 0).catch(() => undefined)
  return told
}

it.each([
  ['all of them answered', [removed, { kind: 'absent' }, { kind: 'modified' }], []],
  ['one was refused', [removed, failed('DENIED'), removed], []],
  ['some had no answer', [failed('FAILED'), removed, failed('UNSETTLED')], [a, c]],
  ['the answer lacks some', [removed], [b, c]],
] as const)('removals settle, but for those that may still come: %s', async (_, outcomes, open) => {
  expect(await settledAfter(async () => outcomes)).toEqual(new Set(open))
})

it('none of a batch settles whose request failed', async () => {
  const told = await settledAfter(() => Promise.reject(new Error('the connection broke')))
  expect(told).toEqual(new Set(digests))
})
