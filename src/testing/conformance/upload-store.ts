import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectStore, Obstacle } from '#storage/object-store.ts'
import type { ListedUpload, UploadPrefix, UploadStore } from '#storage/upload-store.ts'
import { breakingAfter, bytesOf, listAll, readText, streamOf } from './object-store/samples.ts'

export interface UploadStoreHost {
  /** An empty store. */
  open(): Promise<{ readonly uploads: UploadStore; readonly objects: ObjectStore }>
  close?(): Promise<void>
  readonly obstacles?: Partial<Readonly<Record<Obstacle, (key: string) => Promise<void>>>>
  /**
   * Whether the bytes of an unfinished upload are no object at `data`: on object storage, nothing
   * can be appended to one.
   */
  readonly keepsBytesApart?: boolean
}

const beganAtMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const all: UploadPrefix = 'team/_uploads/'
const one: UploadPrefix = `${all}one/`
const two: UploadPrefix = `${all}two/`

/** What every upload store must do, over the objects that its uploads become. */
export function describeUploadStore(name: string, host: UploadStoreHost): void {
  describe(`${name} as an upload store`, () => {
    let uploads: UploadStore
    let objects: ObjectStore
    beforeEach(async () => {
      ;({ uploads, objects } = await host.open())
    })
    afterEach(() => host.close?.())

    const listed = async (): Promise<ListedUpload[]> => {
      const found: ListedUpload[] = []
      for await (const page of uploads.list(all)) found.push(...page)
      return found
    }
    const textOf = async (upload: UploadPrefix): Promise<string | null> => {
      const body = await uploads.read(upload)
      return body && (await new Response(body).text())
    }
    const begun = async (text: string, upload = one): Promise<void> => {
      await uploads.begin(upload, beganAtMs)
      expect(await uploads.append(upload, { offset: 0, body: bytesOf(text) })).toEqual({
        kind: 'appended',
        sizeBytes: text.length,
      })
    }

    it('is empty at first', async () => {
      expect(await uploads.stat(one)).toBeNull()
      expect(await uploads.read(one)).toBeNull()
      expect(await listed()).toEqual([])
      expect(await uploads.abort(one)).toEqual({ kind: 'absent' })
      const absent = { kind: 'absent' }
      expect(await uploads.append(one, { offset: 0, body: bytesOf('x') })).toEqual(absent)
      expect(await uploads.commit(one, 'blob', { sizeBytes: 0 })).toEqual(absent)
      expect(await listAll(objects)).toEqual([])
    })

    it('begins one without bytes, and reports its time', async () => {
      await uploads.begin(one, beganAtMs)
      const stat = await uploads.stat(one)
      expect(stat?.sizeBytes).toBe(0)
      expect(Math.abs((stat?.lastWrittenAtMs ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(await textOf(one)).toBe('')
      expect(await listed()).toEqual([{ kind: 'upload', prefix: one, ...stat }])
    })

    it('lays it out as Distribution does', async () => {
      await begun('bytes')
      expect(await readText(objects, `${one}startedat`)).toBe('2026-01-02T03:04:05Z')
      const data = host.keepsBytesApart ? null : 'bytes'
      expect(await readText(objects, `${one}data`)).toBe(data)
    })

    it('accepts bytes only at its end, as a stream or in one piece', async () => {
      await begun('one ')
      expect(await uploads.append(one, { offset: 4, body: streamOf('two ', 'three') })).toEqual({
        kind: 'appended',
        sizeBytes: 13,
      })
      for (const offset of [0, 4, 14]) {
        const body = streamOf('never')
        expect(await uploads.append(one, { offset, body })).toEqual({
          kind: 'other size',
          sizeBytes: 13,
        })
        expect(body.locked).toBe(false)
      }
      expect(await textOf(one)).toBe('one two three')
      expect(await uploads.stat(one)).toMatchObject({ sizeBytes: 13 })
      // A second begin changes nothing.
      await uploads.begin(one, beganAtMs)
      expect(await textOf(one)).toBe('one two three')
    })

    it('continues at the reported offset after a body broke off', async () => {
      await begun('one ')
      await expect(uploads.append(one, { offset: 4, body: breakingAfter('two ') })).rejects.toThrow(
        'broke off',
      )
      const { sizeBytes = 0 } = (await uploads.stat(one)) ?? {}
      expect('one two '.startsWith((await textOf(one)) ?? '-')).toBe(true)
      const rest = 'one two three'.slice(sizeBytes)
      await uploads.append(one, { offset: sizeBytes, body: bytesOf(rest) })
      expect(await textOf(one)).toBe('one two three')
    })

    it('becomes an object in one step, replacing the previous one', async () => {
      await objects.put('blobs/a/data', bytesOf('old'))
      await begun('new bytes')
      expect(await uploads.commit(one, 'blobs/a/data', { sizeBytes: 9 })).toEqual({
        kind: 'committed',
      })
      expect(await readText(objects, 'blobs/a/data')).toBe('new bytes')
      // What is left of it has no bytes, and cannot become an object again.
      expect((await uploads.stat(one))?.sizeBytes ?? 0).toBe(0)
      const again = () => uploads.commit(one, 'blobs/a/data', { sizeBytes: 9 })
      expect((await again()).kind).not.toBe('committed')
      await uploads.discard(one)
      expect(await uploads.stat(one)).toBeNull()
      expect(await listed()).toEqual([])
      expect(await again()).toEqual({ kind: 'absent' })
      expect(await readText(objects, 'blobs/a/data')).toBe('new bytes')
    })

    it('leaves nothing once it is discarded, in progress or as an object', async () => {
      // First: its time counts too, and may be in another second of the store.
      await objects.put(`${one}hashstates/sha256/5`, bytesOf('state'))
      await begun('bytes')
      await begun('others', two)
      await uploads.discard(one)
      await uploads.discard(one)
      expect(await listAll(objects, one)).toEqual([])
      expect(await textOf(two)).toBe('others')
      await uploads.commit(two, 'blobs/b/data', { sizeBytes: 6 })
      await uploads.discard(two)
      expect(await listAll(objects)).toEqual([{ kind: 'key', key: 'blobs/b/data' }])
    })

    it('becomes no object while its size differs from the caller’s', async () => {
      await objects.put('blobs/a/data', bytesOf('old'))
      await begun('bytes')
      for (const sizeBytes of [0, 4, 6]) {
        expect(await uploads.commit(one, 'blobs/a/data', { sizeBytes })).toEqual({
          kind: 'other size',
          sizeBytes: 5,
        })
      }
      expect(await readText(objects, 'blobs/a/data')).toBe('old')
      expect(await textOf(one)).toBe('bytes')
    })

    it('without bytes becomes an empty object', async () => {
      await uploads.begin(one, beganAtMs)
      expect(await uploads.commit(one, 'blobs/empty/data', { sizeBytes: 0 })).toEqual({
        kind: 'committed',
      })
      expect(await readText(objects, 'blobs/empty/data')).toBe('')
    })

    it('is aborted with everything below it, unless it was just written to', async () => {
      // First: its time counts too, and may be in another second of the store.
      await objects.put(`${one}hashstates/sha256/5`, bytesOf('state'))
      await begun('bytes')
      await begun('others', two)
      const { lastWrittenAtMs = 0 } = (await uploads.stat(one)) ?? {}
      expect(await uploads.abort(one, { unlessModifiedSinceMs: lastWrittenAtMs })).toEqual({
        kind: 'modified',
      })
      expect(await textOf(one)).toBe('bytes')
      expect(await uploads.abort(one, { unlessModifiedSinceMs: lastWrittenAtMs + 1 })).toEqual({
        kind: 'removed',
        bytes: 5,
      })
      expect(await listAll(objects, one)).toEqual([])
      expect(await uploads.abort(one)).toEqual({ kind: 'absent' })
      expect(await textOf(two)).toBe('others')
    })

    it('lists each with its size and time, and reports what is no upload', async () => {
      await begun('bytes')
      await uploads.begin(two, beganAtMs)
      await objects.put(`${all}notes`, bytesOf('x'))
      // Its bytes exist, even if its time file was removed.
      await objects.put(`${all}three/data`, bytesOf('1'))
      await objects.put(`${all}four/other`, bytesOf('no upload'))
      const found = await listed()
      expect(found).toHaveLength(4)
      expect(found).toContainEqual({ kind: 'upload', prefix: one, ...(await uploads.stat(one)) })
      expect(found).toContainEqual({ kind: 'upload', prefix: two, ...(await uploads.stat(two)) })
      expect(found).toContainEqual(
        expect.objectContaining({ kind: 'upload', prefix: `${all}three/`, sizeBytes: 1 }),
      )
      expect(found).toContainEqual({ kind: 'stray', key: `${all}notes` })
    })

    it.each(['', 'a', '../a/', 'a//', '/'])('refuses the prefix %j', async (prefix) => {
      const upload = prefix as UploadPrefix
      const invalid = { code: 'INVALID_PATH' }
      await expect(uploads.begin(upload, beganAtMs)).rejects.toMatchObject(invalid)
      await expect(uploads.stat(upload)).rejects.toMatchObject(invalid)
      await expect(uploads.read(upload)).rejects.toMatchObject(invalid)
      await expect(uploads.append(upload, { offset: 0, body: bytesOf('x') })).rejects.toMatchObject(
        invalid,
      )
      await expect(uploads.commit(upload, 'a', { sizeBytes: 0 })).rejects.toMatchObject(invalid)
      await expect(uploads.discard(upload)).rejects.toMatchObject(invalid)
      await expect(uploads.abort(upload)).rejects.toMatchObject(invalid)
      await expect(uploads.list(upload)[Symbol.asyncIterator]().next()).rejects.toMatchObject(
        invalid,
      )
    })

    describe.each(Object.entries(host.obstacles ?? {}))('with a %s', (obstacle, make) => {
      it.each([
        'team',
        'team/_uploads',
        'team/_uploads/one',
        'team/_uploads/one/data',
        'team/_uploads/one/startedat',
      ])('at %s, reports it, and takes it for no upload', async (at) => {
        await make(at)
        if (`${one}startedat` !== at && !one.startsWith(`${at}/`))
          await uploads.begin(one, beganAtMs)
        const found = await listed()
        expect(found).toContainEqual({ kind: 'blind spot', key: at, obstacle })
        expect(found.filter((item) => item.kind === 'upload')).toEqual(
          at === `${one}data`
            ? [{ kind: 'upload', prefix: one, ...(await uploads.stat(one)) }]
            : [],
        )
        expect(await uploads.stat(two)).toBeNull()
      })
    })
  })
}
