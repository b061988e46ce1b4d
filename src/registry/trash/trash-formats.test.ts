import { describe, expect, it } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import { blobFile, blobFolder } from '../layout.ts'
import { encodeTrashFile, parseTrashFile } from './trash-file.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'
import { filesOf, openTestRegistry } from '#testing/builders/test-registry.ts'

const restore = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
const one = tinyImage({ layers: ['base', 'one'] })

/** An entry as the first version wrote it, with the bytes of its manifest. */
const firstVersion = `{"version":1,"id":"old","repository":"team/app","reference":"1.0","digest":"sha256:41e570570f8ca01a12b27e151edb1f57712b5c7acea7796c8c5fbfc5b16b9172","manifests":[{"digest":"sha256:41e570570f8ca01a12b27e151edb1f57712b5c7acea7796c8c5fbfc5b16b9172","role":"image","mediaType":"application/vnd.oci.image.manifest.v1+json","sizeBytes":550,"bytes":"eyJzY2hlbWFWZXJzaW9uIjoyLCJtZWRpYVR5cGUiOiJhcHBsaWNhdGlvbi92bmQub2NpLmltYWdlLm1hbmlmZXN0LnYxK2pzb24iLCJjb25maWciOnsibWVkaWFUeXBlIjoiYXBwbGljYXRpb24vdm5kLm9jaS5pbWFnZS5jb25maWcudjEranNvbiIsImRpZ2VzdCI6InNoYTI1Njo5ZDk5YTc1MTcxYWVhMDAwYzcxMWIzNGMwZTVlM2YyOGQzZDUzN2RkOTlkMTEwZWFmYmZiYzJiZDhlNTJjMmJmIiwic2l6ZSI6Mzd9LCJsYXllcnMiOlt7Im1lZGlhVHlwZSI6ImFwcGxpY2F0aW9uL3ZuZC5vY2kuaW1hZ2UubGF5ZXIudjEudGFyK2d6aXAiLCJkaWdlc3QiOiJzaGEyNTY6Y2FlNjYyMTcyZmQ0NTBiYjBjZDcxMGE3NjkwNzljMDViZmM1ZDhlMzVlZmE2NTc2ZWRjN2QwMzc3YWZkZDRhMiIsInNpemUiOjR9LHsibWVkaWFUeXBlIjoiYXBwbGljYXRpb24vdm5kLm9jaS5pbWFnZS5sYXllci52MS50YXIrZ3ppcCIsImRpZ2VzdCI6InNoYTI1Njo3NjkyYzNhZDM1NDBiYjgwM2MwMjBiM2FlZTY2Y2Q4ODg3MTIzMjM0ZWEwYzZlNzE0M2MwYWRkNzNmZjQzMWVkIiwic2l6ZSI6M31dfQ=="}],"holes":[],"tags":[{"name":"1.0","digest":"sha256:41e570570f8ca01a12b27e151edb1f57712b5c7acea7796c8c5fbfc5b16b9172"}],"deletedAtMs":1767225600000,"deletedBy":"alice","heldUntilMs":1767225600000,"hadRetention":false,"state":"held","restore":null}`

const entryFile = 'jetsam/v1/trash/old.json'
const copyFile = 'jetsam/v1/trash/old.manifests'

/** A storage with an image in the trash, as the first version left it. */
async function openOld() {
  const memory = createMemoryFileTree()
  const before = openTestRegistry({ storage: memory })
  await before.push('team/app', one, '1.0')
  await before.trash.softDelete({
    repository: 'team/app' as never,
    reference: '1.0' as never,
    extent: 'image',
    deletedBy: 'alice',
    retentionMs: 0,
  })
  await memory.remove('jetsam/v1/trash')
  await memory.write(entryFile, new TextEncoder().encode(firstVersion))
  const read: string[] = []
  const full = { is: false }
  const storage: FileTree = {
    ...memory,
    open(path, options) {
      read.push(path)
      return memory.open(path, options)
    },
    async write(path, body, options) {
      if (full.is) throw new StoreError('FULL', path)
      return await memory.write(path, body, options)
    },
  }
  return { memory, storage, read, full, registry: openTestRegistry({ storage }) }
}

const textOf = async (storage: ReturnType<typeof createMemoryFileTree>, path: string) =>
  (await filesOf(storage)).get(path) ?? null

