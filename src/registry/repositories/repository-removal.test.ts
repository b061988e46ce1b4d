import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { runCollection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { killedBeforeChange } from '#testing/faults/failing-storage.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import {
  openTestRegistry,
  repositoryName,
  type TestRegistry,
} from '#testing/builders/test-registry.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const app = repositoryName('team/app')
const folder = 'docker/registry/v2/repositories/team/app'

async function collect(registry: TestRegistry): Promise<void> {
  registry.advance(1000)
  await runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: registry.clock,
    pause: () => Promise.resolve(),
    policy: defaultCollectionPolicy,
    dryRun: false,
  })
}

/** A repository after its only image was deleted and collected: only folders are left. */
async function emptied(storage: FileTree = createMemoryFileTree()): Promise<TestRegistry> {
  const registry = openTestRegistry({ storage, startMs: Date.now() + 3_600_000 })
  await registry.push('team/app', image, '1.0')
  await registry.trashed('team/app', '1.0')
  await collect(registry)
  return registry
}

const refusal = async (registry: TestRegistry) => {
  const removed = await registry.removeRepository(app)
  return removed.ok ? null : removed.refusal
}

const names = async (registry: TestRegistry) => ({
  listed: await registry.catalog.repositories(),
  shown: (await registry.queries.repositories()).map(({ name }) => name),
})

describe('an empty repository', () => {
  it('is listed no more, by nobody, and can be pushed to again', async () => {
    const registry = await emptied()
    expect(await names(registry)).toEqual({ listed: ['team/app'], shown: ['team/app'] })
    expect(await refusal(registry)).toBeNull()
    expect(await names(registry)).toEqual({ listed: [], shown: [] })
    expect(await registry.storage.list('docker/registry/v2/repositories')).toEqual([])
    expect(await refusal(registry)).toMatchObject({ code: 'NO_SUCH_REPOSITORY' })

    await registry.push('team/app', image, '1.0')
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
    expect((await names(registry)).shown).toEqual(['team/app'])
  })

  it('goes alone: repositories inside of it, and beside it, stay', async () => {
    const registry = await emptied()
    await registry.push('team/app/tools', image, '1.0')
    await registry.push('team/web', image, '1.0')
    expect(await refusal(registry)).toBeNull()
    expect((await names(registry)).listed).toEqual(['team/app/tools', 'team/web'])
    expect(await registry.pulls('team/app/tools', '1.0')).toBe(true)
    expect(await registry.pulls('team/web', '1.0')).toBe(true)
  })

  it('may have the history of a tag that a crash left without its link', async () => {
    const registry = await emptied()
    const left = `${folder}/_manifests/tags/2.0/index/sha256/${'a'.repeat(64)}/link`
    await registry.storage.write(left, contentOf('x').bytes)
    expect(await refusal(registry)).toBeNull()
    expect((await names(registry)).listed).toEqual([])
  })
})

describe('a repository is not removed', () => {
  const cases: readonly (readonly [
    string,
    string,
    (registry: TestRegistry) => Promise<unknown>,
  ])[] = [
    [
      'a tag',
      'it has 1 tag, 1 manifest, 3 layers: delete',
      (on) => on.push('team/app', image, '1'),
    ],
    [
      'a manifest without a tag',
      'it has 1 manifest, 3 layers: delete',
      (on) => on.push('team/app', image),
    ],
    [
      'a layer',
      'it has 1 layer: a collection takes',
      (on) => on.pushBlob('team/app', contentOf('x')),
    ],
    ['an upload', 'it has 1 unfinished upload: a collection', (on) => on.uploads.start(app)],
    [
      'an image in the trash',
      'the trash holds 1 image of it',
      async (on) => {
        await on.push('team/app', image, '1')
        await on.trashed('team/app', '1', { retentionMs: 3_600_000 })
      },
    ],
    [
      'a file of somebody',
      `has a stray file: notes.txt`,
      (on) => on.storage.write(`${folder}/_layers/sha256/notes.txt`, contentOf('?').bytes),
    ],
    [
      'a trash entry that nobody can read',
      'the trash entry torn cannot be read',
      (on) => on.storage.write('jetsam/v1/trash/torn.json', contentOf('{').bytes),
    ],
  ]
  it.each(cases)('that has %s', async (_, words, put) => {
    const registry = await emptied()
    await put(registry)
    const before = (await names(registry)).listed
    expect(await refusal(registry)).toEqual({
      code: 'REPOSITORY_NOT_EMPTY',
      message: expect.stringContaining(words),
    })
    expect((await names(registry)).listed).toEqual(before)
  })

  it.each(['_uploads/u/startedat', '_manifests/tags/2/current/link', '_layers/sha256/x/link'])(
    'to which %s came since it was looked at',
    async (file) => {
      const inner = createMemoryFileTree()
      // Off until the repository is removed: the collection before that removes empty folders too.
      let isLate = true
      const storage: FileTree = {
        ...inner,
        async removeEmpty(path) {
          if (!isLate && path.startsWith(folder)) {
            isLate = true
            await inner.write(`${folder}/${file}`, contentOf('late').bytes)
          }
          return await inner.removeEmpty(path)
        },
      }
      const registry = await emptied(storage)
      isLate = false
      expect(await refusal(registry)).toEqual({
        code: 'REPOSITORY_NOT_EMPTY',
        message: 'team/app is not empty any more: someone has just pushed to it',
      })
      expect(await storage.open(`${folder}/${file}`)).not.toBeNull()
    },
  )
})

it('a removal that is killed at any moment leaves an empty repository, or none', async () => {
  const left = new Set<number>()
  for (let nth = 1; ; nth += 1) {
    const { storage } = await emptied()
    const killed = killedBeforeChange(storage, nth)
    await openTestRegistry({ storage: killed.storage })
      .removeRepository(app)
      .catch(() => {})
    if (!killed.wasKilled()) break
    const after = openTestRegistry({ storage })
    const { listed } = await names(after)
    left.add(listed.length)
    // The remaining repository can be removed, and pushed to.
    if (listed.length > 0) expect(await refusal(after)).toBeNull()
    await after.push('team/app', image, '1.0')
    expect(await after.pulls('team/app', '1.0')).toBe(true)
  }
  expect(left).toEqual(new Set([0, 1]))
})
