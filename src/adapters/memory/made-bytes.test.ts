import { expect, it } from 'vitest'
import { bytesOf } from './made-bytes.ts'
import { createMemoryFileTree } from './memory-file-tree.ts'
import { createMemoryObjectStore } from './memory-object-store.ts'

const made = { seed: 7, byteLength: 200_001 }

const readAll = async (stream: ReadableStream<Uint8Array> | undefined): Promise<Uint8Array> => {
  const response = new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>)
  return new Uint8Array(await response.arrayBuffer())
}

/** Compared at once: as values, two such arrays take seconds. */
const isSame = (one: Uint8Array | undefined, other: Uint8Array): boolean =>
  one !== undefined && Buffer.compare(one, other) === 0

async function open() {
  const files = createMemoryFileTree({ files: [['a/b', { bytes: made, modifiedAtMs: 5 }]] })
  return { files, objects: createMemoryObjectStore(files) }
}

it('is the same bytes however they are read, and others for another seed', async () => {
  const { files, objects } = await open()
  const whole = bytesOf(made)
  expect(whole).toHaveLength(made.byteLength)
  expect(isSame(await (await files.open('a/b'))?.bytes(), whole)).toBe(true)
  for (const [start, end] of [
    [0, 200_000],
    [65_535, 65_536],
    [10, 140_000],
    [131_072, 131_072],
    [200_000, 200_000],
  ] as const) {
    const opened = await objects.get('a/b', { start, end })
    expect(isSame(await readAll(opened?.body), whole.slice(start, end + 1))).toBe(true)
  }
  expect(isSame(bytesOf({ ...made, seed: 8 }), whole)).toBe(false)
  // No two blocks are the same, so no layer is a repetition.
  expect(isSame(whole.slice(0, 65_536), whole.slice(65_536, 131_072))).toBe(false)
})

it('stays a recipe in a snapshot, under another name too, and becomes bytes when it grows', async () => {
  const { files } = await open()
  await files.move('a/b', 'c')
  expect([...files.files()]).toEqual([['c', { bytes: made, modifiedAtMs: 5 }]])
  await files.write('c', new Uint8Array([1, 2]), { append: true })
  const grown = await (await files.open('c'))?.bytes()
  expect(grown).toHaveLength(made.byteLength + 2)
  expect(isSame(grown?.slice(0, made.byteLength), bytesOf(made))).toBe(true)
})

it('is not read by a question for small files', async () => {
  const { objects } = await open()
  expect(await objects.getMany(['a/b'], { maximumBytes: 1000 })).toEqual([
    { kind: 'too large', sizeBytes: made.byteLength, modifiedAtMs: 5 },
  ])
})
