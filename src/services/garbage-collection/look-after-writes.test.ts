import { expect, test } from 'vitest'
import { createMemoryFileTree } from '#adapters/memory/memory-file-tree.ts'
import { lookAtStore, type Look } from '#gc/look.ts'
import { blobFile, blobFolder, layerLink, revisionLink, tagsFolder } from '#registry/layout.ts'
import { collectChanges } from '#registry/inventory/changes-of-keys.ts'
import { openTestRegistry, repositoryName } from '#testing/builders/test-registry.ts'
import { bySha512, contentOf, tinyImage } from '#testing/builders/tiny-image.ts'

const app = repositoryName('app')
const one = tinyImage({ layers: ['base', 'one'] })
const two = tinyImage({ layers: ['base', 'two'] })
const layer = contentOf('a layer without an image')
const minuteMs = 60_000
const hourMs = 60 * minuteMs

const digests = [one, two].flatMap(({ digest, blobs }) => [digest, ...blobs.map((b) => b.digest)])

async function answersOf(look: Look) {
  const answers = []
  for (const untaggedMinimumAgeHours of [null, 0, 1]) {
    const policy = {
      collectUntagged: untaggedMinimumAgeHours !== null,
      untaggedMinimumAgeHours: untaggedMinimumAgeHours ?? 0,
    }
    const { items, ...plan } = await look.plan(policy)
    answers.push({
      ...plan,
      items: items
        .toArray()
        .map((item) => JSON.stringify(item))
        .toSorted(),
    })
    answers.push(await look.stored(policy))
    for (const digest of digests) answers.push(await look.explain(digest, policy))
  }
  return answers
}

function createStore() {
  let changes = collectChanges()
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { nowMs: () => nowMs }
  const registry = openTestRegistry({
    storage: createMemoryFileTree({ clock }),
    clock,
    written: (keys, hasFailed) => changes.add(keys, hasFailed),
  })
  let looks = 0
  const options = {
    ...registry,
    pause: () => Promise.resolve(),
    reader: {
      ...registry.reader,
      blobs() {
        looks += 1
        return registry.reader.blobs()
      },
    },
  }
  return {
    registry,
    pass: (ms: number) => void (nowMs += ms),
    /** What this server tells of a write that a test makes by other means. */
    tell: (...keys: readonly string[]) => changes.add(keys),
    /**
     * Looks, answers, and acts. The look after what was written must answer as a new one does.
     * Returns how often everything was read for it.
     */
    async followed(act: () => Promise<unknown> | void): Promise<number> {
      const before = await lookAtStore(options)
      await answersOf(before)
      changes = collectChanges()
      await act()
      const all = changes.all()
      if (all === null) throw new Error('anything may have changed')
      looks = 0
      const after = await before.after(all)
      const read = looks
      const fresh = await lookAtStore(options)
      expect(await answersOf(after)).toEqual(await answersOf(fresh))
      return read
    },
  }
}

test('a manifest that lost its link is not taken for one that is still linked', async () => {
  const { registry, tell, followed } = createStore()
  await registry.push('app', one)
  await registry.push('app', two, '2')
  const link = revisionLink(app, one.digest)
  const read = await followed(async () => {
    await registry.storage.remove(link.slice(0, link.lastIndexOf('/')))
    tell(link)
  })
  expect(read).toBe(0)
})

test('a manifest whose bytes are written again is read again', async () => {
  const { registry, tell, followed } = createStore()
  await registry.push('app', one, '1')
  expect(
    await followed(async () => {
      await registry.storage.remove(blobFolder(one.digest))
      tell(blobFile(one.digest))
    }),
  ).toBe(0)
  expect(await followed(() => registry.push('app', one, '1'))).toBe(0)
})

test('what could not be read before is looked at again with the next write', async () => {
  const { registry, followed } = createStore()
  await registry.push('app', one, '1')
  const stray = `${tagsFolder(app)}/stray`
  await registry.storage.write(stray, new Uint8Array(1))
  const read = await followed(async () => {
    await registry.storage.remove(stray)
    await registry.push('app', two, '2')
  })
  expect(read).toBe(0)
})

test('the folder of a layer counts as its link, as long as it is there', async () => {
  const { registry, tell, followed } = createStore()
  await registry.pushBlob('app', layer)
  const link = layerLink(app, layer.digest)
  const other = link.replace(/link$/, 'else')
  const read = await followed(async () => {
    await registry.storage.write(other, new Uint8Array(1))
    await registry.storage.remove(link)
    tell(link)
  })
  expect(read).toBe(0)
})

test('an upload that is given up, or goes on, is no abandoned one any more', async () => {
  const { registry, pass, followed } = createStore()
  const [first, second] = [await registry.uploads.start(app), await registry.uploads.start(app)]
  pass(8 * 24 * hourMs)
  expect(await followed(() => registry.uploads.cancel(app, first.id))).toBe(0)
  const chunk = { body: new Uint8Array(3) }
  expect(await followed(() => registry.uploads.append(app, second.id, chunk))).toBe(0)
})

test('an image that is pushed again is as young as that push', async () => {
  const { registry, pass, followed } = createStore()
  await registry.push('app', one)
  pass(hourMs)
  const read = await followed(async () => {
    await registry.push('app', one)
    pass(minuteMs)
  })
  expect(read).toBe(0)
})

test('a blob that is written again has the size that it has now', async () => {
  const { registry, tell, followed } = createStore()
  await registry.pushBlob('app', layer)
  const file = blobFile(layer.digest)
  const read = await followed(async () => {
    await registry.storage.write(file, new Uint8Array(1000))
    tell(file)
  })
  expect(read).toBe(0)
})

test('a new repository is read, and one whose image is in the trash', async () => {
  const { registry, followed } = createStore()
  await registry.push('app', one, '1')
  expect(await followed(() => registry.push('other', two, '2'))).toBe(0)
  expect(await followed(() => registry.trashed('other', '2'))).toBe(0)
})

test('a repository that is removed is left out', async () => {
  const { registry, followed } = createStore()
  await registry.push('app', one, '1')
  const other = repositoryName('other')
  const { id } = await registry.uploads.start(other)
  await registry.uploads.cancel(other, id)
  const read = await followed(async () => {
    expect(await registry.removeRepository(other)).toMatchObject({ ok: true })
  })
  expect(read).toBe(0)
})

test('a store with layers by other digests than sha256 is read whole', async () => {
  const { registry, followed } = createStore()
  await registry.pushBlob('app', bySha512(layer))
  expect(await followed(() => registry.push('app', one, '1'))).toBe(1)
})

test('a tag that moves is remembered where it was', async () => {
  const { registry, followed } = createStore()
  await registry.push('app', one, '1', '2')
  expect(await followed(() => registry.push('app', two, '1'))).toBe(0)
  expect(await followed(() => registry.push('app', two, '2'))).toBe(0)
})
