import fc from 'fast-check'
import { expect } from 'vitest'
import type { BlobLeases, InUseGuard, LeaseControl } from '#coordination/blob-leases.ts'
import type { Digest } from '#domain/values/digest.ts'
import { blobOf, digests, isThere } from './blob-lease-samples.ts'

interface Call {
  readonly what: 'lease' | 'sentence' | 'settle' | 'request' | 'restart'
  readonly digest: Digest
  /** Otherwise the next call is made before this one has answered. */
  readonly isAwaited: boolean
}

/** Makes calls of one client and one collection, and checks what both are told. */
async function happenTo(leases: BlobLeases & LeaseControl, calls: readonly Call[]): Promise<void> {
  /** What clients were told is there since the collection began. */
  const reliedOn = new Set<Digest>()
  const sentenced = new Map<Digest, () => Promise<void>>()
  const answers: Promise<unknown>[] = []
  const at = calls[Symbol.iterator]()

  async function lease(guard: InUseGuard, digest: Digest): Promise<void> {
    if (!(await isThere(guard, digest))) return
    expect(sentenced.has(digest)).toBe(false)
    reliedOn.add(digest)
  }

  async function sentence(digest: Digest): Promise<void> {
    if (sentenced.has(digest)) return
    const { granted, settle } = await leases.sentence([digest], blobOf)
    if (!granted.has(digest)) return await settle()
    expect(reliedOn.has(digest)).toBe(false)
    sentenced.set(digest, settle)
  }

  async function settleOne(digest: Digest): Promise<void> {
    const settle = sentenced.get(digest)
    sentenced.delete(digest)
    await settle?.()
  }

  /** One request, until a call begins the next. */
  const request = (): Promise<boolean> =>
    leases.withLeases(async (guard) => {
      for (let next = at.next(); !next.done; next = at.next()) {
        const { what, digest, isAwaited } = next.value
        if (what === 'request') return true
        let answer: Promise<void> = Promise.resolve()
        if (what === 'lease') answer = lease(guard, digest)
        if (what === 'sentence') answer = sentence(digest)
        if (what === 'settle') answer = settleOne(digest)
        if (what === 'restart') {
          await Promise.all(answers)
          for (const one of sentenced.keys()) await settleOne(one)
          await leases.endCollection()
          await leases.startCollection({ includePushLeases: true })
          reliedOn.clear()
        }
        answers.push(answer)
        if (isAwaited) await answer
      }
      return false
    })

  while (await request()) await Promise.all(answers)
  await Promise.all(answers)
}

/**
 * Makes random calls of clients and collections, and expects that no digest was both told to be
 * there and given to a removal of the same collection.
 * @param begun opens new leases, and begins a collection with them
 * @param orders how many to try
 */
export async function anyOrderOfCalls(
  begun: () => Promise<BlobLeases & LeaseControl>,
  orders: number,
): Promise<void> {
  const call = fc.record({
    what: fc.constantFrom('lease', 'sentence', 'settle', 'request', 'restart'),
    digest: fc.constantFrom(...digests),
    isAwaited: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 30 }), async (calls) => {
      await happenTo(await begun(), calls)
    }),
    { numRuns: orders, seed: 1 },
  )
}
