import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import {
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
} from '#testing/builders/test-registry.ts'
import { describe, expect, test } from 'vitest'
import { addTag, deleteForever, deleteImage, deleteTag, restoreTrashEntry } from './deletion.ts'
import { createTestWorld, settle, startMs } from '#testing/builders/test-world.ts'

const app = repositoryName('team/app')
const ada = { name: 'ada', from: '192.0.2.7' }
const refuse = { onConflict: 'refuse', actor: ada } as const
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const closing = { mode: 'reject-pushes', maximumWaitMs: 0 } as const

/** A repository with image one as 1.0 and latest, and a day of retention. */
async function open() {
  const world = createTestWorld()
  const registry = openTestRegistry({ clock: world.clock })
  const waits: { readonly ms: number; readonly end: () => void }[] = []
  const gate = createMemoryPushGate({
    clock: world.clock,
    wait: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          world.moveClock(ms)
          resolve()
        }
        waits.push({ ms, end })
      }),
  })
  await world.settings.setPolicy({ ...defaultCollectionPolicy, trashRetentionHours: 24 })
  const deps = { ...world, registry, gate, reportFailure: () => {} }
  await registry.push('team/app', one, '1.0', 'latest')
  const deleted = async (reference: string) =>
    valueOf(await deleteImage(deps, { repository: app, reference: tagName(reference), actor: ada }))
  const trashed = async (reference: string) => {
    const { kind, entry } = await deleted(reference)
    if (kind !== 'trashed') throw new Error('only tags were deleted')
    return entry
  }
  return { ...world, registry, gate, waits, deps, trashed }
}

describe('deleting', () => {
  test('an image deletes all its tags, under the policy’s retention, and is recorded', async () => {
    const { deps, recorded, registry } = await open()
    const request = { repository: app, reference: tagName('1.0'), actor: ada }
    expect(await deleteImage(deps, request)).toMatchObject({
      ok: true,
      value: {
        kind: 'trashed',
        entry: { deletedBy: 'ada', heldUntilMs: startMs + 24 * 3_600_000, hadRetention: true },
      },
    })
    expect(await registry.catalog.tagNames(app)).toEqual([])
    expect(await recorded()).toMatchObject([
      {
        kind: 'image deleted',
        actor: 'ada',
        from: '192.0.2.7',
        repository: 'team/app',
        subject: '1.0',
        detail: `${one.digest} with tags 1.0, latest`,
      },
    ])
  })

  test('one of two tags leaves the image; the last one deletes the image too', async () => {
    const { deps, recorded, registry } = await open()
    const request = { repository: app, actor: ada }
    await deleteTag(deps, { ...request, reference: tagName('1.0') })
    expect(await registry.pulls('team/app', 'latest')).toBe(true)
    await deleteTag(deps, { ...request, reference: tagName('latest') })
    expect(await registry.trash.list()).toHaveLength(1)
    expect(await recorded()).toMatchObject([
      { kind: 'tag deleted', subject: '1.0', detail: `tag 1.0; ${one.digest} stays` },
      { kind: 'image deleted', subject: 'latest', detail: `${one.digest} with tag latest` },
    ])
  })

  test('is possible while a collection keeps pushes out', async () => {
    const { gate, registry, trashed } = await open()
    await gate.close(closing)
    await trashed('1.0')
    expect(await registry.pulls('team/app', 'latest')).toBe(false)
  })

  test('is refused for what has moved since, and not recorded', async () => {
    const { deps, recorded, registry } = await open()
    const request = { repository: app, reference: tagName('1.0'), expectedDigest: two.digest }
    expect(await deleteImage(deps, { ...request, actor: ada })).toMatchObject({
      ok: false,
      refusal: { code: 'REFERENCE_CHANGED', digest: one.digest },
    })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect(await recorded()).toEqual([])
  })

  test('forever lets the next collection take it', async () => {
    const { deps, recorded, registry, trashed } = await open()
    const entry = await trashed('1.0')
    let changes = 0
    registry.onChange(() => (changes += 1))
    expect(await deleteForever(deps, entry, ada)).toBe(true)
    // Otherwise the reclaimable bytes would not be computed again.
    expect(changes).toBe(1)
    expect((await registry.trash.get(entry.id))?.heldUntilMs).toBeLessThanOrEqual(startMs)
    expect(await deleteForever(deps, { ...entry, id: 'unknown' }, ada)).toBe(false)
    expect((await recorded()).slice(1)).toMatchObject([
      { kind: 'image deleted forever', repository: 'team/app', subject: one.digest },
    ])
  })
})

