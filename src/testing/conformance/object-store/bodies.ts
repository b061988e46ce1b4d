import { beforeEach, describe, expect, it } from 'vitest'
import type { Bytes } from '#storage/bytes.ts'
import {
  breakingAfter,
  bytesOf,
  listAll,
  places,
  putAll,
  readText,
  streamOf,
  type OpenedStore,
} from './samples.ts'

/** How an object store must handle the bytes of objects. */
export function describeBodies(opened: OpenedStore): void {
  describe('put', () => {
    it.each(['durable', 'lazy'] as const)('writes a whole object, %s', async (durability) => {
      expect(await opened.store.put('a/b', bytesOf('a longer text'), { durability })).toBe(13)
      expect(await opened.store.put('a/b', streamOf('one ', 'two'), { durability })).toBe(7)
      expect(await readText(opened.store, 'a/b')).toBe('one two')
      await opened.store.put('a/b', new Uint8Array(), { durability, fromReserve: true })
      expect(await readText(opened.store, 'a/b')).toBe('')
    })

    it('keeps the old object when the body breaks off', async () => {
      await expect(opened.store.put('a/b', breakingAfter('new'))).rejects.toThrow('broke off')
      expect(await listAll(opened.store)).toEqual([])
      await opened.store.put('a/b', bytesOf('old'))
      await expect(opened.store.put('a/b', breakingAfter('new'))).rejects.toThrow('broke off')
      expect(await readText(opened.store, 'a/b')).toBe('old')
      expect(await places(opened.store)).toEqual(['a/b'])
    })

    it('shows nothing of an unfinished object', async () => {
      const halves = new TransformStream<Bytes, Bytes>()
      const writer = halves.writable.getWriter()
      void writer.write(bytesOf('half '))
      const putting = opened.store.put('a/b', halves.readable)
      // Other objects come and go first, so that it has started.
      await putAll(opened.store, ['c', 'd'])
      expect(await places(opened.store)).toEqual(['c', 'd'])
      expect(await opened.store.get('a/b')).toBeNull()
      void writer.write(bytesOf('whole'))
      void writer.close()
      expect(await putting).toBe(10)
      expect(await readText(opened.store, 'a/b')).toBe('half whole')
    })

    it('keeps no reference to the given bytes', async () => {
      const bytes = bytesOf('hello')
      await opened.store.put('a', bytes)
      bytes.fill(0)
      expect(await readText(opened.store, 'a')).toBe('hello')
    })

    it('of several at the same time, one wins, whole', async () => {
      const bodies = Array.from({ length: 12 }, (_, at) => new Uint8Array(100_000 + at).fill(at))
      await opened.store.put('a', bodies[0] ?? bytesOf(''))
      const puts = bodies.map((body, at) =>
        opened.store.put('a', at % 2 === 0 ? body : new Blob([body]).stream()),
      )
      const reads = Array.from({ length: 50 }, async () => {
        await Promise.race(puts)
        return await opened.store.getMany(['a'], { maximumBytes: 200_000 })
      })
      const seen = (await Promise.all(reads)).flat()
      await Promise.all(puts)
      seen.push(...(await opened.store.getMany(['a'], { maximumBytes: 200_000 })))
      for (const outcome of seen) {
        const bytes = outcome.kind === 'found' ? outcome.bytes : null
        const at = bytes?.[0] ?? -1
        expect(bytes?.length).toBe(100_000 + at)
        expect(bytes?.every((byte) => byte === at)).toBe(true)
      }
      expect(await places(opened.store)).toEqual(['a'])
    })
  })

  describe('get', () => {
    beforeEach(async () => {
      await opened.store.put('a', bytesOf('0123456789'))
    })

    it.each([
      ['all of it', undefined, { start: 0, end: 9 }],
      ['its first byte', { start: 0, end: 0 }, { start: 0, end: 0 }],
      ['a part', { start: 3, end: 5 }, { start: 3, end: 5 }],
      ['all from a byte on', { start: 3 }, { start: 3, end: 9 }],
      ['no more than the object has', { start: 8, end: 100 }, { start: 8, end: 9 }],
      ['its last bytes', { suffix: 3 }, { start: 7, end: 9 }],
      ['all of it for a longer suffix', { suffix: 100 }, { start: 0, end: 9 }],
      ['nothing from after its end', { start: 10 }, null],
      ['nothing of a part after its end', { start: 10, end: 20 }, null],
      ['nothing of a suffix of zero bytes', { suffix: 0 }, null],
    ])('returns %s', async (_, part, range) => {
      const found = await opened.store.get('a', part)
      expect(found).toMatchObject({ sizeBytes: 10, range })
      const text = range ? '0123456789'.slice(range.start, range.end + 1) : ''
      expect(await new Response(found?.body).text()).toBe(text)
    })

    it('returns nothing of an empty object', async () => {
      await opened.store.put('empty', new Uint8Array())
      for (const part of [undefined, { start: 0 }, { suffix: 5 }]) {
        const found = await opened.store.get('empty', part)
        expect(found).toMatchObject({ sizeBytes: 0, range: null })
        expect(await new Response(found?.body).text()).toBe('')
      }
    })

    it('returns large objects in parts, and lets the reader stop', async () => {
      const large = new Uint8Array(1_000_000).map((_, position) => position % 251)
      await opened.store.put('large', large)
      const whole = await opened.store.get('large')
      const back = new Uint8Array(await new Response(whole?.body).arrayBuffer())
      // Not `toEqual`, which takes seconds over a million numbers.
      expect(back.every((byte, position) => byte === large[position])).toBe(true)
      expect(back).toHaveLength(large.length)
      const reader = (await opened.store.get('large'))?.body.getReader()
      expect((await reader?.read())?.value?.length).toBeLessThan(large.length)
      await reader?.cancel()
    })

    it('returns bytes whose change does not affect the store', async () => {
      const reader = (await opened.store.get('a'))?.body.getReader()
      ;(await reader?.read())?.value?.fill(0)
      await reader?.cancel()
      expect(await readText(opened.store, 'a')).toBe('0123456789')
    })
  })

  it('reads many, each by itself, in the requested order', async () => {
    const keys = Array.from({ length: 150 }, (_, at) => `many/${149 - at}/link`)
    await putAll(opened.store, keys)
    const asked = [...keys, 'many', 'many/1', 'many/1/link/more', 'nowhere']
    const gone = Array.from({ length: 4 }, () => ({ kind: 'absent' }))
    const tooLarge = { kind: 'too large', sizeBytes: 14, modifiedAtMs: expect.any(Number) }
    const gets = await opened.store.getMany(asked, { maximumBytes: 13 })
    expect(
      gets.map((get) => (get.kind === 'found' ? new TextDecoder().decode(get.bytes) : get)),
    ).toEqual([...keys.map((key) => (key.length > 13 ? tooLarge : key)), ...gone])
    const heads = await opened.store.headMany(asked)
    expect(heads.map((head) => (head.kind === 'found' ? head.sizeBytes : head))).toEqual([
      ...keys.map((key) => key.length),
      ...gone,
    ])
  })

  it('returns the same time of an object from each call', async () => {
    await opened.store.put('a', bytesOf('1'))
    const [head] = await opened.store.headMany(['a'])
    const [got] = await opened.store.getMany(['a'], { maximumBytes: 1 })
    const [large] = await opened.store.getMany(['a'], { maximumBytes: 0 })
    const modifiedAtMs = head?.kind === 'found' ? head.modifiedAtMs : NaN
    expect(Math.abs(modifiedAtMs - Date.now())).toBeLessThan(60_000)
    expect(got).toMatchObject({ modifiedAtMs })
    expect(large).toEqual({ kind: 'too large', sizeBytes: 1, modifiedAtMs })
    expect(await opened.store.get('a')).toMatchObject({ modifiedAtMs })
  })
}
