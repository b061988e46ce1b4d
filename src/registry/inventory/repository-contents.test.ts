import { packDigests } from '#domain/values/packed-digests.ts'
import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { splitDigest, type Digest } from '#domain/values/digest.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { pausingStorage } from '#testing/faults/pausing-storage.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { contentsByName, openTestRegistry } from '#testing/builders/test-registry.ts'

const app = 'docker/registry/v2/repositories/team/app'
const one = tinyImage({ layers: ['base', 'one'] })
const hex = (digest: Digest) => splitDigest(digest).hex

describe('the contents of a repository', () => {
  it('turns what is broken into faults', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0', 'broken')
    const empty = new Uint8Array()
    await registry.storage.write(`${app}/_manifests/tags/broken/current/link`, empty)
    const revision = `${app}/_manifests/revisions/sha256/${hex(one.digest)}/link`
    await registry.storage.write(revision, empty)
    await registry.storage.write(`${app}/_manifests/revisions/sha256/stray/link`, empty)
    await registry.storage.write(`${app}/_manifests/tags/.stray/current/link`, empty)
    const contents = (await contentsByName(registry.reader)).get('team/app')
    expect(contents?.revisions).toEqual(packDigests([one.digest]))
    expect(contents?.tags).toContainEqual({ name: 'broken', digest: null, history: [one.digest] })
    expect(contents?.faults.map((fault) => [fault.reason, fault.hidesContent])).toEqual([
      ['its tags have a stray folder: .stray', false],
      ['tag broken: its link is empty or no digest', true],
      [expect.stringContaining('has a stray folder: stray'), false],
      [`manifest ${one.digest}: its link is empty or no digest`, false],
    ])
  })

  it('takes no tag for broken that is pushed just while it looks', async () => {
    const { stopBefore, storage } = pausingStorage(createMemoryFileTree())
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0')
    await registry.storage.remove(`${app}/_manifests/tags/1.0/current`)
    const looked = stopBefore('list', `${app}/_manifests/tags/1.0/current`)
    const reading = contentsByName(registry.reader)
    await looked.reached
    await registry.push('team/app', one, '1.0')
    looked.goOn()
    expect((await reading).get('team/app')).toMatchObject({
      tags: [{ name: '1.0', digest: one.digest }],
      faults: [],
    })
  })

  it('says of a tag that has some other file, and no link, that it is broken', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one, '1.0')
    await registry.storage.remove(`${app}/_manifests/tags/1.0/current`)
    await registry.storage.write(`${app}/_manifests/tags/1.0/current/stray`, one.bytes)
    expect((await contentsByName(registry.reader)).get('team/app')).toMatchObject({
      tags: [{ name: '1.0', digest: null }],
      faults: [{ reason: 'tag 1.0: it has a file, and no link', hidesContent: true }],
    })
  })

  it('knows of no revision that Distribution has unlinked', async () => {
    const registry = openTestRegistry()
    await registry.push('team/app', one)
    await registry.storage.remove(`${app}/_manifests/revisions/sha256/${hex(one.digest)}/link`)
    expect((await contentsByName(registry.reader)).get('team/app')).toMatchObject({
      revisions: packDigests([]),
      faults: [],
    })
  })

  it('says that a folder hides its content, if it may not be read or is named wrongly', async () => {
    const inner = createMemoryFileTree()
    const storage: FileTree = {
      ...inner,
      list: (path) =>
        path === `${app}/_manifests/tags`
          ? Promise.reject(new StoreError('DENIED', path))
          : inner.list(path),
    }
    const registry = openTestRegistry({ storage })
    await registry.push('team/app', one, '1.0')
    await inner.write('docker/registry/v2/repositories/Upper/_manifests/x', new Uint8Array())
    const contents = await contentsByName(registry.reader)
    expect(contents.get('team/app')?.faults).toMatchObject([{ hidesContent: true }])
    expect(contents.get('Upper')?.faults).toMatchObject([{ hidesContent: true }])
  })
})
