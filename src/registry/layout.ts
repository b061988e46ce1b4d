import {
  digestAlgorithms,
  splitDigest,
  type Digest,
  type DigestAlgorithm,
} from '#domain/values/digest.ts'
import type { RepositoryName } from '#domain/values/repository-name.ts'
import type { TagName } from '#domain/values/tag-name.ts'
import type { UploadPrefix } from '#storage/upload-store.ts'
import type { StoredId } from './stored-id.ts'

/*
 * Every path on storage. CNCF Distribution (docker-registry 2.8) stores images in the same places,
 * so it can serve the same folder; our own files are beside them, where Distribution never looks.
 *
 *   docker/registry/v2/
 *     blobs/<algorithm>/<2 hex>/<hex>/data      layers, configurations and manifests alike
 *     repositories/<name>/                      names nest: a and a/b are both repositories
 *       _layers/<algorithm>/<hex>/link          a blob that the repository may read
 *       _manifests/revisions/<algorithm>/<hex>/link  the repository has the manifest iff it exists
 *       _manifests/tags/<tag>/current/link      where the tag points
 *       _manifests/tags/<tag>/index/<algorithm>/<hex>/link   each manifest that it ever pointed at
 *       _uploads/<id>/startedat                 a moment, RFC 3339
 *       _uploads/<id>/data                      the bytes so far; with several servers also
 *                                               data.sha256-<hex>, data.by-<call>
 *   jetsam/v1/
 *     trash/<id>.json                           a deleted image (trash-file.ts)
 *     trash/<id>.claimed                        the same, once a collection has begun to remove it
 *     trash/<id>.manifests                      a copy of its manifests (trash-copy.ts)
 *     manifests                                 what manifests lead to, for the next collection
 *     owner                                     which database the storage belongs to, if to any
 *     tmp/                                      temporary files of the file system adapter
 *     reserve                                   space to give up for writes that free space
 *
 * A link is the digest as text, without a newline. The link of a sha512 layer holds the sha256
 * digest of the same bytes, under which they are stored. A manifest is stored under the digest that
 * it was pushed by, because its tags, and the indexes that list it, name it by that digest.
 */

const registry = 'docker/registry/v2'

const byHex = (folder: string, digest: Digest): string => {
  const { algorithm, hex } = splitDigest(digest)
  return `${folder}/${algorithm}/${hex}`
}

/** The folders of blobs, by algorithm. */
export const blobsRoot = `${registry}/blobs`

export const blobsFolder = (algorithm: DigestAlgorithm): string => `${blobsRoot}/${algorithm}`

export function blobFolder(digest: Digest): string {
  const { algorithm, hex } = splitDigest(digest)
  return `${blobsRoot}/${algorithm}/${hex.slice(0, 2)}/${hex}`
}

export const blobFile = (digest: Digest): string => `${blobFolder(digest)}/data`

export const repositoriesFolder = `${registry}/repositories`

export const repositoryFolder = (name: RepositoryName): string => `${repositoriesFolder}/${name}`

/** A folder is a repository if it has one of these. */
export const repositoryMarkers: ReadonlySet<string> = new Set(['_layers', '_manifests', '_uploads'])

/**
 * The folders on the path to a repository's links, outermost first. A symbolic link in place of one
 * hides everything behind it.
 */
export const repositoryFrame = (name: RepositoryName) =>
  [
    { folder: repositoryFolder(name), parts: ['_layers', '_manifests'] },
    { folder: `${repositoryFolder(name)}/_layers`, parts: digestAlgorithms },
    { folder: `${repositoryFolder(name)}/_manifests`, parts: ['revisions', 'tags'] },
    { folder: `${repositoryFolder(name)}/_manifests/revisions`, parts: digestAlgorithms },
  ] as const

export const layersFolder = (name: RepositoryName, algorithm: DigestAlgorithm): string =>
  `${repositoryFolder(name)}/_layers/${algorithm}`

export const layerFolder = (name: RepositoryName, digest: Digest): string =>
  byHex(`${repositoryFolder(name)}/_layers`, digest)

export const layerLink = (name: RepositoryName, digest: Digest): string =>
  `${layerFolder(name, digest)}/link`

export const revisionsFolder = (name: RepositoryName, algorithm: DigestAlgorithm): string =>
  `${repositoryFolder(name)}/_manifests/revisions/${algorithm}`

export const revisionFolder = (name: RepositoryName, digest: Digest): string =>
  byHex(`${repositoryFolder(name)}/_manifests/revisions`, digest)

export const revisionLink = (name: RepositoryName, digest: Digest): string =>
  `${revisionFolder(name, digest)}/link`

export const tagsFolder = (name: RepositoryName): string =>
  `${repositoryFolder(name)}/_manifests/tags`

export const tagFolder = (name: RepositoryName, tag: TagName): string =>
  `${tagsFolder(name)}/${tag}`

export const tagCurrentFolder = (name: RepositoryName, tag: TagName): string =>
  `${tagFolder(name, tag)}/current`

export const tagLink = (name: RepositoryName, tag: TagName): string =>
  `${tagCurrentFolder(name, tag)}/link`

/** Every manifest that a tag ever pointed at. */
export const tagIndexFolder = (name: RepositoryName, tag: TagName): string =>
  `${tagFolder(name, tag)}/index`

export const tagHistoryFolder = (
  name: RepositoryName,
  tag: TagName,
  algorithm: DigestAlgorithm,
): string => `${tagFolder(name, tag)}/index/${algorithm}`

export const tagHistoryItem = (name: RepositoryName, tag: TagName, digest: Digest): string =>
  byHex(`${tagFolder(name, tag)}/index`, digest)

export const tagHistoryLink = (name: RepositoryName, tag: TagName, digest: Digest): string =>
  `${tagHistoryItem(name, tag, digest)}/link`

export const uploadsFolder = (name: RepositoryName): string => `${repositoryFolder(name)}/_uploads`

export const uploadPrefix = (name: RepositoryName, id: StoredId): UploadPrefix =>
  `${uploadsFolder(name)}/${id}/`

export const uploadStartedAt = (name: RepositoryName, id: StoredId): string =>
  `${uploadPrefix(name, id)}startedat`

export const uploadData = (name: RepositoryName, id: StoredId): string =>
  `${uploadPrefix(name, id)}data`

/** What other registries know nothing of. */
export const ownFolder = 'jetsam/v1'

export const manifestCacheFile = `${ownFolder}/manifests`

export const ownerFile = `${ownFolder}/owner`

export const trashFolder = `${ownFolder}/trash`

export const trashFile = (id: StoredId): string => `${trashFolder}/${id}.json`

export const claimedTrashFile = (id: StoredId): string => `${trashFolder}/${id}.claimed`

export const trashCopy = (id: StoredId): string => `${trashFolder}/${id}.manifests`
