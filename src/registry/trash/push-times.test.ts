import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'

const app = 'team/app' as never
const named = (name: string) => name as never
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const pushedAtMs = Date.UTC(2026, 0, 1)

/** A registry whose clock stands still, with an image that was pushed a month ago under two tags. */
async function openScene() {
  const time = { nowMs: pushedAtMs }
  const clock = { nowMs: () => time.nowMs }
  const files = createMemoryFileTree({ clock })
  const registry = openTestRegistry({ storage: files, clock })
  await registry.push('team/app', one, '1.0', 'latest')
  time.nowMs += 30 * 86_400_000
  const softDelete = async (reference: string, extent: 'image' | 'tag') => {
    const deleted = await registry.trash.softDelete({
      repository: app,
      reference: named(reference),
      extent,
      deletedBy: 'alice',
      retentionMs: 0,
    })
    if (!deleted.ok || deleted.value.entry === null) throw new Error('nothing was deleted')
    time.nowMs += 1000
    return deleted.value.entry.id
  }
  const times = async () =>
    Object.fromEntries(
      ((await registry.queries.tags(app)) ?? []).map(({ name, updatedAtMs }) => [
        name,
        updatedAtMs,
      ]),
    )
  return { time, files, registry, softDelete, times }
}

/** The entry as an earlier version wrote it. */
async function withoutTimes(
  files: ReturnType<typeof createMemoryFileTree>,
  id: string,
): Promise<void> {
  const path = `jetsam/v1/trash/${id}.json`
  const entry = JSON.parse(new TextDecoder().decode(await (await files.open(path))?.bytes()))
  for (const tag of entry.tags) delete tag.pushedAtMs
  await files.write(path, new TextEncoder().encode(JSON.stringify(entry)))
}

describe('what is restored was pushed when it was pushed', () => {
  it.each(['image', 'tag'] as const)('after the deletion of the %s', async (extent) => {
    const { registry, softDelete, times } = await openScene()
    const id = await softDelete('1.0', extent)
    expect((await times())['1.0']).toBeUndefined()
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await times()).toEqual({ '1.0': pushedAtMs, latest: pushedAtMs })
    expect((await registry.queries.repository(app))?.lastPushedAtMs).toBe(pushedAtMs)
  })

  it('also for tags that were deleted alone before their image', async () => {
    const { registry, softDelete, times } = await openScene()
    await softDelete('1.0', 'tag')
    const id = await softDelete('latest', 'tag')
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await times()).toEqual({ '1.0': pushedAtMs, latest: pushedAtMs })
  })

  it('also under another name, and in place of another image', async () => {
    const { registry, softDelete, times, time } = await openScene()
    const id = await softDelete('1.0', 'image')
    await registry.push('team/app', two, 'latest')
    time.nowMs += 1000
    expect(
      await registry.trash.restore(id, {
        ...restore,
        onConflict: 'replace',
        tags: new Map([[named('1.0'), named('2.0')]]),
      }),
    ).toMatchObject({ ok: true })
    expect(await times()).toEqual({ '2.0': pushedAtMs, latest: pushedAtMs })
  })

  it('also when a start finishes what a crash interrupted', async () => {
    const { files, registry, softDelete, times, time } = await openScene()
    const id = await softDelete('1.0', 'image')
    const dying = openTestRegistry({
      clock: { nowMs: () => time.nowMs },
      storage: {
        ...files,
        write: (path, ...rest) =>
          path.includes('/_manifests/tags/')
            ? Promise.reject(new Error('killed'))
            : files.write(path, ...rest),
      },
    })
    await expect(dying.trash.restore(id, restore)).rejects.toThrow('killed')
    await registry.trash.recover()
    expect(await times()).toEqual({ '1.0': pushedAtMs, latest: pushedAtMs })
  })

  it('of an entry of an earlier version as the caller knows it, else when it was first stored', async () => {
    const { files, registry, softDelete, times } = await openScene()
    const id = await softDelete('1.0', 'image')
    await withoutTimes(files, id)
    const knownAtMs = pushedAtMs + 86_400_000
    expect(
      await registry.trash.restore(id, {
        ...restore,
        pushTimes: async () => new Map([[named('1.0'), knownAtMs]]),
      }),
    ).toMatchObject({ ok: true })
    expect(await times()).toEqual({ '1.0': knownAtMs, latest: pushedAtMs })
  })

  it('lets a collection see that it is in use again', async () => {
    const { registry, softDelete, time } = await openScene()
    const id = await softDelete('1.0', 'image')
    const restoredAtMs = time.nowMs
    await registry.trash.restore(id, restore)
    expect(await registry.reader.linkedAtMs(app, one.digest)).toBe(restoredAtMs)
  })
})
