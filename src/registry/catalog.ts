import { parseDigest, type Digest } from '#domain/digest.ts'
import type { RepositoryName } from '#domain/repository-name.ts'
import { parseTagName, type TagName } from '#domain/tag-name.ts'
import { inBatches, mapInBatches } from './in-batches.ts'
import {
  repositoryFolder,
  repositoryMarkers,
  revisionLink,
  revisionsFolder,
  tagLink,
  tagsFolder,
} from './layout.ts'
import { digestInLink } from './link.ts'
import { walkRepositories } from './repository-walk.ts'
import type { Storage } from './storage.ts'

/** A tag as its link says. */
export interface TagLink {
  readonly name: TagName
  /** Null when the link is empty or no digest: the tag cannot be pulled. */
  readonly digest: Digest | null
  /** When it last came to point there. Milliseconds since the epoch. */
  readonly linkedAtMs: number
}

/** What exists, read from storage each time. Nothing here reads a manifest. */
export interface Catalog {
  /**
   * Every repository, sorted by name as `_catalog` wants it (by code units). A repository is a
   * folder that has `_layers`, `_manifests` or `_uploads`; it may well be empty.
   */
  repositories(): Promise<readonly RepositoryName[]>
  has(repository: RepositoryName): Promise<boolean>
  /** The names of all tags, sorted by code units, without reading where they point. */
  tagNames(repository: RepositoryName): Promise<readonly TagName[]>
  tag(repository: RepositoryName, tag: TagName): Promise<TagLink | null>
  /** All tags in batches, in no promised order. */
  tags(repository: RepositoryName): AsyncIterable<readonly TagLink[]>
  /** The digests of all linked manifests, tagged or not, in batches. */
  revisions(repository: RepositoryName): AsyncIterable<readonly Digest[]>
}

const compareCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export function createCatalog(storage: Storage): Catalog {
  async function tagNames(repository: RepositoryName): Promise<TagName[]> {
    const names: TagName[] = []
    for (const entry of await storage.list(tagsFolder(repository))) {
      const parsed = parseTagName(entry.name)
      if (parsed.ok && entry.kind === 'folder') names.push(parsed.value)
    }
    return names
  }

  async function tag(repository: RepositoryName, name: TagName): Promise<TagLink | null> {
    const file = await storage.open(tagLink(repository, name))
    // A tag's folder may outlive its link: an interrupted deletion leaves the history.
    if (file === null) return null
    return { name, digest: await digestInLink(file), linkedAtMs: file.modifiedAtMs }
  }

  return {
    async repositories() {
      const names: RepositoryName[] = []
      for await (const folder of walkRepositories(storage)) {
        if (folder.kind === 'repository') names.push(folder.name)
      }
      return names.toSorted(compareCodeUnits)
    },

    async has(repository) {
      const entries = await storage.list(repositoryFolder(repository))
      return entries.some((entry) => repositoryMarkers.has(entry.name))
    },

    tag,

    async tagNames(repository) {
      const names = await tagNames(repository)
      const linked = await mapInBatches(names, async (name) =>
        (await storage.open(tagLink(repository, name))) === null ? [] : [name],
      )
      return linked.flat().toSorted(compareCodeUnits)
    },

    async *tags(repository) {
      const names = await tagNames(repository)
      for await (const batch of inBatches(names, (name) => tag(repository, name))) {
        yield batch.filter((link) => link !== null)
      }
    },

    async *revisions(repository) {
      const digests: Digest[] = []
      for (const { name, kind } of await storage.list(revisionsFolder(repository))) {
        const parsed = parseDigest(`sha256:${name}`)
        if (parsed.ok && kind === 'folder') digests.push(parsed.value)
      }
      // Distribution leaves the folder of a deleted revision behind, empty.
      const linked = async (digest: Digest) =>
        (await storage.open(revisionLink(repository, digest))) === null ? null : digest
      for await (const batch of inBatches(digests, linked)) {
        yield batch.filter((digest) => digest !== null)
      }
    },
  }
}
