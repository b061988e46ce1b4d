import type { Bytes } from './bytes.ts'
import { StoreError } from './errors.ts'
import type { ObjectHead } from './object-store.ts'
import { assertSafePath } from './storage-path.ts'
import type { UploadPrefix, UploadRefused, UploadStat } from './upload-store.ts'

/*
 * How a store of files keeps an upload, as Distribution does: `startedat` has a moment in RFC 3339,
 * `data` the bytes so far.
 */

export const startedAtOf = (upload: UploadPrefix): string => `${upload}startedat`
export const dataOf = (upload: UploadPrefix): string => `${upload}data`

/** Throws `StoreError` `INVALID_PATH`. */
export function assertUploadPrefix(upload: UploadPrefix): void {
  if (!upload.endsWith('/')) throw new StoreError('INVALID_PATH', upload)
  assertSafePath(upload.slice(0, -1))
}

/** What `startedat` has: in whole seconds, as Distribution writes them. */
export const startedAtBytes = (startedAtMs: number): Bytes =>
  new TextEncoder().encode(new Date(startedAtMs).toISOString().replace(/\.\d+Z$/, 'Z'))

/** The status of an upload by its two files; one of them may be absent. */
export const uploadStatOf = (started: ObjectHead | null, data: ObjectHead | null): UploadStat => ({
  sizeBytes: data?.sizeBytes ?? 0,
  lastWrittenAtMs: Math.max(started?.modifiedAtMs ?? 0, data?.modifiedAtMs ?? 0),
})

/** Why an upload of that status is not the one that a caller expects; null if it is. */
export function uploadRefusalOf(
  stat: UploadStat | null,
  expectedBytes: number,
): UploadRefused | null {
  if (stat === null) return { kind: 'absent' }
  const { sizeBytes } = stat
  return sizeBytes === expectedBytes ? null : { kind: 'other size', sizeBytes }
}

/** Whether one of its files was written at that moment or later. */
export const isWrittenSince = (files: readonly (ObjectHead | null)[], sinceMs: number): boolean =>
  files.some((file) => file !== null && file.modifiedAtMs >= sinceMs)
