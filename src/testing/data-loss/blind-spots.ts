import { dirname } from 'node:path'
import { defaultCollectionPolicy } from '#domain/policy/collection-policy.ts'
import { runCollection } from '#gc/run.ts'
import {
  blobFile,
  blobFolder,
  layerFolder,
  layerLink,
  layersFolder,
  repositoriesFolder,
  repositoryFolder,
  revisionFolder,
  revisionLink,
  revisionsFolder,
  tagCurrentFolder,
  tagFolder,
  tagLink,
  tagsFolder,
  trashFolder,
} from '#registry/layout.ts'
import { openOnDisk } from '../builders/registry-on-disk.ts'
import { repositoryName, tagName, type TestRegistry } from '../builders/test-registry.ts'
import { tinyImage, tinyIndex, type TinyContent } from '../builders/tiny-image.ts'

const amd64 = tinyImage({ layers: ['base', 'amd64'] })
const arm64 = tinyImage({ layers: ['base', 'arm64'] })
const index = tinyIndex({ amd64, arm64 })
const sbom = tinyImage({ layers: ['sbom'], subject: index })
const single = tinyImage({ layers: ['base', 'single'] })
const deleted = tinyImage({ layers: ['of the deleted'] })
const other = tinyImage({ layers: ['of another repository'] })
const app = repositoryName('team/app')
const one = tagName('1.0')
const tenYearsMs = 10 * 365 * 86_400_000

/**
 * Images of all kinds, tagged; one in the trash, to be retained; and garbage.
 *
 * @returns the id of the trash entry
 */
export async function fillStore(root: string): Promise<string> {
  const registry = await openOnDisk(root, false)
  await registry.push('team/app', amd64)
  await registry.push('team/app', arm64)
  await registry.push('team/app', index, '1.0')
  await registry.push('team/app', sbom)
  await registry.push('team/app', single, 'single')
  await registry.push('team/app', deleted, 'deleted')
  await registry.push('other/app', other, '1.0')
  await registry.push('other/app', tinyImage({ layers: ['garbage'] }))
  return await registry.trashed('team/app', 'deleted', { retentionMs: tenYearsMs })
}

const blobLevels = (name: string, { digest }: TinyContent) =>
  [
    [`the folder of two digits of ${name}`, dirname(blobFolder(digest))],
    [`the folder of ${name}`, blobFolder(digest)],
    [`the data of ${name}`, blobFile(digest)],
  ] as const

/** Every level of the layout. `{entry}` stands for the id of the trash entry. */
export const levels: readonly (readonly [name: string, path: string])[] = [
  ['docker', 'docker'],
  ['docker/registry', 'docker/registry'],
  ['docker/registry/v2', 'docker/registry/v2'],
  ['the blobs', 'docker/registry/v2/blobs'],
  ['the blobs of an algorithm', 'docker/registry/v2/blobs/sha256'],
  ...blobLevels('an index', index),
  ...blobLevels('a platform', amd64),
  ...blobLevels('an artifact', sbom),
  ...blobLevels('a layer', amd64.blobs[2]!),
  ...blobLevels('a deleted manifest', deleted),
  ['the repositories', repositoriesFolder],
  ['a namespace', dirname(repositoryFolder(app))],
  ['a repository', repositoryFolder(app)],
  ['its layers', `${repositoryFolder(app)}/_layers`],
  ['its layers of an algorithm', layersFolder(app, 'sha256')],
  ['a layer of it', layerFolder(app, amd64.blobs[2]!.digest)],
  ['the link of a layer of it', layerLink(app, amd64.blobs[2]!.digest)],
  ['its manifests', `${repositoryFolder(app)}/_manifests`],
  ['its revisions', dirname(revisionsFolder(app, 'sha256'))],
  ['its revisions of an algorithm', revisionsFolder(app, 'sha256')],
  ['the revision of an index', revisionFolder(app, index.digest)],
  ['the link of the revision of an index', revisionLink(app, index.digest)],
  ['the revision of a platform', revisionFolder(app, amd64.digest)],
  ['the link of the revision of a platform', revisionLink(app, amd64.digest)],
  ['the link of an attached revision', revisionLink(app, sbom.digest)],
  ['its tags', tagsFolder(app)],
  ['a tag', tagFolder(app, one)],
  ['what a tag is now', tagCurrentFolder(app, one)],
  ['the link of a tag', tagLink(app, one)],
  ['what a tag was', `${tagFolder(app, one)}/index`],
  ['jetsam', 'jetsam'],
  ['jetsam/v1', 'jetsam/v1'],
  ['the trash', trashFolder],
  ['an entry of the trash', `${trashFolder}/{entry}.json`],
]

/** What a collection does there, a year later. It may refuse to run, or run and keep what it must. */
export async function collectIn(registry: TestRegistry): Promise<void> {
  await runCollection({
    reader: registry.reader,
    remover: registry.remover,
    writers: null,
    clock: registry.clock,
    pause: () => Promise.resolve(),
    policy: { ...defaultCollectionPolicy, collectUntagged: true },
    dryRun: false,
  }).catch(() => {})
}

/** What can no longer be pulled or restored, though it should be. */
export async function lostIn(root: string, entry: string): Promise<readonly string[]> {
  const registry = await openOnDisk(root, false)
  const wanted = [
    ['team/app', '1.0'],
    ['team/app', sbom.digest],
    ['team/app', 'single'],
    ['other/app', '1.0'],
  ] as const
  const lost: string[] = []
  for (const [repository, reference] of wanted) {
    if (!(await registry.pulls(repository, reference))) lost.push(`${repository}:${reference}`)
  }
  if ((await registry.trash.get(entry)) === null) lost.push('the entry in the trash')
  for (const { digest } of [deleted, ...deleted.blobs]) {
    if ((await registry.storage.open(blobFile(digest))) === null) lost.push(digest)
  }
  return lost
}
