import { describe, expect, it } from 'vitest'
import { createDigester } from '#adapters/crypto-web/digester.ts'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { contentOf } from '#testing/builders/tiny-image.ts'
import { StoreError } from '#storage/errors.ts'
import { objectsOverFiles } from '#adapters/filesystem/objects-over-file-tree.ts'
import type { Bytes } from '#storage/bytes.ts'
import { uploadsOverFiles } from '#adapters/filesystem/uploads-over-files.ts'
import type { UploadStore } from '#storage/upload-store.ts'
import {
  filesOf,
  openTestRegistry,
  repositoryName,
  valueOf,
} from '#testing/builders/test-registry.ts'

const app = repositoryName('team/app')
const bytes = (text: string): Bytes => new TextEncoder().encode(text)
const sha512 = (text: string) => {
  const digester = createDigester('sha512')
  digester.update(bytes(text))
  return digester.digest()
}

function streamOf(...parts: readonly (string | Error)[]): ReadableStream<Bytes> {
  const left = [...parts]
  return new ReadableStream<Bytes>({
    pull(controller) {
      const part = left.shift()
      if (part === undefined) controller.close()
      else if (part instanceof Error) controller.error(part)
      else controller.enqueue(bytes(part))
    },
  })
}

const read = async (registry: ReturnType<typeof openTestRegistry>, digest: string) => {
  const blob = await registry.blobs.open(app, digest as Parameters<typeof registry.blobs.open>[1])
  return blob && (await new Response(blob.body).text())
}

