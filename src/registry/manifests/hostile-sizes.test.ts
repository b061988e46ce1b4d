import { describe, expect, it } from 'vitest'
import { contentOf, tinyImage, tinyIndex, type TinyContent } from '#testing/builders/tiny-image.ts'
import {
  bad,
  blobPath,
  collect,
  expectKept,
  garbage,
  hex,
  isThere,
  opened,
  repositories,
} from '#testing/builders/hostile-registry.ts'
import { repositoryName, type TestRegistry } from '#testing/builders/test-registry.ts'

describe('a manifest full of descriptors, as many as four mebibytes can hold,', () => {
  const descriptor = (number: number) =>
    `{"digest":"sha256:${number.toString(16).padStart(64, '0')}","size":${2 ** 53 - 1}}`
  const config = `{"digest":"${bad.blobs[0]?.digest}","size":1}`
  const layerCount = Math.floor((4 * 1024 * 1024 - 200) / (descriptor(0).length + 1))

  /** Manifests with different layers, or with the same layer many times. */
  const full = (start: number, step: number): TinyContent =>
    contentOf(
      `{"schemaVersion":2,"config":${config},"layers":[${Array.from(
        { length: layerCount },
        (_, position) => descriptor(start + step * position),
      ).join()}]}`,
    )

  const distinct = full(1, 1)
  const same = full(1, 0)

  const link = async ({ storage }: TestRegistry, content: TinyContent, tag: string) => {
    await storage.write(blobPath(content), content.bytes)
    for (const place of [`revisions/sha256/${hex(content)}`, `tags/${tag}/current`]) {
      const path = `${repositories}/bad/app/_manifests/${place}/link`
      await storage.write(path, contentOf(content.digest).bytes)
    }
  }

  it('is collected with the rest', async () => {
    const registry = await opened()
    await registry.storage.write(blobPath(distinct), distinct.bytes)
    expect(layerCount).toBeGreaterThan(35_000)
    const { plan } = await collect(registry)
    expect(await isThere(registry, distinct)).toBe(false)
    expect(plan?.totals.bytes).toBe(distinct.bytes.length + garbage.bytes.length)
  })

  it('keeps, when it is tagged, what it names, and each tag that is not whole is told', async () => {
    const registry = await opened()
    await link(registry, distinct, 'many')
    await link(registry, same, 'same')
    const { plan, result } = await collect(registry)
    await expectKept(registry)
    expect(plan?.faults).toEqual([])
    expect(await isThere(registry, garbage)).toBe(false)
    const broken = result.verification?.broken ?? []
    expect(broken.map(({ tag }) => tag)).toEqual(['many', 'same'])
    for (const { reason } of broken) expect(reason).toMatch(/^sha256:[0-9a-f]{64} (is missing|has)/)
  })

  it('is refused in few words when its layers are not there', async () => {
    const registry = await opened()
    const { bytes, digest } = distinct
    const refused = await registry.manifests.putManifest(repositoryName('bad/app'), digest, {
      bytes,
    })
    if (refused.ok) throw new Error('it was taken')
    expect(refused.refusal.code).toBe('MANIFEST_BLOB_UNKNOWN')
    expect(refused.refusal.message).toContain(`and ${layerCount - 10} more`)
    expect(JSON.stringify(refused.refusal).length).toBeLessThan(20_000)
  })
})

describe('attachments that lead back to what they are attached to', () => {
  const fallbackTag = ({ digest }: TinyContent) => digest.replace(':', '-')

  it('are walked once, and go with their image', async () => {
    const registry = await opened()
    const signature = tinyImage({ layers: ['signature'], subject: bad })
    const list = tinyIndex({ signature }, signature)
    await registry.push('bad/app', signature)
    await registry.push('bad/app', list, fallbackTag(bad), fallbackTag(signature))
    await collect(registry, true)
    await expectKept(registry)
    await registry.trashed('bad/app', '1.0')
    await collect(registry, true)
    for (const gone of [bad, signature, list]) expect(await isThere(registry, gone)).toBe(false)
    expect(await registry.pulls('good/app', '1.0')).toBe(true)
  })
})
