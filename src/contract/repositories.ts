import { accessLevels } from '#domain/access/access-level.ts'
import * as z from 'zod/mini'
import { bytes, count, instant } from './instants.ts'

export const repository = z.object({
  id: z.string(),
  /** All before the last part of the name; empty for a name of one part. */
  namespace: z.string(),
  name: z.string(),
  tagCount: count,
  /** No tag, no manifest, and nothing of it in the trash: who administers it may remove it. */
  empty: z.boolean(),
  /** Stored bytes of everything it holds, shared layers counted once. */
  size: bytes,
  /** What a collection would free of what this repository had; null while nobody knows. */
  reclaimable: z.nullable(bytes),
  /** Whether all that has changed is in it. If not, it is being computed: ask again. */
  reclaimableIsCurrent: z.boolean(),
  lastPushedAt: z.nullable(instant),
  /** How much of it the server could not read; then it holds at least what is told. */
  unreadableCount: count,
  /** What that is, at most the first ten: `tag 1.2`, `its tags`. */
  unreadable: z.array(z.string()),
  /** What the asking account may do here. */
  accessLevel: z.enum(accessLevels),
})
export type Repository = z.infer<typeof repository>

export const repositoryList = z.object({ repositories: z.array(repository) })
export type RepositoryList = z.infer<typeof repositoryList>

/** A path of one part is a repository, a namespace, or both: then all of both stands in the answer. */
export const repositoryOrNamespace = z.union([repository, repositoryList])

/** The fields that `GET /repositories?sort=` takes; a leading `-` sorts downwards. */
export const repositorySorts = ['name', 'tagCount', 'size', 'reclaimable', 'lastPushedAt'] as const
