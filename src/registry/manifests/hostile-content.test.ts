import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { contentOf, tinyIndex } from '#testing/builders/tiny-image.ts'
import {
  bad,
  blobPath,
  clock,
  collect,
  expectKept,
  garbage,
  good,
  hex,
  isThere,
  opened,
  reasons,
  registryOver,
  repositories,
} from '#testing/builders/hostile-registry.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { openTestRegistry } from '#testing/builders/test-registry.ts'

const deep = `{"layers":${'['.repeat(500_000)}${']'.repeat(500_000)}}`

describe('a manifest that is', () => {
  it.each([
    ['empty', '', 'the file is empty'],
    ['truncated', new TextDecoder().decode(bad.bytes.slice(0, 40)), 'the manifest is not JSON'],
    ['nested very deeply', deep, 'the manifest has more than 64 levels of nesting'],
    ['huge', ' '.repeat(4 * 1024 * 1024 + 1), `the file has ${4 * 1024 * 1024 + 1} bytes`],
    ['of no kind', '{"schemaVersion":1}', 'the manifest lists neither layers nor manifests'],
    ['both kinds', '{"manifests":[],"layers":[]}', 'the fields of an index and of an image'],
    ['another one than its digest says', new TextDecoder().decode(good.bytes), good.digest],
    ['an index that lists itself', new TextDecoder().decode(tinyIndex({ x: bad }).bytes), 'stored'],
  ])('%s keeps its repository, is named, and stops no other', async (_, text, reason) => {
    const registry = await opened()
    await registry.storage.write(blobPath(bad), contentOf(text).bytes)
    for (const untagged of [false, true]) {
      const run = await collect(registry, untagged)
      await expectKept(registry)
      expect(reasons(run)).toEqual([expect.stringContaining(`bad/app: the manifest ${bad.digest}`)])
      expect(reasons(run)?.[0]).toContain(reason)
    }
    expect(await isThere(registry, garbage)).toBe(false)
    // A second push makes it whole.
    await registry.push('bad/app', { ...bad, blobs: [] }, '1.0')
    expect(await registry.pulls('bad/app', '1.0')).toBe(true)
  })

  it('of two kinds at once keeps what either needs', async () => {
    const registry = await opened()
    const blob = contentOf('only an artifact has it')
    const fields = JSON.parse(new TextDecoder().decode(good.bytes)) as object
    const mediaType = 'application/vnd.oci.artifact.manifest.v1+json'
    const size = blob.bytes.length
    const blobs = [{ mediaType: 'text/plain', digest: blob.digest, size }]
    const text = JSON.stringify({ ...fields, mediaType, blobs })
    await registry.pushBlob('good/app', blob)
    await registry.push('good/app', { ...contentOf(text), mediaType, blobs: [] }, 'both')
    await collect(registry, true)
    expect(await isThere(registry, blob)).toBe(true)
    expect(await isThere(registry, garbage)).toBe(false)
  })

  it('gone, and listed by a tagged index, keeps its layers whatever the policy is', async () => {
    const registry = await opened()
    await registry.push('bad/app', tinyIndex({ amd64: bad }), '1.0')
    await registry.storage.remove(blobPath(bad))
    const run = await collect(registry, true)
    await expectKept(registry)
    expect(reasons(run)).toEqual([`bad/app: the manifest ${bad.digest} is missing`])
  })
})

