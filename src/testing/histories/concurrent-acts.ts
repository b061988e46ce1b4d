import fc from 'fast-check'
import type { PushGate } from '#coordination/push-gate.ts'
import {
  tinyImage,
  tinyIndex,
  type TinyContent,
  type TinyManifest,
} from '../builders/tiny-image.ts'
import { parseReference } from '#registry/manifests/tag-or-digest.ts'
import { repositoryName, tagName, valueOf, type TestRegistry } from '../builders/test-registry.ts'

const repositories = ['app', 'base'] as const
const repository = fc.constantFrom(...repositories)
const pick = fc.nat(5)
/** Few, so that pushes often repeat what was deleted. */
const layers = fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 })
const retentionMs = fc.constantFrom(0, 48 * 3_600_000)

const pushing = fc.record({
  kind: fc.constant('push'),
  repository,
  layers,
  /** False: only by its digest, as the platforms of an index are. */
  isTagged: fc.boolean(),
  /** The repository from which missing blobs are first mounted. */
  mountsFrom: fc.option(repository),
})

const pushingIndex = fc.record({
  kind: fc.constant('index'),
  repository,
  platforms: fc.uniqueArray(fc.nat(2), { minLength: 1, maxLength: 2 }),
})

/** Earlier pushes: some of their images are garbage by now. */
export const earlierPush = fc.record({
  act: fc.oneof({ weight: 4, arbitrary: pushing }, pushingIndex),
  isDeleted: fc.boolean(),
})
export type EarlierPush = typeof earlierPush extends fc.Arbitrary<infer T> ? T : never

/** The acts of a writer; except deletions, none may fail. */
export const concurrentAct = fc.oneof(
  { weight: 5, arbitrary: pushing },
  { weight: 2, arbitrary: pushingIndex },
  fc.record({ kind: fc.constant('attach'), repository, layers, subject: layers }),
  fc.record({ kind: fc.constant('retag'), repository, pick }),
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restore'), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delete'), repository, pick, retentionMs }),
  },
  fc.record({ kind: fc.constant('delete repository'), repository, retentionMs }),
  fc.record({ kind: fc.constant('forever'), pick }),
)
export type ConcurrentAct = typeof concurrentAct extends fc.Arbitrary<infer T> ? T : never

/** The outcome of a push. */
export interface Outcome {
  readonly act: ConcurrentAct
  readonly repository: string
  readonly reference: string
  readonly digest: string
  /** `pushed`; `refused`, by the gate; or why the registry did not accept it. */
  readonly end: string
}

export const imageOf = (numbers: readonly number[], subject?: TinyManifest): TinyManifest =>
  tinyImage({ layers: numbers.map((number) => `layer ${number}`), subject })

class Refused extends Error {}

const chosen = <T>(items: readonly T[], number: number): T | undefined =>
  items[number % Math.max(1, items.length)]

