import { parseDigest, type Digest } from '#domain/values/digest.ts'
import { ok, err, type Result } from '#domain/values/result.ts'
import { parseRepositoryName } from '#domain/values/repository-name.ts'
import { parseTagName, type TagName } from '#domain/values/tag-name.ts'
import type { ManifestRole } from '#graph/algorithms/reachability.ts'
import { parseReference } from '../manifests/tag-or-digest.ts'
import type { Bytes } from '#storage/bytes.ts'
import { parseStoredId } from '../stored-id.ts'
import {
  trashStates,
  type TakenByRule,
  type TrashedManifest,
  type TrashedTag,
  type TrashEntry,
} from './trash-entry.ts'

export interface FiledManifest extends TrashedManifest {
  /**
   * The manifest's bytes, in an entry of the first version. Later versions leave manifests among
   * the blobs, where the entry protects them. Null: the entry does not have them.
   */
  readonly base64: string | null
}

/** The decisions of a restore, from which it can finish after a crash. */
export interface RestorePlan {
  readonly tags: readonly TrashedTag[]
  /** Manifests from other entries that the image lists: the restore links them again too. */
  readonly relinkedManifests: readonly Digest[]
  readonly replace: boolean
  readonly restoredBy: string
  readonly retentionMs: number
  /** Entries of tags that come back with their image. */
  readonly ends: readonly string[]
}

/** A trash entry as lists need it: without the bytes that an earlier version put into its file. */
export type ListedTrashFile = Omit<TrashFile, 'manifests'> &
  Pick<TrashEntry, 'manifests'> & {
    /** Whether the file has the bytes of the manifests. */
    readonly hasBytes: boolean
  }

/** A trash entry with everything that a restore needs. */
export interface TrashFile extends Omit<TrashEntry, 'earlierTags'> {
  readonly manifests: readonly FiledManifest[]
  /** Blobs that the image lacked when it was deleted: a restore does not need them. */
  readonly missingBlobs: readonly Digest[]
  readonly restore: RestorePlan | null
}

/** The version whose entries have the bytes of manifests. */
const versionWithBytes = 1
const version = 2

export function encodeTrashFile(file: TrashFile): Bytes {
  const hasBytes = file.manifests.some(({ base64 }) => base64 !== null)
  const manifests = file.manifests.map(({ base64, ...manifest }) => ({
    ...manifest,
    ...(hasBytes ? { bytes: base64 } : {}),
  }))
  const written = hasBytes ? versionWithBytes : version
  // The names in the file are older than those in the code.
  const { missingBlobs, restore, ...others } = file
  const stored = {
    version: written,
    ...others,
    manifests,
    holes: missingBlobs,
    restore: restore && storedPlanOf(restore),
  }
  return new TextEncoder().encode(JSON.stringify(stored))
}

const storedPlanOf = ({ relinkedManifests, ...others }: RestorePlan) => ({
  ...others,
  borrowed: relinkedManifests,
})

const manifestOfEntry = ({
  digest,
  mediaType,
  role,
  sizeBytes,
}: TrashedManifest): TrashedManifest => ({ digest, mediaType, role, sizeBytes })

export const listedOf = (file: TrashFile): ListedTrashFile => ({
  ...file,
  hasBytes: file.manifests.some(({ base64 }) => base64 !== null),
  manifests: file.manifests.map(manifestOfEntry),
})

/** The public form of an entry. */
export const entryOf = (
  file: ListedTrashFile | TrashFile,
  earlierTags: readonly TagName[] = [],
): TrashEntry => ({
  id: file.id,
  repository: file.repository,
  reference: file.reference,
  digest: file.digest,
  ...(file.isOfRepository && { isOfRepository: true }),
  manifests: file.manifests.map(manifestOfEntry),
  tags: file.tags,
  earlierTags,
  deletedAtMs: file.deletedAtMs,
  deletedBy: file.deletedBy,
  ...(file.byRule && { byRule: file.byRule }),
  heldUntilMs: file.heldUntilMs,
  hadRetention: file.hadRetention,
  state: file.state,
})

