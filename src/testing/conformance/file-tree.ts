import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bytes } from '#storage/bytes.ts'
import { StoreError } from '#storage/errors.ts'
import type { FileTree } from '#adapters/filesystem/file-tree.ts'

const bytes = (text: string): Bytes => new TextEncoder().encode(text)

function streamOf(...chunks: readonly string[]): ReadableStream<Bytes> {
  const left = chunks.map(bytes)
  return new ReadableStream<Bytes>({
    pull(controller) {
      const chunk = left.shift()
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
}

function breakingAfter(text: string): ReadableStream<Bytes> {
  let sent = false
  return new ReadableStream<Bytes>({
    pull(controller) {
      if (sent) return controller.error(new Error('the client broke off'))
      sent = true
      controller.enqueue(bytes(text))
    },
  })
}

const read = async (storage: FileTree, path: string): Promise<string | null> => {
  const file = await storage.open(path)
  return file && new TextDecoder().decode(await file.bytes())
}

const names = async (storage: FileTree, path: string): Promise<string[]> =>
  (await storage.list(path)).map((entry) => `${entry.kind} ${entry.name}`).toSorted()

async function allFiles(storage: FileTree, folder = ''): Promise<string[]> {
  const found: string[] = []
  for (const entry of await storage.list(folder)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.kind === 'file') found.push(path)
    else found.push(...(await allFiles(storage, path)))
  }
  return found.toSorted()
}

/**
 * What every storage must do. `open` returns an empty storage, and `close` is called after each
 * test.
 */
export function describeStorage(
  name: string,
  host: { open(): Promise<FileTree>; close?(): Promise<void> },
): void {
  describe(`${name} as a storage`, () => {
    let storage: FileTree
    beforeEach(async () => {
      storage = await host.open()
    })
    afterEach(() => host.close?.())

    it('is empty at first', async () => {
      expect(await storage.open('a/b')).toBeNull()
      expect(await storage.list('a')).toEqual([])
      expect(await storage.list('')).toEqual([])
    })

    it('reads back what was written, with its size', async () => {
      expect(await storage.write('a/b/c', bytes('hello'))).toBe(5)
      const file = await storage.open('a/b/c')
      expect(file?.sizeBytes).toBe(5)
      expect(await read(storage, 'a/b/c')).toBe('hello')
      expect(Math.abs((file?.modifiedAtMs ?? 0) - Date.now())).toBeLessThan(60_000)
    })

    it('writes an empty file', async () => {
      await storage.write('a', new Uint8Array())
      expect((await storage.open('a'))?.sizeBytes).toBe(0)
    })

    it('replaces a file', async () => {
      await storage.write('a/b', bytes('a longer text'))
      await storage.write('a/b', bytes('short'))
      expect(await read(storage, 'a/b')).toBe('short')
    })

    it('writes a stream', async () => {
      expect(await storage.write('a/b', streamOf('one ', 'two ', 'three'))).toBe(13)
      expect(await read(storage, 'a/b')).toBe('one two three')
    })

    it('keeps the old file when the stream of the new one breaks off', async () => {
      await storage.write('a/b', bytes('old'))
      await expect(storage.write('a/b', breakingAfter('new'))).rejects.toThrow('broke off')
      expect(await read(storage, 'a/b')).toBe('old')
      expect(await allFiles(storage)).toEqual(['a/b'])
    })

    it('appends, and keeps what came before the stream broke off', async () => {
      expect(await storage.write('a', bytes('one '), { append: true })).toBe(4)
      expect(await storage.write('a', streamOf('two ', 'three '), { append: true })).toBe(10)
      await expect(storage.write('a', breakingAfter('four '), { append: true })).rejects.toThrow()
      expect(await read(storage, 'a')).toBe('one two three four ')
    })

    it('streams a whole file and any part of it', async () => {
      await storage.write('a', bytes('0123456789'))
      const file = await storage.open('a')
      const text = (range?: { start: number; end: number }) =>
        new Response(file?.stream(range)).text()
      expect(await text()).toBe('0123456789')
      expect(await text({ start: 0, end: 0 })).toBe('0')
      expect(await text({ start: 3, end: 5 })).toBe('345')
      expect(await text({ start: 8, end: 100 })).toBe('89')
      expect(await text({ start: 10, end: 20 })).toBe('')
    })

    it('streams large files in parts, and lets the reader stop', async () => {
      const large = new Uint8Array(1_000_000).map((_, position) => position % 251)
      await storage.write('a', large)
      const file = await storage.open('a')
      const back = new Uint8Array(await new Response(file?.stream()).arrayBuffer())
      // Not `toEqual`, which takes seconds over a million numbers.
      expect(back.every((byte, position) => byte === large[position])).toBe(true)
      expect(back).toHaveLength(large.length)
      const reader = file?.stream().getReader()
      const first = await reader?.read()
      expect(first?.value?.length).toBeLessThan(large.length)
      await reader?.cancel()
    })

    it('does not let a reader change what is stored', async () => {
      await storage.write('a', bytes('hello'))
      ;(await (await storage.open('a'))?.bytes())?.fill(0)
      expect(await read(storage, 'a')).toBe('hello')
    })

    it('lists files and folders of one level', async () => {
      await storage.write('a/file', bytes('1'))
      await storage.write('a/folder/file', bytes('2'))
      await storage.write('ab/file', bytes('3'))
      expect(await names(storage, 'a')).toEqual(['file file', 'folder folder'])
      expect(await names(storage, '')).toEqual(['folder a', 'folder ab'])
      expect(await names(storage, 'a/file')).toEqual([])
    })

    it('distinguishes files from folders', async () => {
      await storage.write('a/b', bytes('1'))
      expect(await storage.open('a')).toBeNull()
      expect(await storage.open('a/b/c')).toBeNull()
      await expect(storage.write('a/b/c', bytes('2'))).rejects.toBeInstanceOf(StoreError)
      await expect(storage.write('a', bytes('2'))).rejects.toBeInstanceOf(StoreError)
      expect(await read(storage, 'a/b')).toBe('1')
    })

    it('moves a file over another', async () => {
      await storage.write('from/a', bytes('new'))
      await storage.write('to/b', bytes('old'))
      await storage.move('from/a', 'to/b')
      expect(await allFiles(storage)).toEqual(['to/b'])
      expect(await read(storage, 'to/b')).toBe('new')
    })

    it('moves a folder with its content', async () => {
      await storage.write('from/x/a', bytes('1'))
      await storage.write('from/x/y/b', bytes('2'))
      await storage.move('from/x', 'to/z')
      expect(await allFiles(storage)).toEqual(['to/z/a', 'to/z/y/b'])
    })

    it('cannot move a missing file', async () => {
      await expect(storage.move('a', 'b')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    it('removes a file, a folder, and nothing else', async () => {
      for (const path of ['a/b/1', 'a/b/c/2', 'a/bc', 'a/d']) {
        await storage.write(path, bytes(path))
      }
      await storage.remove('a/b')
      expect(await allFiles(storage)).toEqual(['a/bc', 'a/d'])
      await storage.remove('a/d')
      expect(await allFiles(storage)).toEqual(['a/bc'])
    })

    it('removes a missing file without an error', async () => {
      await storage.remove('a/b/c')
      await storage.write('a', bytes('1'))
      await storage.remove('a/b')
      expect(await read(storage, 'a')).toBe('1')
    })

    it('removes a folder of folders, but none with a file anywhere in it', async () => {
      await storage.write('a/b/c/1', bytes('1'))
      await storage.write('a/d/2', bytes('2'))
      expect(await storage.removeEmpty('a')).toBe(false)
      expect(await storage.removeEmpty('a/b/c/1')).toBe(false)
      expect(await allFiles(storage)).toEqual(['a/b/c/1', 'a/d/2'])
      await storage.remove('a/b/c/1')
      expect(await storage.removeEmpty('a/b')).toBe(true)
      expect(await storage.removeEmpty('a/nothing')).toBe(true)
      expect(await names(storage, 'a')).toEqual(['folder d'])
      // Later calls find no trace.
      await storage.write('a/b/3', bytes('3'))
      expect(await allFiles(storage)).toEqual(['a/b/3', 'a/d/2'])
    })

    it('loses nothing that is written while empty folders are removed', async () => {
      for (let round = 0; round < 30; round += 1) {
        const path = `a/${round}/b/c/d`
        await storage.write(`${path}/gone`, bytes('x'))
        await storage.remove(`${path}/gone`)
        const [isGone] = await Promise.all([
          storage.removeEmpty('a'),
          storage.write(`${path}/kept`, bytes('kept')),
        ])
        expect(await read(storage, `${path}/kept`), `${round}: ${isGone}`).toBe('kept')
        await storage.remove('a')
      }
    })

    it.each(['', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../../b', 'a/./b', 'a\\b', 'a\0b'])(
      'refuses the path %j',
      async (path) => {
        const invalid = { code: 'INVALID_PATH' }
        await expect(read(storage, path)).rejects.toMatchObject(invalid)
        await expect(storage.write(path, bytes('1'))).rejects.toMatchObject(invalid)
        await expect(storage.remove(path)).rejects.toMatchObject(invalid)
        await expect(storage.removeEmpty(path)).rejects.toMatchObject(invalid)
        await expect(storage.move(path, 'b')).rejects.toMatchObject(invalid)
        if (path !== '') await expect(names(storage, path)).rejects.toMatchObject(invalid)
      },
    )

    it('lists a folder of thousands', async () => {
      const tags = Array.from({ length: 3000 }, (_, position) => `tag-${position}`)
      await Promise.all(tags.map((tag) => storage.write(`tags/${tag}/link`, bytes(tag))))
      expect(await storage.list('tags')).toHaveLength(3000)
    })
  })
}
