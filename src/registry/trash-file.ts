import { parseDigest, type Digest } from '#domain/digest.ts'
import { accepted, refused, type Parsed } from '#domain/parsed.ts'
import { parseRepositoryName } from '#domain/repository-name.ts'
import { parseTagName } from '#domain/tag-name.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { parseReference } from './reference.ts'
import type { Bytes } from './storage.ts'
import { parseStoredId } from './stored-id.ts'
import {
  trashStates,
  type ManifestRole,
  type TrashedManifest,
  type TrashedTag,
  type TrashEntry,
} from './trash-entry.ts'

export interface FiledManifest extends TrashedManifest {
  readonly bytes: Bytes
}

/** What a restore has decided, so that it can be finished after a crash. */
export interface RestorePlan {
  readonly tags: readonly TrashedTag[]
  /** Manifests of other entries that the image lists: they are linked again as well. */
  readonly borrowed: readonly Digest[]
  readonly replace: boolean
  readonly restoredBy: string
  readonly retentionMs: number
}

/** A trash entry with all that is needed to restore it. */
export interface TrashFile extends TrashEntry {
  readonly manifests: readonly FiledManifest[]
  /** What the image lacked when it was deleted: a restore does not ask for it. */
  readonly holes: readonly Digest[]
  readonly restore: RestorePlan | null
}

const version = 1

export function encodeTrashFile(file: TrashFile): Bytes {
  const manifests = file.manifests.map((manifest) => ({
    ...manifest,
    bytes: encodeBase64(manifest.bytes),
  }))
  return new TextEncoder().encode(JSON.stringify({ version, ...file, manifests }))
}

/** The entry as others see it. */
export const entryOf = (file: TrashFile): TrashEntry => ({
  id: file.id,
  repository: file.repository,
  reference: file.reference,
  digest: file.digest,
  manifests: file.manifests.map(({ digest, mediaType, role, sizeBytes }) => ({
    digest,
    mediaType,
    role,
    sizeBytes,
  })),
  tags: file.tags,
  deletedAtMs: file.deletedAtMs,
  deletedBy: file.deletedBy,
  heldUntilMs: file.heldUntilMs,
  hadRetention: file.hadRetention,
  state: file.state,
})

class Unreadable extends Error {}

const must = <T>(parsed: Parsed<T>): T => {
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
    return { name: must(parseTagName(fields.name)), digest: must(parseDigest(fields.digest)) }
  })

function manifestOf(value: unknown): FiledManifest {
  const fields = fieldsOf(value)
  return {
    digest: must(parseDigest(fields.digest)),
    mediaType: textOf(fields.mediaType),
    role: oneOf(roles, fields.role),
    sizeBytes: numberOf(fields.sizeBytes),
    bytes: decodeBase64(textOf(fields.bytes)),
  }
}

function planOf(value: unknown): RestorePlan | null {
  if (value === null) return null
  const fields = fieldsOf(value)
  return {
    tags: tagsOf(fields.tags),
    borrowed: digestsOf(fields.borrowed),
    replace: fields.replace === true,
    restoredBy: textOf(fields.restoredBy),
    retentionMs: numberOf(fields.retentionMs),
  }
}

export function parseTrashFile(bytes: Bytes): Parsed<TrashFile> {
  try {
    const fields = fieldsOf(JSON.parse(new TextDecoder().decode(bytes)))
    if (fields.version !== version) throw new Unreadable('it was written by another version')
    return accepted({
      id: must(parseStoredId(fields.id)),
      repository: must(parseRepositoryName(fields.repository)),
      reference: must(parseReference(fields.reference)),
      digest: must(parseDigest(fields.digest)),
      manifests: listOf(fields.manifests).map(manifestOf),
      tags: tagsOf(fields.tags),
      holes: digestsOf(fields.holes),
      deletedAtMs: numberOf(fields.deletedAtMs),
      deletedBy: textOf(fields.deletedBy),
      heldUntilMs: numberOf(fields.heldUntilMs),
      hadRetention: fields.hadRetention === true,
      state: oneOf(trashStates, fields.state),
      restore: planOf(fields.restore),
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return refused({ code: 'TRASH_ENTRY_UNREADABLE', message })
  }
}
