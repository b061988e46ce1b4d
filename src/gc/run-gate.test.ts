import { collect } from '#testing/gc/model-collection.ts'
import { createModelRegistry } from '#testing/gc/model-registry.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { describe, expect, it } from 'vitest'
import type { LeaseControl } from '#coordination/blob-leases.ts'
import type { CollectionEvent } from './ports/collection-event.ts'
import type { GateClosing, GateKeeper } from '#coordination/push-gate.ts'
import { linesOf, registryWithTrash } from '#testing/gc/run-samples.ts'

/** A gate, and holds, that tell what was done to them, in order. */
function watchedGate(outcome: Awaited<ReturnType<GateKeeper['close']>> = 'closed') {
  const calls: string[] = []
  const closings: GateClosing[] = []
  const estimates: (number | null)[] = []
  const begun: unknown[] = []
  const leases: Pick<LeaseControl, 'startCollection' | 'endCollection'> = {
    async startCollection(options) {
      calls.push('hold')
      begun.push(options)
    },
    async endCollection() {
      calls.push('let go')
    },
  }
  const gate: GateKeeper = {
    async close(closing) {
      calls.push('close')
      closings.push(closing)
      return outcome
    },
    estimate: (remainingMs) => void estimates.push(remainingMs),
    async open() {
      calls.push('open')
    },
  }
  return { gate, leases, calls, begun, closings, estimates }
}

