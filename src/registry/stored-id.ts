import { ok, err, type Result } from '#domain/values/result.ts'

declare const idBrand: unique symbol

/** The id of an upload or a trash entry, safe as a file name. Distribution uses UUIDs. */
export type StoredId = string & { readonly [idBrand]: 'StoredId' }

const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,127}$/

export function parseStoredId(input: unknown): Result<StoredId> {
  if (typeof input === 'string' && idPattern.test(input)) return ok(input as StoredId)
  return err({ code: 'INVALID_ID', message: 'an id has letters, digits and "-"' })
}
