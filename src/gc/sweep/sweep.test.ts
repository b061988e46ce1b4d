import { collect, lettersOn } from '#testing/gc/model-collection.ts'
import {
  image,
  index,
  link,
  passHours,
  sizeOf,
  softDelete,
  store,
  tag,
} from '#testing/gc/model-images.ts'
import {
  createModelRegistry,
  digestNamed,
  nameOf,
  type ModelOptions,
  type ModelRegistry,
} from '#testing/gc/model-registry.ts'
import { GivenUp } from '#coordination/given-up.ts'
import type { CollectionEvent } from '../ports/collection-event.ts'
import type { StopSignal } from '#domain/time/clock.ts'
import { describe, expect, it } from 'vitest'

/** `team/app` has A → a x in its trash, with nothing else but B → b x. */
function registryWithTrash(options: ModelOptions = {}): ModelRegistry {
  const registry = createModelRegistry(options)
  store(registry, { A: image(['a', 'x', 'y']), B: image(['b', 'x']) })
  tag(registry, 'team/app:1', 'A')
  tag(registry, 'team/app:2', 'B')
  softDelete(registry, 'team/app', ['A'])
  return registry
}

function failAt(step: string, letter: string): ModelOptions['beforeRemoval'] {
  return (item) => {
    if (item.step === step && item.digest && nameOf(item.digest) === letter) {
      throw new Error('disk on fire')
    }
  }
}

