import fc from 'fast-check'
import { pushModes } from '#domain/policy/collection-policy.ts'
import { contentOf, tinyImage, tinyIndex, type TinyManifest } from '../builders/tiny-image.ts'
import type { HistoryState } from './history-state.ts'
import { deleteLayer, mountLayer } from './history-layers.ts'
import { unlink, type HistoryRegistry } from './history-unlink.ts'
import { repositoryName, tagName } from '../builders/test-registry.ts'

const hourMs = 3_600_000
const repositories = ['app', 'app/tools', 'base'] as const
const tags = ['1', '2', 'latest'] as const

const repository = fc.constantFrom(...repositories)
const tag = fc.constantFrom(...tags)
const pick = fc.nat(7)
const layers = fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 })
/** Mostly null. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
const retentionMs = fc.constantFrom(0, hourMs, 48 * hourMs)

const deletion = fc.oneof(
  fc.record({
    kind: fc.constant('delete'),
    repository,
    by: fc.constantFrom('tag', 'image', 'digest'),
    pick,
    retentionMs,
  }),
  fc.record({ kind: fc.constant('forever'), pick }),
  fc.record({ kind: fc.constant('delete repository'), repository, retentionMs }),
)

const restoration = fc.record({
  kind: fc.constant('restore'),
  pick,
  onConflict: fc.constantFrom('refuse', 'skip-tags', 'replace'),
})

/** What docker-registry does in the same storage when a client deletes by digest. */
const unlinking = fc.record({ kind: fc.constant('unlink'), repository, pick })
/** Deletes only a blob that no manifest needs; the trash may still need it. */
const blobDeletion = fc.record({ kind: fc.constant('delete blob'), repository, pick })

const pushing = fc.record({
  kind: fc.constant('push'),
  repository,
  layers,
  tag: fc.option(tag),
  elsewhere: rarely(fc.constant(true)),
})

/** What happens during a collection: any act, or the worst one for what it removes. */
const meanwhile = fc.oneof(
  fc.record({
    during: fc.constantFrom('inventory', 'sweep'),
    before: fc.nat(9),
    act: fc.oneof(deletion, restoration, unlinking, blobDeletion),
  }),
  fc.record({
    during: fc.constant('sweep'),
    before: fc.nat(9),
    act: fc.record({
      kind: fc.constant('snatch'),
      how: fc.constantFrom('delete', 'unlink', 'push'),
    }),
  }),
)

const act = fc.oneof(
  { weight: 4, arbitrary: pushing },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('index'),
      repository,
      picks: fc.uniqueArray(pick, { minLength: 1, maxLength: 3 }),
      tag: fc.option(tag),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('attach'),
      repository,
      pick,
      layers,
      how: fc.constantFrom('subject', 'fallback', 'cosign'),
    }),
  },
  fc.record({ kind: fc.constant('retag'), repository, pick, tag }),
  fc.record({ kind: fc.constant('mount'), from: repository, repository, pick }),
  fc.record({ kind: fc.constant('blob'), repository, layer: fc.nat(5) }),
  fc.record({ kind: fc.constant('upload'), repository }),
  { weight: 4, arbitrary: deletion },
  { weight: 2, arbitrary: restoration },
  unlinking,
  blobDeletion,
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('collect'),
      how: fc.constantFrom('plain', 'plain', 'dry', 'at most'),
      mode: fc.constantFrom(...pushModes),
      untaggedHours: fc.constantFrom(null, 0, 24),
      stopAfter: rarely(fc.nat(12)),
      meanwhile: fc.option(meanwhile, { freq: 2 }),
    }),
  },
  // Below zero: the clock is set back.
  fc.record({ kind: fc.constant('pass'), hours: fc.constantFrom(1, 25, 200, -1, -30) }),
  fc.record({ kind: fc.constant('restart') }),
  fc.record({ kind: fc.constant('remove repository'), repository }),
)

/** What fails during an act: before which of its changes, and whether the process survives. */
const mishap = rarely(
  fc.record({ before: fc.integer({ min: 1, max: 14 }), kind: fc.constantFrom('kill', 'fail') }),
)

const historyStep = fc.record({ act, mishap })
export type HistoryStep = typeof historyStep extends fc.Arbitrary<infer T> ? T : never
export type HistoryAct = HistoryStep['act']

/** At least one step, and often as many as there may be. */
export const historyOf = (maxLength: number): fc.Arbitrary<HistoryStep[]> =>
  fc.array(historyStep, { minLength: 1, maxLength, size: 'max' })

export type Meanwhile = NonNullable<CollectAct['meanwhile']>
export type SnatchAct = Extract<Meanwhile['act'], { kind: 'snatch' }>
export type CollectAct = Extract<HistoryAct, { kind: 'collect' }>

/** The layer type of cosign's signatures: without a subject, only this shows what they are. */
const cosignLayer = 'application/vnd.dev.cosign.simplesigning.v1+json'

const textOfLayer = (number: number): string => `layer ${number}`

const chosen = (items: Iterable<string>, number: number): string | undefined => {
  const sorted = [...items].toSorted()
  return sorted[number % Math.max(1, sorted.length)]
}