describe('uploads', () => {
  it('take a blob in chunks, which is visible only when it is whole', async () => {
    const registry = openTestRegistry()
    const { digest } = contentOf('one two three')
    const { id } = await registry.uploads.start(app)
    const first = await registry.uploads.append(app, id, { body: bytes('one '), offset: 0 })
    expect(first).toMatchObject({ ok: true, value: { sizeBytes: 4 } })
    const second = { body: streamOf('tw', 'o '), offset: 4, sizeBytes: 4 }
    expect(await registry.uploads.append(app, id, second)).toMatchObject({ ok: true })
    expect(await read(registry, digest)).toBeNull()
    expect(await registry.uploads.status(app, id)).toMatchObject({ sizeBytes: 8 })
    const finished = await registry.uploads.finish(app, id, digest, { body: streamOf('three') })
    expect(finished).toEqual({ ok: true, value: { digest, sizeBytes: 13 } })
    expect(await read(registry, digest)).toBe('one two three')
    expect(await registry.uploads.status(app, id)).toBeNull()
  })

  it('have the format of Distribution while they last, and leave nothing', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage, startMs: Date.UTC(2026, 4, 3, 2, 1, 0, 789) })
    const { id } = await registry.uploads.start(app)
    await registry.uploads.append(app, id, { body: bytes('one') })
    const folder = `docker/registry/v2/repositories/team/app/_uploads/${id}`
    expect(await filesOf(storage)).toEqual(
      new Map([
        [`${folder}/startedat`, '2026-05-03T02:01:00Z'],
        [`${folder}/data`, 'one'],
      ]),
    )
    expect(await registry.uploads.cancel(app, id)).toBe(true)
    expect(await registry.uploads.cancel(app, id)).toBe(false)
    expect((await filesOf(storage)).size).toBe(0)
  })

  it('take an empty blob', async () => {
    const registry = openTestRegistry()
    const { digest } = contentOf('')
    const { id } = await registry.uploads.start(app)
    valueOf(await registry.uploads.finish(app, id, digest))
    expect(await read(registry, digest)).toBe('')
  })

  it('refuse other bytes than the digest says, and keep none of them', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    const { id } = await registry.uploads.start(app)
    const finished = registry.uploads.finish(app, id, contentOf('right').digest, {
      body: bytes('wrong'),
    })
    expect(await finished).toMatchObject({ ok: false, refusal: { code: 'DIGEST_INVALID' } })
    expect((await filesOf(storage)).size).toBe(0)
  })

  it('refuse a chunk that does not begin where the last one ended', async () => {
    const registry = openTestRegistry()
    const { id } = await registry.uploads.start(app)
    await registry.uploads.append(app, id, { body: bytes('one') })
    for (const offset of [0, 2, 4]) {
      const refused = await registry.uploads.append(app, id, { body: bytes('x'), offset })
      expect(refused).toMatchObject({
        ok: false,
        refusal: { code: 'RANGE_INVALID', status: { sizeBytes: 3 } },
      })
    }
    expect(await registry.uploads.status(app, id)).toMatchObject({ sizeBytes: 3 })
  })

  it.each([
    ['fewer', 'one', 4, 3],
    ['more', 'one', 2, 0],
  ])('refuse %s bytes than were announced', async (_, text, sizeBytes, kept) => {
    const registry = openTestRegistry()
    const { id } = await registry.uploads.start(app)
    const refused = await registry.uploads.append(app, id, { body: streamOf(text), sizeBytes })
    expect(refused).toMatchObject({
      ok: false,
      refusal: { code: 'SIZE_INVALID', status: { sizeBytes: kept } },
    })
    expect(await registry.uploads.status(app, id)).toMatchObject({ sizeBytes: kept })
  })

  it('go on after the client broke off', async () => {
    const registry = openTestRegistry()
    const { id } = await registry.uploads.start(app)
    const broken = streamOf('one ', new Error('the client broke off'))
    await expect(registry.uploads.append(app, id, { body: broken })).rejects.toThrow('broke off')
    expect(await registry.uploads.status(app, id)).toMatchObject({ sizeBytes: 4 })
    valueOf(await registry.uploads.append(app, id, { body: bytes('two'), offset: 4 }))
    const { digest } = contentOf('one two')
    expect(await registry.uploads.finish(app, id, digest)).toMatchObject({ ok: true })
  })

  it.each([
    ['stated', { body: bytes('two'), offset: 4 }],
    ['not stated', { body: streamOf('t', 'wo') }],
  ])('go on after the process was started again, at an offset that is %s', async (_, chunk) => {
    const storage = createMemoryFileTree()
    const before = openTestRegistry({ storage })
    const { id } = await before.uploads.start(app)
    await before.uploads.append(app, id, { body: bytes('one ') })
    const after = openTestRegistry({ storage })
    expect(await after.uploads.append(app, id, chunk)).toMatchObject({ value: { sizeBytes: 7 } })
    const { digest } = contentOf('one two')
    expect(await after.uploads.finish(app, id, digest)).toMatchObject({ ok: true })
    expect(await read(after, digest)).toBe('one two')
  })

  it('take one request at a time', async () => {
    const registry = openTestRegistry()
    const { id } = await registry.uploads.start(app)
    const { readable, writable } = new TransformStream<Bytes, Bytes>()
    const slow = registry.uploads.append(app, id, { body: readable })
    const refused = await registry.uploads.append(app, id, { body: bytes('fast') })
    expect(refused).toMatchObject({ refusal: { code: 'RANGE_INVALID' } })
    const writer = writable.getWriter()
    await writer.write(bytes('slow'))
    await writer.close()
    expect(await slow).toMatchObject({ value: { sizeBytes: 4 } })
  })

  it('are hashed as their bytes pass, and not read again, though a chunk was refused', async () => {
    const storage = createMemoryFileTree()
    const uploadStore: UploadStore = {
      ...uploadsOverFiles(storage, objectsOverFiles(storage)),
      read: () => Promise.reject(new Error('read again')),
    }
    const registry = openTestRegistry({ storage, uploadStore })
    const { id } = await registry.uploads.start(app)
    valueOf(await registry.uploads.append(app, id, { body: streamOf('one ') }))
    for (const body of [streamOf('never'), bytes('never')]) {
      expect(await registry.uploads.append(app, id, { body, offset: 1 })).toMatchObject({
        refusal: { code: 'RANGE_INVALID' },
      })
    }
    const finished = await registry.uploads.finish(app, id, contentOf('one two').digest, {
      body: bytes('two'),
    })
    expect(finished).toMatchObject({ ok: true })
  })

  it('become blobs even if the rest of them cannot be removed', async () => {
    const inner = createMemoryFileTree()
    const remove = (path: string) => Promise.reject(new StoreError('DENIED', path))
    const registry = openTestRegistry({ storage: { ...inner, remove } })
    const { digest } = contentOf('one')
    const { id } = await registry.uploads.start(app)
    const finished = registry.uploads.finish(app, id, digest, { body: bytes('one') })
    await expect(finished).rejects.toMatchObject({ code: 'DENIED' })
    expect(await read(registry, digest)).toBe('one')
  })

  it('keep sha512 blobs under their sha256, as Distribution does', async () => {
    const storage = createMemoryFileTree()
    const registry = openTestRegistry({ storage })
    const { id } = await registry.uploads.start(app)
    valueOf(await registry.uploads.finish(app, id, sha512('x'), { body: bytes('x') }))
    const stored = contentOf('x').digest
    expect(await read(registry, sha512('x'))).toBe('x')
    expect(await read(registry, stored)).toBe('x')
    const link = `docker/registry/v2/repositories/team/app/_layers/${sha512('x').replace(':', '/')}/link`
    expect((await filesOf(storage)).get(link)).toBe(stored)
    const wrong = await registry.uploads.start(app)
    expect(
      await registry.uploads.finish(app, wrong.id, sha512('y'), { body: bytes('x') }),
    ).toMatchObject({ refusal: { code: 'DIGEST_INVALID' } })
  })

  it.each(['unknown', '../../etc', '', 'a/b'])('are not there for the id %j', async (id) => {
    const registry = openTestRegistry()
    const unknown = { ok: false, refusal: { code: 'BLOB_UPLOAD_UNKNOWN' } }
    expect(await registry.uploads.status(app, id)).toBeNull()
    expect(await registry.uploads.append(app, id, { body: bytes('x') })).toMatchObject(unknown)
    const { digest } = contentOf('x')
    expect(await registry.uploads.finish(app, id, digest)).toMatchObject(unknown)
    expect(await registry.uploads.cancel(app, id)).toBe(false)
  })

  it('belong to one repository', async () => {
    const registry = openTestRegistry()
    const { id } = await registry.uploads.start(app)
    expect(await registry.uploads.status(repositoryName('other'), id)).toBeNull()
  })
})