describe('a sweep', () => {
  it('frees what the plan said, each digest once, and leaves the rest whole', async () => {
    const registry = registryWithTrash()
    const { result, plan } = await collect(registry)
    expect(lettersOn(registry)).toBe('B b x')
    expect(result.removed).toEqual({ bytes: sizeOf('Aay'), layers: 2, manifests: 1 })
    expect(result.removed).toEqual(plan?.totals)
    expect(result.byRepository).toEqual({ 'team/app': result.removed })
    expect(result.verification).toEqual({ tags: 1, wholeTags: 1, broken: [] })
    expect(result.endedBy).toBe('done')
    expect(registry.trash.size).toBe(0)
  })

  it('does nothing the second time', async () => {
    const registry = registryWithTrash()
    await collect(registry)
    const { plan } = await collect(registry)
    expect(plan?.items.toArray()).toEqual([])
  })

  it('changes nothing in a dry run', async () => {
    const registry = registryWithTrash()
    const { result } = await collect(registry, { dryRun: true })
    expect(result).toMatchObject({ dryRun: true, removed: { bytes: 0 }, verification: null })
    expect(result.planned.bytes).toBe(sizeOf('Aay'))
    expect(result.byCause['deleted image']).toEqual(result.planned)
    expect(registry.removals).toEqual([])
  })

  it('skips what is in use again', async () => {
    const registry = registryWithTrash()
    registry.leased.add(digestNamed('y'))
    const { result } = await collect(registry)
    expect(lettersOn(registry)).toBe('B b x y')
    // Its link and the blob, which the link keeps.
    expect(result.skipped).toBe(2)
    expect(result.removed.bytes).toBe(sizeOf('Aa'))
  })

  it('leaves a repository that takes no changes to a later run, and all that it leads to', async () => {
    const registry = createModelRegistry()
    store(registry, { A: image(['a', 'x']), B: image(['b', 'x']), C: image(['c']) })
    tag(registry, 'team/app:1', 'A')
    tag(registry, 'team/other:1', 'B')
    tag(registry, 'team/other:2', 'C')
    softDelete(registry, 'team/app', ['A'])
    softDelete(registry, 'team/other', ['B'])
    const asked: string[] = []
    const remover: ModelRegistry['remover'] = {
      async removeBatch(items, sinceMs) {
        const outcomes = await registry.remover.removeBatch(
          items.filter(({ repository }) => repository !== 'team/app'),
          sinceMs,
        )
        const others = [...outcomes]
        return items.map(({ repository, step }) => {
          if (repository !== 'team/app') return others.shift()!
          asked.push(step)
          return { kind: 'closed', reason: 'closed until noon' }
        })
      },
    }
    const { result, plan } = await collect(registry, { remover })
    expect(lettersOn(registry)).toBe('A C a c x')
    expect(result).toMatchObject({
      removed: { bytes: sizeOf('Bb') },
      failures: [],
      endedBy: 'done',
      leftIn: [{ repository: 'team/app', reason: 'closed until noon' }],
    })
    expect(plan?.totals.bytes).toBe(sizeOf('AaBbx'))
    expect(result.left.bytes).toBeGreaterThanOrEqual(sizeOf('Aa'))
    // That of B says why the rest of it is to go.
    expect([...registry.trash.keys()]).toEqual(['trash-A', 'trash-B'])
    // It is not asked for again in the same run.
    expect(asked).toEqual(['trash-claim'])
    const { result: later } = await collect(registry)
    expect(lettersOn(registry)).toBe('C c')
    expect(later.leftIn).toBeUndefined()
  })

  it('tells the remover when it is over, and takes what was not tried for left', async () => {
    const registry = registryWithTrash()
    const signal = { aborted: false }
    const told: (boolean | undefined)[] = []
    const remover: ModelRegistry['remover'] = {
      async removeBatch(items, _, isGivenUp) {
        told.push(isGivenUp?.())
        signal.aborted = true
        told.push(isGivenUp?.())
        return items.map(() => ({ kind: 'not tried' }))
      },
    }
    const { result, plan } = await collect(registry, { remover, signal })
    expect(told).toEqual([false, true])
    expect(result).toMatchObject({ endedBy: 'stopped', left: plan?.totals })
  })

  it('removes nothing where it is over while the servers agree', async () => {
    const registry = registryWithTrash()
    const signal = { aborted: false }
    const remover: ModelRegistry['remover'] = {
      ...registry.remover,
      async announce() {
        signal.aborted = true
        throw new GivenUp()
      },
    }
    const { result, plan } = await collect(registry, { remover, signal })
    expect(result).toMatchObject({ endedBy: 'stopped', left: plan?.totals })
    expect(registry.removals).toEqual([])
  })

  it('reports what it cannot remove, and does not count it', async () => {
    const registry = registryWithTrash({ beforeRemoval: failAt('blob', 'y') })
    const { result } = await collect(registry)
    expect(result.failures).toEqual([
      { subject: `${digestNamed('y')} of team/app`, reason: 'disk on fire' },
    ])
    expect(result.removed.bytes).toBe(sizeOf('Aa'))
    // The entry stays, because it says why the rest is to go; the image can be restored no more.
    expect([...registry.trash.values()]).toMatchObject([{ id: 'trash-A', claimed: true }])
  })

  it('leaves an image alone whose trash entry it cannot claim', async () => {
    const registry = registryWithTrash({ beforeRemoval: failAt('trash-claim', 'A') })
    const { result } = await collect(registry)
    expect(lettersOn(registry)).toBe('A B a b x y')
    expect(registry.repository('team/app').layers.size).toBe(4)
    expect(result.removed.bytes).toBe(0)
    expect(result.failures).toHaveLength(1)
    expect([...registry.trash.keys()]).toEqual(['trash-A'])
  })

  it('leaves all of an index whose link it cannot remove', async () => {
    const registry = createModelRegistry({ beforeRemoval: failAt('revision', 'I') })
    store(registry, { A: image(['a']), B: image(['b']), I: index(['A', 'B']) })
    link(registry, 'team/app', digestNamed('I'))
    passHours(registry, 48)
    const { result } = await collect(registry, { untaggedAfterHours: 24 })
    expect(lettersOn(registry)).toBe('A B I a b')
    expect(registry.repository('team/app').revisions.size).toBe(3)
    expect(result.removed.manifests).toBe(0)
  })

  it('does not leave a link to nothing when it cannot remove the link', async () => {
    const registry = registryWithTrash({ beforeRemoval: failAt('layer-link', 'y') })
    await collect(registry)
    expect(lettersOn(registry)).toBe('B b x y')
  })

  it('counts what was gone already as neither freed nor failed', async () => {
    const gone = digestNamed('y')
    const registry = registryWithTrash({
      beforeRemoval: ({ step }) => {
        if (step === 'layer-link') registry.blobs.delete(gone)
      },
    })
    const { result } = await collect(registry)
    expect(result).toMatchObject({ removed: { bytes: sizeOf('Aa') }, failures: [], skipped: 0 })
  })

  it('stops between two items, and the next run goes on', async () => {
    const signal = { aborted: false }
    const registry = registryWithTrash({
      beforeRemoval: ({ step }) => {
        if (step === 'blob') signal.aborted = true
      },
    })
    const { result } = await collect(registry, { signal })
    expect(result.endedBy).toBe('stopped')
    expect(result.left.bytes + result.removed.bytes).toBe(sizeOf('Aay'))
    expect(result.left.bytes).toBeGreaterThan(0)
    expect(registry.trash.get('trash-A')?.claimed).toBe(true)
    const next = await collect(registry)
    expect(lettersOn(registry)).toBe('B b x')
    expect(next.result.byCause['deleted image']).toEqual(result.left)
    expect(registry.trash.size).toBe(0)
  })

  it('ends when its time is up', async () => {
    const registry = registryWithTrash({
      beforeRemoval: ({ step }) => {
        if (step === 'blob') passHours(registry, 1)
      },
    })
    const policy = {
      timeLimitMinutes: 10,
      whileCollecting: 'reject-pushes',
      collectUntagged: false,
      untaggedMinimumAgeHours: 0,
    } as const
    const { result } = await collect(registry, { policy })
    expect(result.endedBy).toBe('time limit')
    expect(result.left.bytes).toBeGreaterThan(0)
    expect(result.verification).toMatchObject({ tags: 1, wholeTags: 1 })
  })

  it('ends before the first deletion when stopped while marking', async () => {
    const registry = registryWithTrash()
    const signal: StopSignal = { aborted: true }
    const { result, plan } = await collect(registry, { signal })
    expect(plan).toBeNull()
    expect(result.endedBy).toBe('stopped')
    expect(registry.removals).toEqual([])
  })

  it('tells where it is, a few times a second', async () => {
    const events: CollectionEvent[] = []
    const registry = registryWithTrash({ beforeRemoval: () => void (registry.nowMs += 100) })
    await collect(registry, { emit: (event) => events.push(event) })
    const phases = events.flatMap((event) =>
      event.kind === 'progress' ? [event.progress.phase] : [],
    )
    expect([...new Set(phases)]).toEqual(['marking', 'sweeping', 'verifying'])
    const sweeping = events.flatMap((event) =>
      event.kind === 'progress' && event.progress.phase === 'sweeping' ? [event.progress] : [],
    )
    // Seven items at 100 ms each are told about every 250 ms.
    expect(sweeping.length).toBeLessThan(6)
    expect(sweeping.at(-1)).toMatchObject({ total: 7 })
    expect(sweeping.at(-1)?.done).toBeGreaterThan(3)
    const lines = events.flatMap((event) => (event.kind === 'log' ? [event.message] : []))
    expect(lines).toContain('1 of 1 tags verified')
  })
})
