import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCollection, type Collection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { contentOf, tinyImage } from '#testing/builders/tiny-image.ts'
import { blobFile, revisionLink, tagLink } from '#registry/layout.ts'
import { repositoryName, tagName, type TestRegistry } from '#testing/builders/test-registry.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'

const bad = tinyImage({ layers: ['base', 'bad'] })
const good = tinyImage({ layers: ['base', 'good'] })
const garbage = contentOf('garbage')
const hugeBytes = 5 * 1024 ** 3
const app = repositoryName('bad/app')

describe.each([
  ['with promises', false],
  ['with blocking calls', true],
])('a file that is larger than memory, read %s', (_, isBlocking) => {
  let root = ''
  let registry: TestRegistry

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jetsam-hostile-'))
    registry = await openOnDisk(root, isBlocking)
    await registry.push('bad/app', bad, '1.0')
    await registry.push('good/app', good, '1.0')
    await registry.pushBlob('good/app', garbage)
  })
  afterEach(() => rm(root, { recursive: true }))

  /** Takes no room on the disk: it has only a length. */
  async function makeHuge(path: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true })
    const file = await open(join(root, path), 'w')
    await file.truncate(hugeBytes)
    await file.close()
  }

  const collect = (): Promise<Collection> =>
    runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: null,
      clock: registry.clock,
      pause: () => Promise.resolve(),
      policy: { ...defaultCollectionPolicy, collectUntagged: true },
      dryRun: false,
    })

  async function expectKeptAndTold(reason: string): Promise<void> {
    const { plan, result } = await collect()
    expect(plan?.faults.map((fault) => `${fault.repository}: ${fault.reason}`)).toEqual([reason])
    for (const blob of bad.blobs) {
      expect(await registry.storage.open(blobFile(blob.digest))).not.toBeNull()
    }
    // Other repositories were not affected.
    expect(await registry.storage.open(blobFile(garbage.digest))).toBeNull()
    expect(await registry.pulls('good/app', '1.0')).toBe(true)
    expect(result.failures).toEqual([])
  }

  it('in the place of a manifest keeps its repository', async () => {
    await makeHuge(blobFile(bad.digest))
    await expectKeptAndTold(
      `bad/app: the manifest ${bad.digest} cannot be read: the file has ${hugeBytes} bytes; until it is pushed again, or deleted, its whole repository is kept`,
    )
  })

  it("in the place of a tag's link keeps its repository", async () => {
    await makeHuge(tagLink(app, tagName('1.0')))
    await expectKeptAndTold('bad/app: tag 1.0: its link is empty or no digest')
  })

  it("in the place of a manifest's link counts as a link", async () => {
    await makeHuge(revisionLink(app, bad.digest))
    const { plan } = await collect()
    expect(plan?.faults).toEqual([])
    expect(await registry.pulls('bad/app', '1.0')).toBe(true)
  })

  it('as an unneeded layer is collected like any other', async () => {
    const blob = contentOf('nobody has bytes like these')
    await makeHuge(blobFile(blob.digest))
    const { result } = await collect()
    expect(result.planned.bytes).toBe(hugeBytes + garbage.bytes.length)
    // It is one large hole: removing it frees no block of the disk.
    expect(result.removed.bytes).toBe(garbage.bytes.length)
    expect(await registry.storage.open(blobFile(blob.digest))).toBeNull()
  })
})
