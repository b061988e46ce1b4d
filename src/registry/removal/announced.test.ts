import { expect, it, vi } from 'vitest'
import { createMemoryPushGate } from '#adapters/memory/coordination/memory-push-gate.ts'
import type { FolderOf } from '#coordination/blob-leases.ts'
import { CollectionError } from '#domain/collection/collection-error.ts'
import type { Digest } from '#domain/values/digest.ts'
import { runCollection } from '#gc/run.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'

const hourMs = 3_600_000

async function opened() {
  const registry = openTestRegistry()
  await registry.push('team/app', tinyImage({ layers: ['base', 'old'] }), '1.0')
  await registry.push('team/app', tinyImage({ layers: ['base', 'new'] }), '2.0')
  await registry.softDelete('team/app', '1.0')
  registry.advance(hourMs)
  const announced: string[][] = []
  const condemn = vi.spyOn(registry.leases, 'condemn').mockImplementation(async (keys) => {
    announced.push(Array.from(keys, ({ folder }) => folder))
  })
  const sentenced: string[] = []
  const { sentence } = registry.leases
  vi.spyOn(registry.leases, 'sentence').mockImplementation(
    async (digests: Iterable<Digest>, folderOf: FolderOf) => {
      const asked = [...digests]
      sentenced.push(...asked.map(folderOf))
      return await sentence(asked, folderOf)
    },
  )
  const clock = { nowMs: registry.clock.nowMs }
  const collect = () =>
    runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: {
        gate: createMemoryPushGate({ clock, wait: () => Promise.resolve() }),
        leases: registry.leases,
      },
      clock,
      pause: () => Promise.resolve(),
      policy: {
        timeLimitMinutes: null,
        whileCollecting: 'accept-pushes',
        collectUntagged: false,
        untaggedMinimumAgeHours: 24,
      },
      dryRun: false,
    })
  return { registry, announced, condemn, sentenced, collect }
}

it('a collection says once, before its first removal, all that it may remove', async () => {
  const { announced, sentenced, collect } = await opened()
  await collect()
  expect(announced).toHaveLength(1)
  // The link of the layer that no other image has, its blob, and that of the manifest.
  expect(sentenced).toHaveLength(3)
  expect(announced[0]?.toSorted()).toEqual(sentenced.toSorted())
})

it('nothing is removed where the servers do not agree on it', async () => {
  const { registry, condemn, sentenced, collect } = await opened()
  condemn.mockRejectedValue(new CollectionError('SERVERS_SILENT', 'another did not answer'))
  await expect(collect()).rejects.toMatchObject({ code: 'SERVERS_SILENT' })
  expect(sentenced).toEqual([])
  condemn.mockRestore()
  expect((await collect()).result.removed.bytes).toBeGreaterThan(0)
  expect(await registry.pulls('team/app', '2.0')).toBe(true)
})
