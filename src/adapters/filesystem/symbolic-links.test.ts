import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCollection } from '#gc/run.ts'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { splitDigest } from '#domain/values/digest.ts'
import { tinyImage } from '#testing/builders/tiny-image.ts'
import type { TestRegistry } from '#testing/builders/test-registry.ts'
import { openOnDisk } from '#testing/builders/registry-on-disk.ts'

const image = tinyImage({ layers: ['base', 'app'] })
const { hex } = splitDigest(image.digest)
const repository = 'docker/registry/v2/repositories/team/app'

/** An administrator moved a folder to a larger disk, and left a link to it. */
describe.each([
  ['with promises', false],
  ['with blocking calls', true],
])('a collection that reads %s, when a symbolic link stands for', (_, isBlocking) => {
  let root = ''
  let registry: TestRegistry

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jetsam-links-'))
    registry = await openOnDisk(join(root, 'store'), isBlocking)
    await registry.push('team/app', image, '1.0')
  })
  afterEach(() => rm(root, { recursive: true }))

  async function moveAway(path: string): Promise<void> {
    const elsewhere = join(root, 'elsewhere')
    await mkdir(dirname(elsewhere), { recursive: true })
    await rename(join(root, 'store', path), elsewhere)
    await symlink(elsewhere, join(root, 'store', path))
  }

  async function putBack(path: string): Promise<void> {
    await rm(join(root, 'store', path))
    await rename(join(root, 'elsewhere'), join(root, 'store', path))
  }

  const collect = () =>
    runCollection({
      reader: registry.reader,
      remover: registry.remover,
      writers: null,
      clock: registry.clock,
      pause: () => Promise.resolve(),
      policy: { ...defaultCollectionPolicy, collectUntagged: true },
      dryRun: false,
    })

  it.each([
    'docker',
    'docker/registry/v2/blobs',
    'docker/registry/v2/repositories',
    'docker/registry/v2/repositories/team',
    repository,
    `${repository}/_layers`,
    `${repository}/_layers/sha256`,
    `${repository}/_manifests`,
  ])('%s, removes nothing', async (path) => {
    await moveAway(path)
    const outcome = await collect().then(
      ({ plan }) => plan?.faults.map(({ reason }) => reason).join(),
      (error: Error) => error.message,
    )
    expect(outcome).toMatch(/symbolic link/)
    await putBack(path)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it.each([
    `${repository}/_manifests/tags`,
    `${repository}/_manifests/tags/1.0`,
    `${repository}/_manifests/tags/1.0/current`,
    `${repository}/_manifests/tags/1.0/current/link`,
    `${repository}/_manifests/revisions`,
    `${repository}/_manifests/revisions/sha256`,
    `${repository}/_manifests/revisions/sha256/${hex}`,
    `${repository}/_manifests/revisions/sha256/${hex}/link`,
    `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}`,
  ])('%s, keeps the repository', async (path) => {
    await moveAway(path)
    const { plan } = await collect()
    expect(plan?.faults.map((fault) => fault.repository)).toContain('team/app')
    await putBack(path)
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })

  it('an entry of the trash, or the trash, removes nothing', async () => {
    const id = await registry.trashed('team/app', '1.0', { retentionMs: 10 * 365 * 86_400_000 })
    for (const path of [`jetsam/v1/trash/${id}.json`, 'jetsam/v1/trash']) {
      await moveAway(path)
      await expect(collect()).rejects.toMatchObject({ code: 'TRASH_UNREADABLE' })
      await putBack(path)
    }
    const how = { onConflict: 'refuse', restoredBy: 'bob', retentionMs: 0 } as const
    expect(await registry.trash.restore(id, how)).toMatchObject({ ok: true })
    expect(await registry.pulls('team/app', '1.0')).toBe(true)
  })
})