/** A client that pushes as real ones do: asks first, then mounts or uploads, then commits. */
export function createClient(
  registry: TestRegistry,
  gate: Pick<PushGate, 'enter'>,
  createTag: () => string,
  tell: (outcome: Outcome) => void,
) {
  const { blobs, catalog, manifests, trash, uploads } = registry

  async function inside<T>(
    where: string,
    step: 'upload' | 'commit',
    reference: 'tag' | 'digest',
    write: () => Promise<T>,
  ): Promise<T> {
    const pass = await gate.enter({ repository: where, step, reference })
    if (!pass.entered) throw new Refused()
    try {
      return await write()
    } finally {
      pass.leave()
    }
  }

  async function ensureBlob(where: string, from: string | null, blob: TinyContent): Promise<void> {
    const name = repositoryName(where)
    if ((await blobs.head(name, blob.digest, 'push-check')) !== null) return
    const mounts = () => blobs.mount(name, repositoryName(from ?? where), blob.digest)
    if (from !== null && (await inside(where, 'upload', 'tag', mounts))) return
    const half = Math.ceil(blob.bytes.length / 2)
    const { id } = await inside(where, 'upload', 'tag', () => uploads.start(name))
    const first = { body: blob.bytes.slice(0, half) }
    valueOf(await inside(where, 'upload', 'tag', () => uploads.append(name, id, first)))
    const last = { body: blob.bytes.slice(half) }
    valueOf(await inside(where, 'upload', 'tag', () => uploads.finish(name, id, blob.digest, last)))
  }

  async function commit(where: string, image: TinyManifest, reference: string): Promise<void> {
    const kind = reference.startsWith('sha256:') ? 'digest' : 'tag'
    const parsed = valueOf(parseReference(reference))
    const body = { bytes: image.bytes, contentType: image.mediaType }
    valueOf(
      await inside(where, 'commit', kind, () =>
        manifests.putManifest(repositoryName(where), parsed, body),
      ),
    )
  }

  async function ensureImage(
    where: string,
    image: TinyManifest,
    reference: string,
    from: string | null = null,
  ): Promise<void> {
    for (const blob of image.blobs) await ensureBlob(where, from, blob)
    await commit(where, image, reference)
  }

  async function attempt(
    act: ConcurrentAct,
    where: string,
    image: TinyManifest,
    reference: string,
    push: () => Promise<void>,
  ): Promise<void> {
    const about = { act, repository: where, reference, digest: image.digest }
    try {
      await push()
      tell({ ...about, end: 'pushed' })
    } catch (error) {
      tell({ ...about, end: error instanceof Refused ? 'refused' : String(error) })
    }
  }

  return async function perform(act: ConcurrentAct): Promise<void> {
    switch (act.kind) {
      case 'push': {
        const image = imageOf(act.layers)
        const reference = act.isTagged ? createTag() : image.digest
        return await attempt(act, act.repository, image, reference, () =>
          ensureImage(act.repository, image, reference, act.mountsFrom),
        )
      }
      case 'index': {
        const platforms = act.platforms.map((number) => imageOf([number, (number + 1) % 3]))
        const index = tinyIndex(Object.fromEntries(platforms.entries()))
        const reference = createTag()
        return await attempt(act, act.repository, index, reference, async () => {
          const name = repositoryName(act.repository)
          for (const platform of platforms) {
            // A platform that exists already is not pushed again.
            const digest = valueOf(parseReference(platform.digest))
            if ((await manifests.readManifest(name, digest, 'push-check')) !== null) continue
            await ensureImage(act.repository, platform, platform.digest)
          }
          await commit(act.repository, index, reference)
        })
      }
      case 'attach': {
        const artifact = imageOf(act.layers, imageOf(act.subject))
        return await attempt(act, act.repository, artifact, artifact.digest, () =>
          ensureImage(act.repository, artifact, artifact.digest),
        )
      }
      case 'retag': {
        const name = repositoryName(act.repository)
        const digests = []
        for await (const batch of catalog.revisions(name)) digests.push(...batch)
        const digest = chosen(digests.toSorted(), act.pick)
        if (digest) await manifests.tagManifest(name, tagName(createTag()), digest)
        return
      }
      case 'restore': {
        const entry = chosen(await trash.list(), act.pick)
        const how = { onConflict: 'skip-tags', restoredBy: 'bob', retentionMs: 0 } as const
        if (entry) await trash.restore(entry.id, how)
        return
      }
      case 'delete': {
        const name = repositoryName(act.repository)
        const tag = chosen(await catalog.tagNames(name), act.pick)
        if (tag) await registry.softDelete(act.repository, tag, { retentionMs: act.retentionMs })
        return
      }
      case 'delete repository': {
        const { retentionMs: held } = act
        const name = repositoryName(act.repository)
        await trash.softDeleteRepository({ repository: name, deletedBy: 'a', retentionMs: held })
        return
      }
      case 'forever': {
        const entry = chosen(await trash.list(), act.pick)
        if (entry) await trash.deleteForever(entry.id)
      }
    }
  }
}
