import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName } from '#domain/values/tag-name.ts'
import type { RepositoryParts, StoreChanges } from '#gc/ports/store-changes.ts'
import { blobsRoot, ownFolder, repositoriesFolder, trashFolder } from '../layout.ts'

/** The parts of a store that were written, collected from the keys of the writes. */
export interface CollectedChanges {
  /**
   * @param keys as `watchWrites` tells them
   * @param hasFailed what is left at the keys can't be told by them: it has to be listed
   */
  add(keys: readonly string[], hasFailed?: boolean): void
  /** Those until now. Null: anything may have changed, so that everything has to be read again. */
  all(): StoreChanges | null
  /** Whether `all` is null. */
  isEverything(): boolean
  isEmpty(): boolean
}

interface Parts extends RepositoryParts {
  readonly tags: Set<string>
  readonly revisions: Set<Digest>
  readonly layers: Set<Digest>
  uploads: boolean
}

/** To read more links than this one by one takes longer than to read the repository. */
const maximumLinks = 1000
/** More blobs than this are listed sooner than looked at one by one. */
const maximumBlobs = 5000

const noParts = (): Parts => ({
  tags: new Set(),
  revisions: new Set(),
  layers: new Set(),
  uploads: false,
})

const copyOf = (parts: Parts | 'whole'): RepositoryParts | 'whole' =>
  parts === 'whole'
    ? parts
    : {
        tags: new Set(parts.tags),
        revisions: new Set(parts.revisions),
        layers: new Set(parts.layers),
        uploads: parts.uploads,
      }

const digestOfParts = (algorithm = '', hex = ''): Digest | null => {
  const parsed = parseDigest(`${algorithm}:${hex}`)
  return parsed.ok ? parsed.value : null
}

/** Adds what lies at a path below a repository. False: it is no such part. */
function addPart(parts: Parts, [marker, ...path]: readonly string[]): boolean {
  if (marker === '_uploads') {
    parts.uploads = true
    return true
  }
  if (marker === '_layers') {
    const digest = digestOfParts(path[0], path[1])
    // Another digest of the same bytes concerns more than its own link.
    if (digest?.startsWith('sha256:')) parts.layers.add(digest)
    return digest?.startsWith('sha256:') ?? false
  }
  if (marker !== '_manifests') return false
  const [kind, first, second] = path
  if (kind === 'tags') {
    const tag = parseTagName(first ?? '')
    if (tag.ok) parts.tags.add(tag.value)
    return tag.ok
  }
  const digest = kind === 'revisions' ? digestOfParts(first, second) : null
  if (digest !== null) parts.revisions.add(digest)
  return digest !== null
}

/** Whether an inventory tells of what is at a key: not of the rest of our own files. */
export const isInInventory = (key: string): boolean =>
  !key.startsWith(`${ownFolder}/`) || key.startsWith(`${trashFolder}/`)

/** What is no key of the layout counts as a change of anything. */
export function collectChanges(): CollectedChanges {
  const blobs = new Set<Digest>()
  const repositories = new Map<string, Parts | 'whole'>()
  let trash = false
  let everything = false

  function addInRepository(path: string, hasFailed: boolean): void {
    // No part of a name begins with `_`.
    const marker = path.indexOf('/_')
    const name = parseRepositoryName(marker < 0 ? path.replace(/\/$/, '') : path.slice(0, marker))
    if (!name.ok) {
      everything = true
      return
    }
    const parts = repositories.get(name.value) ?? noParts()
    if (parts === 'whole') return
    const below = path.slice(marker + 1).split('/')
    const isPart = marker >= 0 && addPart(parts, below)
    const links = parts.tags.size + parts.revisions.size + parts.layers.size
    // Uploads are listed, whatever was written of them.
    const isTold = !hasFailed || below[0] === '_uploads'
    const isExact = isPart && isTold && links <= maximumLinks
    repositories.set(name.value, isExact ? parts : 'whole')
  }

  function addBlob(path: string, hasFailed: boolean): void {
    const [algorithm, , hex] = path.split('/')
    const digest = digestOfParts(algorithm, hex)
    // A folder without its file is listed.
    if (digest === null || hasFailed) everything = true
    else blobs.add(digest)
    if (blobs.size > maximumBlobs) everything = true
  }

  function add(key: string, hasFailed: boolean): void {
    if (key.startsWith(`${repositoriesFolder}/`)) {
      addInRepository(key.slice(repositoriesFolder.length + 1), hasFailed)
    } else if (key.startsWith(`${blobsRoot}/`)) addBlob(key.slice(blobsRoot.length + 1), hasFailed)
    else if (key.startsWith(`${trashFolder}/`)) trash = true
    else if (isInInventory(key)) everything = true
  }

  return {
    add(keys, hasFailed = false) {
      for (const key of keys) if (!everything) add(key, hasFailed)
    },
    all: () =>
      everything
        ? null
        : {
            blobs: new Set(blobs),
            repositories: new Map(Array.from(repositories, ([name, its]) => [name, copyOf(its)])),
            trash,
          },
    isEverything: () => everything,
    isEmpty: () => !everything && !trash && blobs.size + repositories.size === 0,
  }
}
