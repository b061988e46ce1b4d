import { describe, expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { parseDigest } from '#domain/values/digest.ts'
import { runCollection } from '#gc/run.ts'
import { tinyImage, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  tagName,
  valueOf,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'
import { killAtEachChange } from '#testing/faults/kill-at-each-change.ts'
import { blobFile, tagLink } from '../layout.ts'
import { contentsDigest } from '../repositories/contents-digest.ts'
import type { RepositoryDeletion } from './trash.ts'

const app = repositoryName('team/app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const index = tinyIndex({ amd64: one, arm64: two })
const sbom = tinyImage({ layers: ['sbom'], subject: index })
const single = tinyImage({ layers: ['base', 'single'] })
const untagged = tinyImage({ layers: ['untagged'] })
const elsewhere = tinyImage({ layers: ['base', 'elsewhere'] })
const pushedLater = tinyImage({ layers: ['later'] })
const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const everything = ['1.0', 'latest', 'amd', 'single', untagged.digest, sbom.digest]

const beganMs = Date.UTC(2026, 0, 1)

async function fill(registry: TestRegistry): Promise<void> {
  await registry.push('team/app', one, one.digest, 'amd')
  await registry.push('team/app', two)
  await registry.push('team/app', index, '1.0', 'latest')
  await registry.push('team/app', sbom)
  await registry.push('team/app', single, 'single')
  await registry.push('team/app', untagged)
  await registry.push('team/other', elsewhere, 'kept')
}

async function filled() {
  const storage = createMemoryFileTree()
  const registry = openTestRegistry({ storage })
  await fill(registry)
  return { storage, registry }
}

const remove = (registry: TestRegistry, more: Partial<RepositoryDeletion> = {}) =>
  registry.trash.softDeleteRepository({
    repository: app,
    deletedBy: 'alice',
    retentionMs: 0,
    ...more,
  })

const pullsOf = (registry: TestRegistry, references: readonly string[] = everything) =>
  Promise.all(references.map((reference) => registry.pulls('team/app', reference)))

const all = (value: boolean) => everything.map(() => value)

describe('the deletion of a repository', () => {
  it('is one entry of the trash, which restores all of it as it was', async () => {
    const { storage, registry } = await filled()
    const before = await filesOf(storage)
    const { entry } = valueOf(await remove(registry))
    expect(await pullsOf(registry)).toEqual(all(false))
    expect(await registry.pulls('team/other', 'kept')).toBe(true)
    const [listed, ...others] = await registry.trash.list()
    expect(others).toEqual([])
    expect(listed).toEqual(entry)
    expect(listed).toMatchObject({ isOfRepository: true, repository: 'team/app' })
    expect(listed?.tags.map(({ name }) => name).toSorted()).toEqual(
      ['1.0', 'amd', 'latest', 'single'].toSorted(),
    )
    const roles = new Map<string, string>(
      listed?.manifests.map(({ digest, role }) => [digest, role]),
    )
    expect(roles).toEqual(
      new Map([
        [index.digest, 'image'],
        // It has a tag of its own.
        [one.digest, 'image'],
        [single.digest, 'image'],
        [untagged.digest, 'image'],
        [two.digest, 'platform'],
        [sbom.digest, 'attached'],
      ]),
    )
    const order: readonly string[] = listed?.manifests.map(({ digest }) => digest) ?? []
    expect(order.indexOf(index.digest)).toBeLessThan(order.indexOf(one.digest))
    expect(order.indexOf(index.digest)).toBeLessThan(order.indexOf(two.digest))
    expect(valueOf(await registry.trash.restore(listed?.id ?? '', restore)).tags).toHaveLength(4)
    expect(await filesOf(storage)).toEqual(before)
  })

  it('that is killed at any change has deleted nothing yet, or all, and it comes back whole', async () => {
    const outcomes = new Set<boolean>()
    let before: ReadonlyMap<string, string> = new Map()
    const steps = await killAtEachChange(
      async () => {
        const { storage, registry } = await filled()
        before = await filesOf(storage)
        return { storage, registry }
      },
      (registry) => remove(registry),
      async (registry, storage) => {
        const pulls = await pullsOf(registry)
        expect(new Set(pulls).size).toBe(1)
        const [entry] = await registry.trash.list()
        expect(entry === undefined).toBe(pulls[0])
        outcomes.add(pulls[0] === true)
        if (entry) valueOf(await registry.trash.restore(entry.id, restore))
        expect(await pullsOf(registry)).toEqual(all(true))
        expect(await filesOf(storage)).toEqual(before)
      },
    )
    expect(outcomes).toEqual(new Set([true, false]))
    expect(steps).toBeGreaterThan(10)
  })

  it('whose restoration is killed at any change has come back, or is in the trash', async () => {
    let before: ReadonlyMap<string, string> = new Map()
    const steps = await killAtEachChange(
      async () => {
        const { storage, registry } = await filled()
        before = await filesOf(storage)
        valueOf(await remove(registry))
        return { storage }
      },
      async (registry) => {
        const [entry] = await registry.trash.list()
        await registry.trash.restore(entry?.id ?? '', restore)
      },
      async (registry, storage) => {
        const [entry] = await registry.trash.list()
        if (entry) valueOf(await registry.trash.restore(entry.id, restore))
        expect(await filesOf(storage)).toEqual(before)
      },
    )
    expect(steps).toBeGreaterThan(10)
  })

  it('leaves a later push alone, and its restoration says what conflicts', async () => {
    const { registry } = await filled()
    const { entry } = valueOf(await remove(registry))
    await registry.push('team/app', pushedLater, '1.0', 'new')
    const id = entry?.id ?? ''
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'TAG_EXISTS', conflicts: [{ name: '1.0', digest: pushedLater.digest }] },
    })
    valueOf(await registry.trash.restore(id, { ...restore, onConflict: 'skip-tags' }))
    expect(await registry.catalog.tag(app, tagName('1.0'))).toMatchObject({
      digest: pushedLater.digest,
    })
    expect(await pullsOf(registry, [...everything, 'new'])).toEqual([...all(true), true])
  })

  it('refuses what has changed since the person looked', async () => {
    const { registry } = await filled()
    const seen = async () => {
      const tags = new Map()
      for await (const links of registry.catalog.tags(app)) {
        for (const link of links) tags.set(link.name, link)
      }
      const manifests = new Map()
      for await (const digests of registry.catalog.revisions(app)) {
        for (const digest of digests) manifests.set(digest, null)
      }
      return await contentsDigest(
        { createDigester, pause: () => Promise.resolve() },
        { tags, manifests },
      )
    }
    const expectedContents = await seen()
    await registry.push('team/app', pushedLater, 'single')
    expect(await remove(registry, { expectedContents })).toMatchObject({
      refusal: { code: 'REFERENCE_CHANGED' },
    })
    expect(await pullsOf(registry)).toEqual(all(true))
    expect(await registry.trash.list()).toEqual([])
    expect(await remove(registry, { expectedContents: await seen() })).toMatchObject({ ok: true })
  })

  it('refuses as long as a tag is protected, and deletes nothing', async () => {
    const { storage } = await filled()
    const registry = openTestRegistry({
      storage,
      findProtection: async () => (tag) =>
        tag === 'latest' ? { scope: 'registry', rule: 'protect latest' } : null,
    })
    expect(await remove(registry)).toMatchObject({
      refusal: { code: 'TAG_PROTECTED', protectedTags: [{ name: 'latest' }] },
    })
    expect(await pullsOf(registry)).toEqual(all(true))
    expect(await registry.trash.list()).toEqual([])
  })

  it('keeps what is not understood, and drops links to nothing', async () => {
    const { storage, registry } = await filled()
    const opaque = valueOf(parseDigest(single.digest))
    // The bytes of one manifest are damaged, those of another are gone.
    await storage.write(blobFile(opaque), new TextEncoder().encode('{"other":1}'))
    await storage.remove(blobFile(valueOf(parseDigest(untagged.digest))))
    const { entry } = valueOf(await remove(openTestRegistry({ storage })))
    expect(entry?.manifests.map(({ digest }) => digest)).toContain(opaque)
    const links = [...(await filesOf(storage)).keys()].filter((path) =>
      path.includes('/revisions/'),
    )
    expect(links.filter((path) => path.includes('team/app'))).toEqual([])
    const again = openTestRegistry({ storage })
    valueOf(await again.trash.restore(entry?.id ?? '', restore))
    expect(await registry.catalog.tag(app, tagName('single'))).toMatchObject({ digest: opaque })
    expect(await again.pulls('team/app', '1.0')).toBe(true)
  })

  it('removes a tag whose link is broken, with all others', async () => {
    const { storage } = await filled()
    await storage.write(tagLink(app, tagName('odd')), new TextEncoder().encode('nonsense'))
    const registry = openTestRegistry({ storage })
    const { entry } = valueOf(await remove(registry))
    expect(await registry.catalog.tagNames(app)).toEqual([])
    expect(entry?.tags.map(({ name }) => name)).not.toContain('odd')
  })

  it('says of a repository that is empty, or does not exist, what it is', async () => {
    const registry = openTestRegistry()
    expect(await remove(registry)).toMatchObject({ refusal: { code: 'NO_SUCH_REPOSITORY' } })
    await registry.push('team/app', one, '1.0')
    await registry.trashed('team/app', '1.0')
    expect(valueOf(await remove(registry))).toEqual({ entry: null, wasEmpty: true })
    expect(await registry.trash.list()).toHaveLength(1)
  })

  it('leaves tags that were deleted before it in the trash, to be restored after it', async () => {
    const { registry } = await filled()
    await registry.softDelete('team/app', 'latest', { extent: 'tag' })
    const { entry } = valueOf(await remove(registry))
    const tags = (await registry.trash.list()).find(({ isOfRepository }) => !isOfRepository)
    const refused = await registry.trash.restore(tags?.id ?? '', restore)
    expect(refused).toMatchObject({ refusal: { code: 'IMAGE_MISSING' } })
    expect(refused.ok || refused.refusal.message).toContain('with the repository')
    valueOf(await registry.trash.restore(entry?.id ?? '', restore))
    expect(await registry.catalog.tag(app, tagName('latest'))).toBeNull()
    valueOf(await registry.trash.restore(tags?.id ?? '', restore))
    expect(await pullsOf(registry)).toEqual(all(true))
  })

  it('is collected whole, but for what others need', async () => {
    const storage = createMemoryFileTree({ clock: { nowMs: () => beganMs } })
    const before = openTestRegistry({ storage, startMs: beganMs })
    await fill(before)
    valueOf(await remove(before))
    const registry = openTestRegistry({ storage, startMs: beganMs + 48 * 3_600_000 })
    await runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: null,
      clock: registry.clock,
      pause: () => Promise.resolve(),
      policy: defaultCollectionPolicy,
      dryRun: false,
    })
    expect(await registry.trash.list()).toEqual([])
    const digests = new Set(
      [elsewhere, ...elsewhere.blobs].map(({ digest }) => digest.replace('sha256:', '')),
    )
    const blobs = [...(await filesOf(storage)).keys()].filter((path) => path.endsWith('/data'))
    expect(new Set(blobs.map((path) => path.split('/').at(-2)))).toEqual(digests)
    expect(await registry.removeRepository(app)).toMatchObject({ ok: true })
  })
})
