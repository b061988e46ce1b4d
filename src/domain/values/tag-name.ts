import { ok, err, type Result } from './result.ts'

declare const tagBrand: unique symbol

/** A name for a manifest in one repository (OCI distribution spec, `<reference>` as a tag). */
export type TagName = string & { readonly [tagBrand]: 'TagName' }

const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

export function parseTagName(input: unknown): Result<TagName> {
  if (typeof input !== 'string' || !tagPattern.test(input)) {
    return err({
      code: 'INVALID_TAG_NAME',
      message:
        'a tag has letters, digits, "_", "." and "-", does not begin with "." or "-", and has at most 128 characters',
    })
  }
  return ok(input as TagName)
}
