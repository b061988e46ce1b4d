import { formatByteSize } from '#domain/values/byte-size.ts'
import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import { tag } from '#testing/gc/model-images.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { describe, expect, it } from 'vitest'
import type { CollectionEvent } from './ports/collection-event.ts'
import type { ModelRegistry } from '#testing/gc/model-registry.ts'
import { linesOf, registryWithTrash } from '#testing/gc/run-samples.ts'

describe('the end of a run', () => {
  it('comes before the plan when time is up while marking', async () => {
    const registry = registryWithTrash()
    // Many items, because the clock is not read for each.
    for (let number = 0; number < 64; number += 1) tag(registry, `team/app:more${number}`, 'B')
    const reader = {
      ...registry.reader,
      trash: () => ((registry.nowMs += 600_000), registry.reader.trash()),
    }
    const policy = { ...defaultCollectionPolicy, timeLimitMinutes: 1 }
    const { result, plan } = await collect(registry, { reader, policy })
    expect(registry.removals).toEqual([])
    expect(result).toMatchObject({ endedBy: 'time limit', removed: { bytes: 0 } })
    expect(plan).toBeNull()
  })

  it('is not the time limit of a run without one', async () => {
    const registry = registryWithTrash({ beforeRemoval: () => void (registry.nowMs += 86_400_000) })
    const { result } = await collect(registry)
    expect(result.endedBy).toBe('done')
  })

  it.each([
    [9000, 'done'],
    [30_000, 'time limit'],
  ])('is neither early nor late when the clock is set back: %i ms a step', async (stepMs, end) => {
    const registry = registryWithTrash({
      beforeRemoval: (_, count) => void (registry.nowMs += count === 0 ? -86_400_000 : stepMs),
    })
    const policy = { ...defaultCollectionPolicy, timeLimitMinutes: 1 }
    const { result } = await collect(registry, { policy })
    expect(result.endedBy).toBe(end)
  })

  it('is whole when it is stopped while it verifies', async () => {
    const signal = { aborted: false }
    const registry = registryWithTrash()
    const emit = (event: CollectionEvent) => {
      if (event.kind === 'progress' && event.progress.phase === 'verifying') signal.aborted = true
    }
    for (let number = 0; number < 40; number += 1) tag(registry, `team/app:more${number}`, 'B')
    const { result } = await collect(registry, { signal, emit })
    expect(result).toMatchObject({ endedBy: 'done', verification: null, failures: [] })
    expect(lettersOn(registry)).toBe('B b y')
  })

  it('frees within a day what its time limit left', async () => {
    const registry = registryWithTrash({ beforeRemoval: () => void (registry.nowMs += 30_000) })
    const policy = { ...defaultCollectionPolicy, timeLimitMinutes: 1 }
    let runs = 0
    for (let left = 1; left > 0; runs += 1) {
      const { result, plan } = await collect(registry, { policy })
      left = plan?.items.length ?? 0
      expect(result.removed.bytes + result.left.bytes).toBe(plan?.totals.bytes)
    }
    expect(lettersOn(registry)).toBe('B b y')
    expect(runs).toBeGreaterThan(2)
  })
})

describe('the log of a run', () => {
  const logOf = async (registry: ModelRegistry, more: Parameters<typeof collect>[1] = {}) => {
    const events: CollectionEvent[] = []
    await collect(registry, { emit: (event) => void events.push(event), ...more })
    return linesOf(events)
  }

  it('says what there is to free, what was freed, and what was verified', async () => {
    const lines = await logOf(registryWithTrash())
    expect(lines).toEqual([
      expect.stringMatching(/^info: to free, at most: .+ \(2 layers, 1 manifests, 7 steps\)$/),
      expect.stringMatching(/^info: freed /),
      'info: 1 of 1 tags verified',
    ])
  })

  it('says of a dry run what it would free', async () => {
    const lines = await logOf(registryWithTrash(), { dryRun: true })
    expect(lines).toEqual([expect.stringMatching(/^info: would free up to: /)])
  })

  it('names the size of what gave back less, because it had other names or was sparse', async () => {
    const registry = registryWithTrash()
    const all = await collect(registry, { dryRun: true })
    const remover: typeof registry.remover = {
      async removeBatch(items, startedAtMs) {
        const outcomes = await registry.remover.removeBatch(items, startedAtMs)
        return outcomes.map((outcome) =>
          outcome.kind === 'removed' ? { ...outcome, bytes: 0 } : outcome,
        )
      },
    }
    const lines = await logOf(registry, { remover })
    const size = formatByteSize(all.result.planned.bytes)
    expect(lines).toContainEqual(expect.stringMatching(/^info: freed 0 B; /))
    expect(lines).toContainEqual(
      expect.stringContaining(`warn: what was removed has a size of ${size}, and gave back 0 B`),
    )
  })

  it('names each failure, each fault, and each tag that is not whole', async () => {
    const registry = registryWithTrash({
      beforeRemoval: ({ step }) => {
        if (step === 'upload') throw new Error('disk on fire')
      },
    })
    const upload = { id: 'u1', lastWrittenAtMs: 0, sizeBytes: 3 }
    registry.repository('team/app').uploads.set('u1', upload)
    registry.repository('team/old').tags.set('1', { digest: null, history: new Set() })
    const fault = { repository: 'team/old', reason: 'tag 1: its link is empty', hidesContent: true }
    registry.repository('team/old').faults.push(fault)
    const lines = await logOf(registry)
    expect(lines).toContain(
      'warn: team/old: tag 1: its link is empty; all that it may need is kept',
    )
    expect(lines).toContain('error: upload u1 of team/app: disk on fire')
    expect(lines).toContain('error: team/old:1: its link cannot be read')
    expect(lines).toContain('info: 1 of 2 tags verified')
  })
})