describe('an entry of the first version', () => {
  it('is listed, and restored with the same digests', async () => {
    const { registry } = await openOld()
    expect(await registry.trash.list()).toMatchObject([
      { id: 'old', digest: one.digest, tags: [{ name: '1.0' }], manifests: [{ role: 'image' }] },
    ])
    expect(await registry.trash.restore('old', restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('is restored also where its manifest is nowhere else', async () => {
    const { registry, memory } = await openOld()
    await memory.remove(blobFolder(one.digest))
    expect(await registry.trash.restore('old', restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it.each(['there', 'gone', 'other bytes'])(
    'gives its manifest to the blobs at the start (where it is %s), and keeps a copy beside',
    async (blob) => {
      const { registry, memory } = await openOld()
      if (blob === 'gone') await memory.remove(blobFolder(one.digest))
      if (blob === 'other bytes') await memory.write(blobFile(one.digest), new Uint8Array(9))
      await registry.trash.recover()
      const text = (await textOf(memory, entryFile)) ?? ''
      expect(JSON.parse(text)).toMatchObject({ version: 2, id: 'old', state: 'held' })
      expect(text).not.toContain('bytes":"')
      expect(await textOf(memory, copyFile)).toBe(new TextDecoder().decode(one.bytes))
      expect(await registry.trash.restore('old', restore)).toMatchObject({ ok: true })
      expect(await registry.pulls('team/app', '1.0')).toBe(true)
      expect(await textOf(memory, copyFile)).toBeNull()
    },
  )

  it('stays as it is where storage takes nothing', async () => {
    const { registry, memory, full } = await openOld()
    full.is = true
    await registry.trash.recover()
    expect(await textOf(memory, entryFile)).toBe(firstVersion)
    full.is = false
    expect(await registry.trash.restore('old', restore)).toMatchObject({ ok: true })
  })

  it('keeps its bytes through a change of what else it says', async () => {
    const { registry, memory } = await openOld()
    await registry.trash.deleteForever('old')
    await memory.remove(blobFolder(one.digest))
    expect(await registry.trash.restore('old', restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })
})

describe('an entry', () => {
  it('is listed without reading a manifest, or its copy', async () => {
    const { registry, read } = await openOld()
    await registry.trash.recover()
    await registry.queries.heldBytes()
    read.length = 0
    await registry.trash.list()
    await registry.queries.heldBytes()
    for await (const _ of registry.reader.blobs()) continue
    await registry.reader.trash()
    expect(read).not.toContain(blobFile(one.digest))
    expect(read).not.toContain(copyFile)
  })

  it('is made on a full disk that takes nothing but the entry itself', async () => {
    const memory = createMemoryFileTree()
    const full: FileTree = {
      ...memory,
      async write(path, body, options) {
        if (!path.endsWith('.json')) throw new StoreError('FULL', path)
        return await memory.write(path, body, options)
      },
    }
    await openTestRegistry({ storage: memory }).push('team/app', one, '1.0')
    const registry = openTestRegistry({ storage: full })
    const id = await registry.trashed('team/app', '1.0')
    const again = openTestRegistry({ storage: memory })
    expect(await again.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await again.pulls('team/app', '1.0')).toBe(true)
  })

  it('is not restored with a manifest that is not what its digest says', async () => {
    const memory = createMemoryFileTree()
    const registry = openTestRegistry({ storage: memory })
    await registry.push('team/app', one, '1.0')
    const id = await registry.trashed('team/app', '1.0')
    await memory.write(blobFile(one.digest), new TextEncoder().encode('{}'))
    await memory.write(`jetsam/v1/trash/${id}.manifests`, one.bytes.toReversed())
    expect(await registry.trash.restore(id, restore)).toMatchObject({
      refusal: { code: 'CONTENT_MISSING', missing: [one.digest] },
    })
    await memory.write(`jetsam/v1/trash/${id}.manifests`, one.bytes)
    expect(await registry.trash.restore(id, restore)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('leaves no copy without it', async () => {
    const { registry, memory } = await openOld()
    await memory.write('jetsam/v1/trash/orphan.manifests', one.bytes)
    await registry.trash.recover()
    expect(await textOf(memory, 'jetsam/v1/trash/orphan.manifests')).toBeNull()
    expect(await textOf(memory, copyFile)).not.toBeNull()
  })
})

/** The bytes that an entry holds are reported once they are known. */
it('large manifests are counted while nobody waits', async () => {
  const large = tinyImage({ layers: ['l'], annotations: { text: 'x'.repeat(3_000_000) } })
  const other = tinyImage({ layers: ['m'], annotations: { text: 'y'.repeat(3_000_000) } })
  const registry = openTestRegistry()
  for (const [image, tag] of [
    [large, '1'],
    [other, '2'],
  ] as const) {
    await registry.push('team/app', image, tag)
    await registry.trashed('team/app', tag)
  }
  expect([...(await registry.queries.heldBytes()).values()]).toEqual([null, null])
  let held: readonly (number | null)[] = [null]
  for (let asked = 0; asked < 100 && held.includes(null); asked += 1) {
    held = [...(await registry.queries.heldBytes()).values()]
  }
  expect(held.every((bytes) => bytes !== null && bytes > 3_000_000)).toBe(true)
})

it('a file keeps its names in storage when the code renames them', () => {
  const digest = `sha256:${'0'.repeat(64)}`
  const file = {
    version: 2,
    id: 'old',
    repository: 'team/app',
    reference: '1.0',
    digest,
    manifests: [{ digest, mediaType: 'application/json', role: 'image', sizeBytes: 2 }],
    tags: [{ name: '1.0', digest }],
    holes: [digest],
    deletedAtMs: 1,
    deletedBy: 'alice',
    heldUntilMs: 2,
    hadRetention: true,
    state: 'restoring',
    restore: {
      tags: [{ name: '1.0', digest }],
      borrowed: [digest],
      replace: true,
      restoredBy: 'bob',
      retentionMs: 3,
      ends: ['tags'],
    },
  }
  const parsed = parseTrashFile(new TextEncoder().encode(JSON.stringify(file)))
  if (!parsed.ok) throw new Error(parsed.refusal.message)
  expect(JSON.parse(new TextDecoder().decode(encodeTrashFile(parsed.value)))).toEqual(file)
})