/** A pushed manifest in the form that it was built from. */
export function rebuilt(state: HistoryState, digest: string): TinyManifest {
  const content = contentOf(state.blobs.get(digest) ?? '')
  const { mediaType } = JSON.parse(state.blobs.get(digest) ?? '{}') as { mediaType: string }
  return { ...content, mediaType, blobs: [] }
}

/**
 * What an interrupted deletion names: it is finished before anything else, and cannot be listed.
 */
const leavingIn = ({ trash }: HistoryState, name: string): ReadonlySet<string> =>
  new Set(
    [...trash.values()]
      .filter((entry) => entry.state === 'deleting' && entry.repository === name)
      .flatMap(({ manifests }) => manifests.map(({ digest }) => digest)),
  )

const indexOf = (members: readonly TinyManifest[]): TinyManifest =>
  tinyIndex(Object.fromEntries(members.entries()))

/** Does one act. True: it was acknowledged; false: refused, or there was nothing to act on. */
export async function perform(
  doing: Exclude<HistoryAct, CollectAct | { kind: 'restart' }>,
  registry: HistoryRegistry,
  state: HistoryState,
): Promise<boolean> {
  const linked = (name: string) => state.repositories.get(name)?.revisions.keys() ?? []
  switch (doing.kind) {
    case 'push': {
      const image = tinyImage({ layers: doing.layers.map(textOfLayer) })
      await registry.push(doing.repository, image, doing.tag ?? image.digest)
      return true
    }
    case 'index': {
      const leaving = leavingIn(state, doing.repository)
      const digests = doing.picks
        .flatMap((number) => chosen(linked(doing.repository), number) ?? [])
        .filter((digest) => !leaving.has(digest))
      if (digests.length === 0) return false
      const index = indexOf([...new Set(digests)].map((digest) => rebuilt(state, digest)))
      await registry.push(doing.repository, index, doing.tag ?? index.digest)
      return true
    }
    case 'attach': {
      const digest = chosen(linked(doing.repository), doing.pick)
      if (digest === undefined) return false
      const isCosign = doing.how === 'cosign'
      const subject = isCosign ? undefined : rebuilt(state, digest)
      const config = `{"of":"${digest}"}`
      const artifact = tinyImage({
        layers: doing.layers.map(textOfLayer),
        config,
        subject,
        layerMediaType: isCosign ? cosignLayer : undefined,
      })
      const fallbackTag = digest.replace(':', '-')
      await registry.push(
        doing.repository,
        artifact,
        isCosign ? `${fallbackTag}.sig` : artifact.digest,
      )
      if (doing.how === 'fallback') {
        await registry.push(doing.repository, indexOf([artifact]), fallbackTag)
      }
      return true
    }
    case 'retag': {
      const digest = chosen(linked(doing.repository), doing.pick)
      if (digest === undefined) return false
      const name = repositoryName(doing.repository)
      return (
        await registry.manifests.tagManifest(
          name,
          tagName(doing.tag),
          rebuilt(state, digest).digest,
        )
      ).ok
    }
    case 'mount':
      return await mountLayer(registry, state, doing)
    case 'blob':
      await registry.pushBlob(doing.repository, contentOf(textOfLayer(doing.layer)))
      return true
    case 'delete blob':
      return await deleteLayer(registry, state, doing)
    case 'upload': {
      const name = repositoryName(doing.repository)
      const { id } = await registry.uploads.start(name)
      return (await registry.uploads.append(name, id, { body: contentOf('half').bytes })).ok
    }
    case 'delete': {
      const names = state.repositories.get(doing.repository)?.tags.keys() ?? []
      const reference =
        doing.by === 'digest'
          ? chosen(linked(doing.repository), doing.pick)
          : chosen(names, doing.pick)
      if (reference === undefined) return false
      const extent = doing.by === 'tag' ? 'tag' : 'image'
      const { retentionMs: held } = doing
      return (await registry.softDelete(doing.repository, reference, { extent, retentionMs: held }))
        .ok
    }
    case 'delete repository': {
      const deleted = await registry.trash.softDeleteRepository({
        repository: repositoryName(doing.repository),
        deletedBy: 'alice',
        retentionMs: doing.retentionMs,
      })
      return deleted.ok && deleted.value.entry !== null
    }
    case 'forever':
      return await registry.trash.deleteForever(chosen(state.trash.keys(), doing.pick) ?? 'none')
    case 'restore': {
      const id = chosen(state.trash.keys(), doing.pick) ?? 'none'
      const { onConflict } = doing
      return (await registry.trash.restore(id, { onConflict, restoredBy: 'bob', retentionMs: 0 }))
        .ok
    }
    case 'remove repository':
      return (await registry.removeRepository(repositoryName(doing.repository))).ok
    case 'unlink': {
      const digest = chosen(linked(doing.repository), doing.pick)
      return digest !== undefined && (await unlink(registry, state, doing.repository, digest))
    }
    case 'pass':
      registry.advance(doing.hours * hourMs)
      return true
  }
}