describe('a folder that', () => {
  it('is laid out like a repository keeps what it links, whatever it is called', async () => {
    const registry = await opened()
    for (const layer of [bad, ...bad.blobs]) {
      const path = `${repositories}/Team/App/_layers/sha256/${hex(layer)}/link`
      await registry.storage.write(path, contentOf(layer.digest).bytes)
    }
    await registry.storage.remove(`${repositories}/bad`)
    const run = await collect(registry)
    await expectKept(registry)
    expect(reasons(run)).toEqual([
      'Team/App: the folder is not named like a repository; move it away if it is not needed',
    ])
    expect(await isThere(registry, garbage)).toBe(false)
  })

  it.each(['bad', 'bad/app', 'bad/app/_layers', 'bad/app/_layers/sha256'])(
    'may not be read (%s) stops the collection before its first deletion',
    async (folder) => {
      const inner = createMemoryFileTree({ clock })
      const storage: FileTree = {
        ...inner,
        list: (path) =>
          path === `${repositories}/${folder}`
            ? Promise.reject(new StoreError('DENIED', path))
            : inner.list(path),
      }
      await registryOver(inner)
      const registry = openTestRegistry({ storage, clock })
      await expect(collect(registry)).rejects.toMatchObject({
        code: 'LAYERS_HIDDEN',
        message: expect.stringContaining(folder.split('/')[0] ?? ''),
      })
      expect(await isThere(registry, garbage)).toBe(true)
    },
  )

  it('has neither layers nor tags is a repository all the same', async () => {
    const registry = await opened()
    const none = tinyIndex({})
    const revision = `${repositories}/none/_manifests/revisions/sha256/${hex(none)}/link`
    await registry.storage.write(blobPath(none), none.bytes)
    await registry.storage.write(revision, contentOf(none.digest).bytes)
    const run = await collect(registry)
    expect(reasons(run)).toEqual([])
    expect(await registry.pulls('none', none.digest)).toBe(true)
  })

  it('is a repository inside another one is collected on its own', async () => {
    const registry = await opened()
    await registry.push('good/app/inner', bad, '1.0')
    await registry.trashed('good/app', '1.0')
    await collect(registry)
    expect(await registry.pulls('good/app/inner', '1.0')).toBe(true)
    expect(await isThere(registry, good)).toBe(false)
  })
})

describe('a link that', () => {
  it.each(['', 'nothing', 'x'.repeat(9000)])('says %j keeps all it may stand for', async (text) => {
    const registry = await opened()
    const path = `${repositories}/bad/app/_manifests/tags/1.0/current/link`
    await registry.storage.write(path, contentOf(text).bytes)
    const run = await collect(registry, true)
    await expectKept(registry)
    expect(reasons(run)).toEqual(['bad/app: tag 1.0: its link is empty or no digest'])
    expect(await registry.pulls('bad/app', bad.digest)).toBe(true)
    expect(await isThere(registry, garbage)).toBe(false)
  })

  it('may not be read is a broken one, and stops no other repository', async () => {
    const inner = createMemoryFileTree({ clock })
    await registryOver(inner)
    const denied = `${repositories}/bad/app/_manifests/tags/1.0/current/link`
    const storage: FileTree = {
      ...inner,
      open: (path) =>
        path === denied ? Promise.reject(new StoreError('DENIED', path)) : inner.open(path),
    }
    const registry = openTestRegistry({ storage, clock })
    const run = await collect(registry, true)
    await expectKept(registry)
    expect(reasons(run)).toEqual(['bad/app: tag 1.0: its link may not be read'])
  })

  it('leads to a blob that is gone is dropped, when nothing needs it', async () => {
    const registry = await opened()
    await registry.storage.remove(blobPath(garbage))
    const run = await collect(registry)
    expect(run.plan?.items.toArray().map(({ step, digest }) => [step, digest])).toEqual([
      ['layer-link', garbage.digest],
    ])
  })
})

describe('a stray file', () => {
  it('anywhere is reported, or left alone', async () => {
    const registry = await opened()
    const app = `${repositories}/bad/app`
    const strays = [
      `${repositories}/README`,
      `${app}/notes.txt`,
      `${app}/_layers/sha256/notes.txt`,
      `${app}/_manifests/revisions/sha256/notes.txt`,
      `${app}/_manifests/tags/notes.txt`,
      `${app}/_uploads/notes.txt`,
      'docker/registry/v2/blobs/sha256/notes.txt',
      'docker/registry/v2/blobs/sha256/aa/notes.txt',
      'jetsam/v1/trash/notes.txt',
    ]
    for (const path of strays) await registry.storage.write(path, contentOf('?').bytes)
    const run = await collect(registry)
    expect(reasons(run)).toHaveLength(4)
    for (const path of strays) expect(await registry.storage.open(path), path).not.toBeNull()
    expect(await registry.pulls('bad/app', '1.0')).toBe(true)
    expect(await isThere(registry, garbage)).toBe(false)
  })
})
