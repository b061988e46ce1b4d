import { accessLevels } from '#domain/access/access-level.ts'
import * as z from 'zod/mini'
import { bytes, count, instant } from '../scalars.ts'
import { storageParts } from '../jobs/storage.ts'

export const repository = z.object({
  id: z.string(),
  /** Everything before the last part of the name; empty for a name of one part. */
  namespace: z.string(),
  name: z.string(),
  tagCount: count,
  /** No tag, no manifest, and nothing of it in the trash: its administrators may remove it. */
  empty: z.boolean(),
  /** Of all its images, each digest once. */
  size: bytes,
  /** What a collection would free of this repository's content; null while unknown. */
  reclaimable: z.nullable(bytes),
  /** What the bytes of its images, and what it has left, are there for; null while unknown. */
  storage: z.nullable(storageParts),
  /** Whether this includes all changes. If not, it is being computed: ask again. */
  reclaimableIsCurrent: z.boolean(),
  lastPushedAt: z.nullable(instant),
  /**
   * How many parts of it the server could not read; then it holds at least what the answer says.
   */
  unreadableCount: count,
  /** Those parts, at most the first ten: `tag 1.2`, `its tags`. */
  unreadable: z.array(z.string()),
  /** What the caller's account may do here. */
  accessLevel: z.enum(accessLevels),
})
export type Repository = z.infer<typeof repository>

export const repositoryList = z.object({ repositories: z.array(repository) })
export type RepositoryList = z.infer<typeof repositoryList>

/**
 * A path of one part is a repository, a namespace, or both: then the answer has the fields of both.
 */
export const repositoryOrNamespace = z.union([repository, repositoryList])

/** The fields that `GET /repositories?sort=` accepts; a leading `-` sorts in descending order. */
export const repositorySorts = ['name', 'tagCount', 'size', 'reclaimable', 'lastPushedAt'] as const