describe('restoring', () => {
  test('brings the image back, and leaves no timer behind', async () => {
    const { deps, gate, recorded, registry, trashed, waits } = await open()
    const entry = await trashed('1.0')
    expect((await restoreTrashEntry(deps, entry, refuse)).ok).toBe(true)
    expect(await registry.pulls('team/app', 'latest')).toBe(true)
    expect((await recorded()).at(-1)).toMatchObject({
      kind: 'image restored',
      subject: one.digest,
      detail: 'with tags 1.0, latest',
    })
    expect(waits).toEqual([])
    // The gate was left again: a collection need not wait.
    expect(await gate.close(closing)).toBe('closed')
  })

  test.each(['reject-pushes', 'hold-pushes'] as const)(
    'waits until a collection in mode %s lets writers in',
    async (mode) => {
      const { deps, gate, registry, trashed, waits } = await open()
      const entry = await trashed('1.0')
      await gate.close({ ...closing, mode })
      const restoring = restoreTrashEntry(deps, entry, refuse)
      await settle()
      expect(await registry.pulls('team/app', '1.0')).toBe(false)
      expect(waits.map(({ ms }) => ms)).toEqual([120_000])
      await gate.open()
      expect((await restoring).ok).toBe(true)
      expect(await registry.pulls('team/app', '1.0')).toBe(true)
    },
  )

  test.each(['reject-pushes', 'hold-pushes'] as const)(
    'gives up after a while in mode %s, and everything stays in the trash',
    async (mode) => {
      const { deps, gate, registry, trashed, waits } = await open()
      const entry = await trashed('1.0')
      await gate.close({ ...closing, mode })
      const restoring = restoreTrashEntry(deps, entry, refuse)
      await settle()
      waits[0]?.end()
      expect(await restoring).toMatchObject({ ok: false, refusal: { code: 'COLLECTION_RUNNING' } })
      expect(waits).toHaveLength(1)
      expect(await registry.trash.list()).toHaveLength(1)
    },
  )

  test('keeps a collection from starting during it', async () => {
    const { deps, gate, registry, trashed } = await open()
    const entry = await trashed('1.0')
    let outcome: string | null = null
    const { restore } = registry.trash
    registry.trash.restore = async (...request) => {
      outcome = await gate.close(closing)
      await gate.open()
      return restore(...request)
    }
    await restoreTrashEntry(deps, entry, refuse)
    expect(outcome).toBe('busy')
  })

  test('over another image puts that one into the trash', async () => {
    const { deps, recorded, registry, trashed } = await open()
    const entry = await trashed('1.0')
    await registry.push('team/app', two, '1.0')
    expect(await restoreTrashEntry(deps, entry, refuse)).toMatchObject({
      refusal: { code: 'TAG_EXISTS' },
    })
    const restored = valueOf(
      await restoreTrashEntry(deps, entry, { onConflict: 'replace', actor: ada }),
    )
    expect(restored.replaced).toMatchObject([{ digest: two.digest, deletedBy: 'ada' }])
    expect((await recorded()).slice(-2)).toMatchObject([
      { kind: 'image deleted', detail: `${two.digest} with tag 1.0` },
      { kind: 'image restored', subject: one.digest },
    ])
  })

  test('is refused at once for an entry that a collection takes, also while it runs', async () => {
    const { deps, gate, trashed, waits } = await open()
    const entry = { ...(await trashed('1.0')), id: 'gone', state: 'claimed' } as const
    await gate.close(closing)
    expect(await restoreTrashEntry(deps, entry, refuse)).toMatchObject({
      refusal: { code: 'NO_SUCH_TRASH_ENTRY' },
    })
    expect(waits).toEqual([])
  })
})

describe('setting a tag again', () => {
  const request = { repository: app, digest: one.digest, actor: ada }

  test('undoes the deletion of one tag of several', async () => {
    const { deps, recorded, registry } = await open()
    await deleteTag(deps, { repository: app, reference: tagName('1.0'), actor: ada })
    expect((await addTag(deps, { ...request, tag: tagName('1.0') })).ok).toBe(true)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect((await recorded()).at(-1)).toMatchObject({ kind: 'tag restored', subject: '1.0' })
  })

  test('is no error, and not recorded, if the tag is there', async () => {
    const { deps, recorded } = await open()
    expect((await addTag(deps, { ...request, tag: tagName('1.0') })).ok).toBe(true)
    expect(await recorded()).toEqual([])
  })

  test('never moves a tag, and needs the image', async () => {
    const { deps, registry } = await open()
    await registry.push('team/app', two, '2.0')
    expect(await addTag(deps, { ...request, tag: tagName('2.0') })).toMatchObject({
      refusal: { code: 'TAG_EXISTS', digest: two.digest },
    })
    const { digest } = tinyImage({ layers: ['elsewhere'] })
    expect(await addTag(deps, { ...request, digest, tag: tagName('3.0') })).toMatchObject({
      refusal: { code: 'NO_SUCH_REF' },
    })
    expect(await registry.pulls('team/app', '2.0')).toBe(true)
  })
})