class Unreadable extends Error {}

const must = <T>(parsed: Result<T>): T => {
  if (!parsed.ok) throw new Unreadable(parsed.refusal.message)
  return parsed.value
}

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw new Unreadable('a part is no object')
  return value as Fields
}

const listOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Unreadable('a list is missing')
  return value
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unreadable('no number')
  return value
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Unreadable('a text is missing')
  return value
}

function oneOf<T extends string>(values: readonly T[], value: unknown): T {
  const found = values.find((candidate) => candidate === value)
  if (found === undefined) throw new Unreadable(`none of ${values.join(', ')}`)
  return found
}

const roles: readonly ManifestRole[] = ['image', 'platform', 'attached']

const digestsOf = (value: unknown): Digest[] =>
  listOf(value).map((digest) => must(parseDigest(digest)))

const tagsOf = (value: unknown): TrashedTag[] =>
  listOf(value).map((item) => {
    const fields = fieldsOf(item)
    return {
      name: must(parseTagName(fields.name)),
      digest: must(parseDigest(fields.digest)),
      ...(fields.pushedAtMs === undefined ? {} : { pushedAtMs: numberOf(fields.pushedAtMs) }),
    }
  })

function ruleOf(value: unknown): { byRule?: TakenByRule } {
  if (value === undefined) return {}
  const fields = fieldsOf(value)
  const { startedBy, jobID } = fields
  return {
    byRule: {
      scope: textOf(fields.scope),
      rule: textOf(fields.rule),
      ...(startedBy !== undefined && { startedBy: textOf(startedBy) }),
      ...(jobID !== undefined && { jobID: textOf(jobID) }),
    },
  }
}

function manifestOf(value: unknown, hasBytes: boolean): FiledManifest {
  const fields = fieldsOf(value)
  return {
    digest: must(parseDigest(fields.digest)),
    mediaType: textOf(fields.mediaType),
    role: oneOf(roles, fields.role),
    sizeBytes: numberOf(fields.sizeBytes),
    base64: hasBytes ? textOf(fields.bytes) : null,
  }
}

function planOf(value: unknown): RestorePlan | null {
  if (value === null) return null
  const fields = fieldsOf(value)
  return {
    tags: tagsOf(fields.tags),
    relinkedManifests: digestsOf(fields.borrowed),
    replace: fields.replace === true,
    restoredBy: textOf(fields.restoredBy),
    retentionMs: numberOf(fields.retentionMs),
    ends: fields.ends === undefined ? [] : listOf(fields.ends).map(textOf),
  }
}

export function parseTrashFile(bytes: Bytes): Result<TrashFile> {
  try {
    const fields = fieldsOf(JSON.parse(new TextDecoder().decode(bytes)))
    const hasBytes = fields.version === versionWithBytes
    if (!hasBytes && fields.version !== version) {
      throw new Unreadable('it was written by another version')
    }
    return ok({
      id: must(parseStoredId(fields.id)),
      repository: must(parseRepositoryName(fields.repository)),
      reference: must(parseReference(fields.reference)),
      digest: must(parseDigest(fields.digest)),
      // A version that does not know it restores all of it too, as a large image.
      ...(fields.isOfRepository === true && { isOfRepository: true }),
      manifests: listOf(fields.manifests).map((manifest) => manifestOf(manifest, hasBytes)),
      tags: tagsOf(fields.tags),
      missingBlobs: digestsOf(fields.holes),
      deletedAtMs: numberOf(fields.deletedAtMs),
      deletedBy: textOf(fields.deletedBy),
      ...ruleOf(fields.byRule),
      heldUntilMs: numberOf(fields.heldUntilMs),
      hadRetention: fields.hadRetention === true,
      state: oneOf(trashStates, fields.state),
      restore: planOf(fields.restore),
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return err({ code: 'TRASH_ENTRY_UNREADABLE', message })
  }
}