describe('a run and the push gate', () => {
  it('closes it for the sweep alone, and holds from before the first look to the last', async () => {
    const { gate, leases, calls } = watchedGate()
    const registry = registryWithTrash({ beforeRemoval: () => void calls.push('remove') })
    const reader = {
      ...registry.reader,
      blobs: () => (calls.push('list'), registry.reader.blobs()),
    }
    const emit = (event: CollectionEvent) => {
      const isVerifying = event.kind === 'progress' && event.progress.phase === 'verifying'
      if (isVerifying && calls.at(-1) !== 'verify') calls.push('verify')
    }
    await collect(registry, { gate, leases, reader, emit })
    const each = calls.filter((call, position) => call !== calls[position - 1])
    expect(each).toEqual(['hold', 'list', 'close', 'remove', 'open', 'verify', 'let go'])
  })

  it.each(['reject-pushes', 'hold-pushes', 'accept-pushes'] as const)(
    'lets clients go first, in %s, but where they wait for it',
    async (whileCollecting) => {
      const { gate, leases, calls } = watchedGate()
      const registry = registryWithTrash({ beforeRemoval: () => void calls.push('remove') })
      let nowMs = Date.UTC(2030, 0, 1)
      // Each look at it is so much later that it is time for a rest.
      const clock = { nowMs: () => (nowMs += 20) }
      const clientPriority = { isBusy: () => true, wait: async () => void calls.push('rest') }
      const policy = { ...defaultCollectionPolicy, whileCollecting }
      await collect(registry, { gate, leases, clock, clientPriority, policy })
      const sweep = calls.slice(calls.indexOf('remove') - 1, calls.lastIndexOf('remove') + 2)
      if (whileCollecting === 'accept-pushes') {
        expect(sweep.slice(0, 4)).toEqual(['rest', 'remove', 'rest', 'remove'])
      } else {
        const closed = calls.slice(calls.indexOf('close'), calls.indexOf('open'))
        expect(new Set(closed)).toEqual(new Set(['close', 'remove']))
        expect(calls.slice(0, calls.indexOf('close'))).toContain('rest')
      }
    },
  )

  it.each([
    ['reject-pushes', false],
    ['hold-pushes', true],
    ['accept-pushes', true],
  ] as const)('holds, in %s, what pushes were told before: %s', async (mode, includePushLeases) => {
    const { gate, leases, begun } = watchedGate()
    const policy = { ...defaultCollectionPolicy, whileCollecting: mode }
    await collect(registryWithTrash(), { gate, leases, policy })
    expect(begun).toMatchObject([{ includePushLeases }])
  })

  it('leaves it open when pushes go on, and when there is nothing to remove', async () => {
    const { gate, calls } = watchedGate()
    const policy = { ...defaultCollectionPolicy, whileCollecting: 'accept-pushes' } as const
    const events: CollectionEvent[] = []
    const emit = (event: CollectionEvent) => void events.push(event)
    const { result } = await collect(registryWithTrash(), { gate, policy, emit })
    expect(result).toMatchObject({ gateClosedMs: 0, removed: { manifests: 1 } })
    expect(linesOf(events).join('; ')).toContain('pushes went on all the time')
    await collect(createModelRegistry(), { gate })
    expect(calls).toEqual([])
  })

  it('leaves it alone in a dry run', async () => {
    const { gate, calls } = watchedGate()
    await collect(registryWithTrash(), { gate, dryRun: true })
    expect(calls).toEqual([])
  })

  it('does not close it, and lets go, when storage fails', async () => {
    const { gate, leases, calls } = watchedGate()
    const registry = registryWithTrash()
    const reader = { ...registry.reader, trash: () => Promise.reject(new Error('no route')) }
    await expect(collect(registry, { gate, leases, reader })).rejects.toThrow('no route')
    expect(calls).toEqual(['hold', 'let go'])
  })

  it('opens it when a listener of the run throws', async () => {
    const { gate, leases, calls } = watchedGate()
    const emit = (event: CollectionEvent) => {
      if (event.kind === 'progress' && event.progress.phase === 'sweeping') throw new Error('full')
    }
    await expect(collect(registryWithTrash(), { gate, leases, emit })).rejects.toThrow('full')
    expect(calls).toEqual(['hold', 'close', 'open', 'let go'])
  })

  it('removes nothing, and opens it, when a manifest is still being committed', async () => {
    const { gate, calls } = watchedGate('busy')
    const registry = registryWithTrash()
    await expect(collect(registry, { gate, maximumWaitMs: 7000 })).rejects.toMatchObject({
      code: 'PUSHES_UNDER_WAY',
      message: 'a push was still being finished after 7 s; nothing was removed',
    })
    expect(calls).toEqual(['close', 'open'])
    expect(registry.removals).toEqual([])
  })

  it('removes nothing when it was stopped while it waited for pushes', async () => {
    const { gate, calls } = watchedGate('stopped')
    const registry = registryWithTrash()
    const signal = { aborted: false }
    const close: GateKeeper['close'] = (closing) => ((signal.aborted = true), gate.close(closing))
    const { result, plan } = await collect(registry, { gate: { ...gate, close }, signal })
    expect(result).toMatchObject({ endedBy: 'stopped', left: plan?.totals })
    expect(calls).toEqual(['close', 'open'])
    expect(registry.removals).toEqual([])
  })

  it('leaves it as it was when another collection holds it', async () => {
    const { gate, calls } = watchedGate()
    const taken = { ...gate, close: () => Promise.reject(new Error('taken')) }
    await expect(collect(registryWithTrash(), { gate: taken })).rejects.toThrow('taken')
    expect(calls).toEqual([])
  })

  it('tells it how to treat pushes, how long to wait, and how long it will take', async () => {
    const { gate, closings, estimates } = watchedGate()
    const registry = registryWithTrash({ beforeRemoval: () => void (registry.nowMs += 1000) })
    const policy = { ...defaultCollectionPolicy, whileCollecting: 'hold-pushes' } as const
    await collect(registry, { gate, policy, maximumWaitMs: 5 })
    expect(closings).toMatchObject([{ mode: 'hold-pushes', maximumWaitMs: 5 }])
    expect(estimates[0]).toBeNull()
    expect(estimates.at(-1)).toBeLessThan(estimates[1] ?? 0)
  })

  it('says for how long it was closed', async () => {
    const { gate } = watchedGate()
    const registry = registryWithTrash({ beforeRemoval: () => void (registry.nowMs += 1000) })
    const { result, plan } = await collect(registry, { gate })
    expect(result.gateClosedMs).toBe((plan?.items.length ?? 0) * 1000)
  })
})
